"""What patients and staff see of recordings, and what their buttons do."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.models import AuditRow, Meeting, OutboxRow, RecordingConsent, RecordingFile
from app.services.deliver_outbox import deliver, due_rows
from app.services.keep_recording import keep_recording
from app.services.ring import telling
from tests.app.services.recorded import FETCHED, FILM, Told
from tests.clinic_day import HERE, HOST_IN_CALL
from zoom_bridge.recordings import recording_news_of

FORM = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@pytest.fixture
def policy():
    return FETCHED


@pytest.fixture
def rooms(rooms, make_site, policy, tmp_path):
    rooms.sites.site = make_site(policy=policy)
    return replace(rooms, settings=replace(rooms.settings, recordings_dir=tmp_path / "recordings"))


@pytest.fixture
def visit_id(day):
    found = day.visit(state="open", patient=HERE, host=HOST_IN_CALL)
    day.meeting(found)
    return found


@pytest.fixture
def kept(rooms, visit_id, video, minutes):
    """A recording of the visit in our own storage: its id and its file's."""
    with rooms.db.write() as tx:
        tx.add(RecordingConsent(visit_id=visit_id, answer="yes", at=rooms.clock.now()))
        meeting = tx.scalars(select(Meeting)).one()
        meeting.recording = "cloud"
    video.films["https://zoom.us/rec/1"] = [FILM]
    news = recording_news_of(Told(meeting.room_id, minutes(11)).completed())
    with telling(rooms) as told:
        keep_recording(rooms, told, told.tx.get_one(Meeting, meeting.id), news)
    for row_id in due_rows(rooms):
        deliver(rooms, row_id)
    with rooms.db.read() as tx:
        file = tx.scalars(select(RecordingFile)).one()
    assert file.stored_at is not None
    return file.recording_id, file.id


def press(browser, page, path, **fields):
    token = re.search(r'name="csrf" value="([^"]+)"', browser.read(page))[1]
    address = f"https://localhost/clinic/s/{browser.session}/{path}"
    return browser.http.post(address, data={"csrf": token} | fields, headers=FORM)


def answer(phone, path, said):
    page = phone.get(path).get_data(as_text=True)
    token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    return phone.post(f"{path}/recording", data={"csrf": token, "answer": said}, headers=FORM)


def deeds(rooms, act):
    with rooms.db.read() as tx:
        return [row.details for row in tx.scalars(select(AuditRow).where(AuditRow.act == act))]


def test_the_patient_is_asked_answers_and_may_think_again(day, phone, visit_id, rooms):
    path = f"/v/{day.token_of(visit_id)}"
    before = phone.get(f"{path}/live")
    assert "May it be recorded?" in before.get_data(as_text=True)

    assert answer(phone, path, "yes").location == f"{path}#recording"
    agreed = phone.get(f"{path}/live", headers={"If-None-Match": before.headers["ETag"]})
    assert agreed.status_code == 200
    assert "You have agreed to a recording." in agreed.get_data(as_text=True)
    assert answer(phone, path, "no").status_code == 303

    page = phone.get(path).get_data(as_text=True)
    assert "You have not agreed: your visit is not recorded." in page
    assert 'data-act="join"' in page


def test_the_patient_is_asked_in_their_language(day, phone, visit_id):
    page = phone.get(f"/v/{day.token_of(visit_id)}?lang=zh_Hant").get_data(as_text=True)

    assert "可以錄影嗎" in page


def test_a_stale_form_answers_nothing(day, phone, visit_id, rooms):
    path = f"/v/{day.token_of(visit_id)}"

    assert phone.post(f"{path}/recording", data={"answer": "yes"}, headers=FORM).status_code == 400

    with rooms.db.read() as tx:
        assert tx.scalars(select(RecordingConsent)).all() == []


@pytest.mark.parametrize("policy", [{}])
def test_where_nothing_is_recorded_no_page_speaks_of_it(day, phone, provider, visit_id):
    assert "recorded" not in phone.get(f"/v/{day.token_of(visit_id)}").get_data(as_text=True)
    assert 'id="recording"' not in provider().read(f"visits/{visit_id}")


def test_staff_see_the_answer_and_write_down_what_they_were_told(day, phone, provider, visit_id, rooms):
    someone = provider()
    assert "the patient has not said whether they agree" in someone.read(f"visits/{visit_id}")
    answer(phone, f"/v/{day.token_of(visit_id)}", "no")
    assert "Not recorded: the patient did not agree." in someone.read(f"visits/{visit_id}")

    press(someone, f"visits/{visit_id}", f"visits/{visit_id}/recording-consent", answer="yes")

    page = someone.read(f"visits/{visit_id}")
    assert "The patient agreed at" in page
    assert "By word of mouth, written down by Dr. Amara Osei." in page
    assert deeds(rooms, "spoken_consent") == ['{"answer": "yes"}']


def test_a_scheduler_neither_writes_it_down_nor_watches(day, provider, visit_id, kept):
    recording_id, file_id = kept
    someone = provider("scheduler")

    page = someone.read(f"visits/{visit_id}")
    path = f"visits/{visit_id}/recordings/{recording_id}"

    assert 'data-act="recording-consent"' not in page and "Watch" not in page
    assert press(someone, "writes", f"visits/{visit_id}/recording-consent", answer="yes").status_code == 403
    assert [someone.get(at).status_code for at in (path, f"{path}/{file_id}")] == [403, 403]


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        (None, 200, slice(0, None)),
        ("bytes=0-", 206, slice(0, None)),
        ("bytes=0-1", 206, slice(0, 2)),
        ("bytes=65530-65545", 206, slice(65530, 65546)),
        ("bytes=-10", 206, slice(-10, None)),
    ],
)
def test_it_is_played_whole_and_in_parts_and_kept_by_no_browser(
    provider, visit_id, kept, asked, status, part
):
    recording_id, file_id = kept
    someone = provider()

    answer = someone.get(
        f"visits/{visit_id}/recordings/{recording_id}/{file_id}", **({"Range": asked} if asked else {})
    )

    assert (answer.status_code, answer.data) == (status, FILM[part])
    assert answer.headers["Content-Length"] == str(len(FILM[part]))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "video/mp4"
    if status == 206:
        start = part.indices(len(FILM))[0]
        assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(answer.data) - 1}/{len(FILM)}"


