"""Launches on record: what is kept of one, who may open it, how it is compared, and when it is gone."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from app.clock import FrozenClock
from app.jobs.pump import forget_old_traces
from app.models import LaunchTrace
from app.ports import Rooms
from app.services.compare_traces import Kind, differences
from app.services.launch_traces import good_one_before, traces_for
from app.signin.roles import Grant, StaffRole
from app.store.audit import listed
from app.store.launch_traces import MOST_OF_NOBODY, Trace
from app.visits.deeds import Deed
from app.web.cookies import NAME
from tests.app.launching.wire_ehr import WireEhr
from tests.clinic_day import ClinicDay
from tests.leaks import identifier, leaks, name, secret

ENGINEER = (Grant(StaffRole.ENGINEER),)


def kept(rooms: Rooms) -> Trace:
    [trace] = traces_for(rooms, ENGINEER)
    return trace


@pytest.fixture
def engineer(rooms: Rooms, app: Any) -> Callable[..., Any]:
    def come(role: str = "engineer") -> Any:
        http = app.test_client()
        session = ClinicDay(rooms).sign_in("browser", kind="local", role=role)
        http.set_cookie(NAME, "browser", secure=True, domain="localhost")
        base = f"https://localhost/clinic/s/{session}/launches"
        return lambda path="": http.get(base + path, headers={"Accept": "text/html"})

    return come


def test_a_launch_is_kept_from_the_click_to_the_chart(person: Any, rooms: Rooms) -> None:
    assert person.launch().status_code == 303

    trace = kept(rooms)
    assert (trace.outcome, trace.site, trace.code) == ("entered", "sandbox", None)
    assert {"openid", "user/Patient.rs"} <= set(trace.asked.split()) & set(trace.granted.split())
    steps = [one.step.removeprefix("out ") for one in trace.exchanges]
    assert steps[0] == "in GET http://localhost:8000/launch"
    assert "GET https://ehr.example/fhir/.well-known/smart-configuration" in steps
    assert "POST https://ehr.example/oauth2/token" in steps
    # Also what was read beside, by other threads.
    assert "GET https://ehr.example/fhir/Patient/{id}" in steps
    assert "GET https://ehr.example/fhir/Appointment/{id}" in steps
    assert all(one.ms >= 0 and one.status for one in trace.exchanges)


def test_nothing_of_it_is_secret_or_about_a_person(person: Any, rooms: Rooms, ehr: WireEhr) -> None:
    person.launch()

    form = ehr.forms[0]
    needles = (
        *(secret(field, form[field]) for field in ("code_verifier",)),
        secret("the access token", "secret-token-1"),
        secret("the refresh token", "secret-refresh"),
        *(secret(field, ehr.asked[field]) for field in ("state", "nonce", "code_challenge")),
        name("the patient", "Rosa Diaz"),
        name("the family", "Diaz"),
        name("the doctor", "Osei"),
        identifier("the MRN", "MRN-771203"),
        identifier("the launch", "handle-1"),
        identifier("a reference", "Patient/p-1"),
        identifier("a reference", "Appointment/a-1"),
        identifier("a reference", "Practitioner/dr-1"),
    )
    [story] = [json.dumps([one.as_json() for one in kept(rooms).exchanges])]
    assert leaks(needles, story) == []
    assert "the-code" not in story
    assert "MRN" not in story


def test_the_row_is_sealed(person: Any, rooms: Rooms) -> None:
    person.launch()

    with rooms.db.read() as tx:
        [raw] = tx.execute(text("SELECT story FROM launch_trace")).scalars()
    assert b"smart-configuration" not in bytes(raw)


def test_the_reference_of_a_failure_opens_its_launch(person: Any, ehr: WireEhr, engineer: Any) -> None:
    ehr.spoiled["token"] = (401, {"Content-Type": "application/json"}, '{"error": "invalid_client"}')
    page = person.launch().text
    reference = re.search(r'data-reference="(\w+)"', page)
    assert reference is not None
    ask = engineer()

    found = ask(f"?reference={reference[1].lower()}")
    shown = ask("/" + found.location.rpartition("/")[2])

    assert found.status_code == 303
    assert shown.status_code == 200
    assert 'data-outcome="failed"' in shown.text
    assert "VB-1112" in shown.text
    assert "invalid_client" in shown.text
    assert "curl --include --request POST" in shown.text


@pytest.mark.parametrize("role", ["provider", "assistant", "scheduler"])
def test_only_those_who_look_after_ehrs_may_open_one(
    person: Any, rooms: Rooms, engineer: Any, role: str
) -> None:
    person.launch()
    ask = engineer(role)

    for path in ("", f"/{kept(rooms).id}", f"/{kept(rooms).id}/har"):
        assert ask(path).status_code == 403


def test_a_launch_of_no_known_ehr_is_for_those_who_look_after_all(person: Any, rooms: Rooms) -> None:
    person.get("/launch?iss=https://stranger.example/fhir&launch=x")

    assert kept(rooms).exchanges[0].sent["iss"] == "https://stranger.example/fhir"
    assert traces_for(rooms, (Grant(StaffRole.ENGINEER, "sandbox"),)) == ()


def test_an_unknown_reference_says_so(engineer: Any) -> None:
    answer = engineer()("?reference=NOTHING2")

    assert answer.status_code == 404
    assert "VB-1008" in answer.text


def test_a_failed_launch_is_compared_with_the_last_good_one(
    person: Any, new_person: Any, ehr: WireEhr, rooms: Rooms, clock: FrozenClock
) -> None:
    person.launch()
    clock.forward(minutes=1)
    ehr.token = {"scope": "launch openid fhirUser online_access user/Practitioner.rs"}
    new_person().launch()

    failed = traces_for(rooms, ENGINEER)[0]
    good = good_one_before(rooms, failed)
    assert good is not None
    others = {(one.kind, one.where): one for one in differences(good, failed)}
    assert "user/Patient.rs" in others[Kind.SCOPES_LESS, "granted"].was
    assert (Kind.NOT_ASKED, "out GET https://ehr.example/fhir/Patient/{id}") in others


def test_two_launches_that_are_alike_differ_in_nothing(
    person: Any, new_person: Any, rooms: Rooms, clock: FrozenClock
) -> None:
    person.launch()
    clock.forward(minutes=1)
    new_person().launch()

    later = traces_for(rooms, ENGINEER)[0]
    good = good_one_before(rooms, later)
    assert good is not None
    news = [one for one in differences(good, later) if one.kind is not Kind.SLOWER]
    assert news == []


def test_the_archive_has_every_step(person: Any, rooms: Rooms, engineer: Any) -> None:
    person.launch()

    answer = engineer()(f"/{kept(rooms).id}/har")

    log = json.loads(answer.text)["log"]
    assert log["version"] == "1.2"
    assert [one["request"]["url"] for one in log["entries"]] == [one.url for one in kept(rooms).exchanges]
    assert ".har" in answer.headers["Content-Disposition"]


def test_a_repeated_answer_does_not_hide_the_launch(person: Any, rooms: Rooms) -> None:
    path = person.click()
    person.get(path)
    person.get(path)

    assert sorted(one.outcome for one in traces_for(rooms, ENGINEER)) == ["entered", "failed"]


def test_traces_go_after_a_day_and_the_last_good_one_after_a_week(
    person: Any, new_person: Any, rooms: Rooms, clock: FrozenClock
) -> None:
    person.launch()
    clock.forward(minutes=1)
    new_person().launch()
    person.get("/launch")
    clock.forward(hours=25)

    forget_old_traces(rooms)
    left = [one.outcome for one in traces_for(rooms, ENGINEER)]
    clock.forward(days=7)
    forget_old_traces(rooms)

    assert left == ["entered"]
    assert traces_for(rooms, ENGINEER) == ()


def test_strangers_cannot_fill_the_database(person: Any, rooms: Rooms) -> None:
    for _ in range(MOST_OF_NOBODY + 3):
        person.get("/launch")

    with rooms.db.read() as tx:
        assert len(tx.scalars(select(LaunchTrace.id)).all()) == MOST_OF_NOBODY


def test_a_launch_goes_on_where_its_trace_cannot_be_kept(
    person: Any, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr("app.web.launch_tape.note_passage", broken)

    assert person.launch().status_code == 303
    assert traces_for(rooms, ENGINEER) == ()


def opened(rooms: Rooms) -> list[dict[str, str]]:
    """What the audit holds of launches that were opened."""
    with rooms.db.read() as tx:
        rows = [row for row in listed(tx, None, None) if row.act == Deed.TRACE]
    assert all(row.staff_id and row.session_kind == "local" and row.visit_id is None for row in rows)
    return [json.loads(row.details) for row in rows]


def test_who_opens_a_launch_or_saves_it_is_written_down(
    person: Any, rooms: Rooms, engineer: Callable[..., Any]
) -> None:
    person.launch()
    trace, look = kept(rooms), engineer()

    look()
    assert opened(rooms) == []
    look(f"/{trace.id}")
    look(f"/{trace.id}/har")

    told = {"trace": trace.id, "of": "sandbox"}
    assert opened(rooms) == [told | {"as": "page"}, told | {"as": "file"}]


def test_who_may_not_open_a_launch_is_not_written_down_as_if_they_had(
    person: Any, rooms: Rooms, engineer: Callable[..., Any]
) -> None:
    person.launch()

    assert engineer("provider")(f"/{kept(rooms).id}").status_code == 403
    assert engineer()("/unknown").status_code == 404
    assert opened(rooms) == []
