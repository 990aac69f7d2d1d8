"""The provider's chair: a schedule, and charts with the app in a frame of another site."""

import html
from urllib.parse import parse_qs, urlsplit

import pytest

OSEI, LEE = "vb-practitioner-osei", "vb-practitioner-lee"


def test_the_start_page_offers_three_chairs_and_seven_clicks(screen):
    page = screen.get("/").text

    assert [page.count(f'data-chair="{chair}"') for chair in ("provider", "patient", "engineer")] == [1, 1, 1]
    assert page.count('class="role role-') == 7


def test_the_schedule_lists_one_providers_day_with_a_way_into_each_chart(screen, ehr):
    page = screen.get(f"/ehr?provider={LEE}").text

    lines = ehr.schedule(LEE)
    assert page.count('data-appointment="') == len(lines) > 0
    assert all(f'data-appointment="{line.appointment_id}"' in page for line in lines)
    assert page.count(">Open chart<") == len(lines)


def test_a_day_without_appointments_says_so(screen):
    assert "Nothing is booked on this day" in screen.get("/ehr?day=2031-05-05").text


def test_an_unknown_provider_is_not_found(screen):
    assert screen.get("/ehr?provider=nobody").status_code == 404


def test_a_chart_frames_the_app_from_its_launch_url_on_another_site(screen, due, frame_of):
    page = screen.get(f"/ehr/charts/{due.patient_id}?appointment={due.appointment_id}").text

    frame = frame_of(page)
    address = urlsplit(html.unescape(frame["src"]))
    assert f"{address.scheme}://{address.netloc}{address.path}" == "http://localhost:8000/launch"
    assert parse_qs(address.query)["iss"] == ["http://127.0.0.1:8001/fhir"]
    assert frame["allow"] == "camera; microphone; display-capture"


def test_each_opening_of_a_chart_is_a_launch_of_its_own_in_its_context(screen, due, frame_of, ehr):
    address = f"/ehr/charts/{due.patient_id}?appointment={due.appointment_id}"

    codes = [_launch(frame_of(screen.get(address).text)["src"]) for _ in range(2)]

    issued = {one["launch"]: one for one in _launches(ehr)}
    assert codes[0] != codes[1]
    assert {issued[code]["patient"] for code in codes} == {due.patient_id}
    assert {issued[code]["appointment"] for code in codes} == {due.appointment_id}
    assert {issued[code]["user"] for code in codes} == {f"Practitioner/{OSEI}"}


def test_a_chart_opened_by_another_provider_launches_as_that_one(screen, due, frame_of, ehr):
    address = f"/ehr/charts/{due.patient_id}?appointment={due.appointment_id}&provider={LEE}"

    code = _launch(frame_of(screen.get(address).text)["src"])

    assert {one["launch"]: one for one in _launches(ehr)}[code]["user"] == f"Practitioner/{LEE}"


def test_the_app_opens_in_its_own_window_by_a_fresh_launch(screen, due):
    answer = screen.get(f"/ehr/open?appointment={due.appointment_id}&patient={due.patient_id}")

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("http://localhost:8000/launch?")


def test_what_apps_wrote_about_the_patient_stands_on_its_tab(screen, due, ehr):
    address = f"/ehr/charts/{due.patient_id}/written"
    empty = screen.get(address).text
    ehr.written_list.load([_a_write(f"Patient/{due.patient_id}"), _a_write("Patient/somebody-else", n=2)])

    page = screen.get(address).text

    assert "Nothing has been written" in empty
    assert 'data-rows="1"' in page
    assert "The patient is waiting" in page


def test_the_front_desk_moves_and_cancels_an_appointment(screen, due, ehr):
    desk = f"/ehr/appointments/{due.appointment_id}"

    moved = screen.post(desk, data={"do": "later", "provider": LEE})
    screen.post(desk, data={"do": "cancel"})

    changed = ehr.view.line(due.appointment_id)
    assert (changed.start - due.start).total_seconds() == 30 * 60
    assert changed.status == "cancelled"
    assert f"provider={LEE}" in moved.headers["Location"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_another_site_sends_is_refused(screen, due, ehr, site):
    answer = screen.post(
        f"/ehr/appointments/{due.appointment_id}", data={"do": "cancel"}, headers={"Sec-Fetch-Site": site}
    )

    assert answer.status_code == 403
    assert ehr.view.line(due.appointment_id).status == "booked"


def _launch(src: str) -> str:
    return parse_qs(urlsplit(html.unescape(src)).query)["launch"][0]


def _launches(ehr) -> list[dict]:
    return [{"launch": code, **vars(held.context)} for code, held in ehr.authority.grants.launches.items()]


def _a_write(about: str, n: int = 1) -> dict:
    resource = {
        "resourceType": "Communication",
        "id": f"c{n}",
        "subject": {"reference": about},
        "payload": [{"contentString": "The patient is waiting"}],
    }
    return {
        "n": n,
        "at": "2026-11-22T15:00:00Z",
        "interaction": "create",
        "reference": f"Communication/c{n}",
        "version": "1",
        "client_id": "visitbridge-jwt",
        "user": "Practitioner/x",
        "resource": resource,
    }