def test_a_part_beyond_its_end_is_refused(provider, visit_id, kept):
    answer = provider().get(f"visits/{visit_id}/recordings/{kept[0]}/{kept[1]}", Range="bytes=99999999-")

    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(FILM)}")


def test_watching_is_written_down_once_for_many_parts(provider, visit_id, kept, rooms):
    someone, path = provider(), f"visits/{visit_id}/recordings/{kept[0]}"
    page = someone.read(path)
    assert f'src="/clinic/s/{someone.session}/{path}/{kept[1]}"' in page
    for start in (0, 1000, 2000):
        someone.get(f"{path}/{kept[1]}", Range=f"bytes={start}-")

    assert len(deeds(rooms, "watch_recording")) == 1


def test_of_another_visit_it_is_not_found(day, provider, kept):
    other = day.visit("Walter Brandt")
    someone = provider()

    path = f"visits/{other}/recordings/{kept[0]}"

    assert [someone.get(at).status_code for at in (path, f"{path}/{kept[1]}")] == [404, 404]


def test_a_damaged_copy_is_said_to_be_one(provider, visit_id, kept, rooms):
    (path,) = rooms.settings.recordings_dir.iterdir()
    raw = bytearray(path.read_bytes())
    raw[100] ^= 1
    path.write_bytes(raw)

    answer = provider().get(f"visits/{visit_id}/recordings/{kept[0]}/{kept[1]}", Accept="text/html")

    assert (answer.status_code, 'data-code="VB-1546"' in answer.get_data(as_text=True)) == (502, True)


def test_the_charts_link_leads_whoever_may_see_it_to_the_page(provider, visit_id, kept):
    someone = provider()

    answer = someone.http.get(f"https://localhost/recordings/{kept[0]}")

    there = f"/clinic/s/{someone.session}/visits/{visit_id}/recordings/{kept[0]}"
    assert (answer.status_code, answer.location) == (303, there)


def test_the_charts_link_opens_nothing_by_itself(provider, phone, kept):
    unknown = "https://localhost/recordings/unknown"
    for browser in (phone, provider("scheduler").http, provider("admin").http):
        answer = browser.get(f"https://localhost/recordings/{kept[0]}", headers={"Accept": "text/html"})
        page = answer.get_data(as_text=True)
        assert (answer.status_code, 'data-code="VB-1548"' in page) == (403, True)
        assert "/launch/standalone/sandbox" in page
        assert "Rosa" not in page
        assert browser.get(unknown, headers={"Accept": "text/html"}).status_code == 403


def test_an_admin_takes_one_away_for_a_reason_and_sees_no_names(provider, visit_id, kept, rooms):
    admin = provider("admin")
    page = admin.read("recordings")
    assert kept[1] in page and "Rosa" not in page

    assert press(admin, "recordings", f"recordings/{kept[1]}/delete", reason=" ").status_code == 400
    assert press(admin, "recordings", f"recordings/{kept[1]}/delete", reason="asked to").status_code == 303
    assert press(admin, "hosts", f"recordings/{kept[1]}/delete", reason="again").status_code == 404

    assert list(rooms.settings.recordings_dir.iterdir()) == []
    assert "Deleted by hand on" in provider().read(f"visits/{visit_id}")
    assert provider().get(f"visits/{visit_id}/recordings/{kept[0]}/{kept[1]}").status_code == 404
    assert deeds(rooms, "delete_recording") == [f'{{"file": "{kept[1]}", "recording": "{kept[0]}"}}']


def test_a_provider_deletes_nothing(provider, kept, rooms):
    someone = provider()

    assert someone.get("recordings").status_code == 403
    assert press(someone, "writes", f"recordings/{kept[1]}/delete", reason="x").status_code == 403
    assert len(list(rooms.settings.recordings_dir.iterdir())) == 1


def test_one_that_could_not_be_fetched_stands_among_the_late_writes(day, provider, visit_id, rooms):
    day.write(visit_id, "fetch_recording", "rejected", error_code="VB-1543", identity="system")
    someone = provider()

    page = someone.read("writes")

    assert "Recording, into our own storage" in page
    assert "It stays in Zoom. It is larger than this deployment allows" in page
    with rooms.db.read() as tx:
        row_id = tx.scalars(select(OutboxRow.id)).one()
    assert press(someone, "writes", f"writes/{row_id}/retry").status_code == 303


@pytest.mark.parametrize("policy", [{}])
def test_an_alarm_is_on_the_visits_page(day, provider, visit_id, rooms, minutes):
    with rooms.db.read() as tx:
        meeting = tx.scalars(select(Meeting)).one()
    news = recording_news_of(Told(meeting.room_id, minutes(1)).started())
    with telling(rooms) as told:
        keep_recording(rooms, told, told.tx.get_one(Meeting, meeting.id), news)

    page = provider().read(f"visits/{visit_id}")
    assert "This department records nothing, and Zoom records or has recorded this call." in page
    assert "Stop it in Zoom, and ask whoever manages Zoom how it came about." in page
