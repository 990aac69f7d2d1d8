"""The way in: from a click in the EHR to the page of the visit."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.clock import FrozenClock
from app.models import Staff, StaffSession, TokenSet, Visit
from app.ports import Rooms
from app.services.choose_visit import open_ad_hoc_visit
from app.store.sessions import find_session, was_granted
from tests.app.launching.wire_ehr import COLLEAGUE, PATIENT, WireEhr, appointment, encounter

VISIT = re.compile(r"/clinic/s/([\w-]{20,})/visits/([\w-]{20,})")


def visit_of(rooms: Rooms, answer: Any) -> Visit:
    found = VISIT.fullmatch(answer.location)
    assert found, answer.location
    with rooms.db.read() as tx:
        assert was_granted(tx, found[1], found[2])
        return tx.get_one(Visit, found[2])


def session_of(rooms: Rooms, answer: Any) -> StaffSession:
    session_id = answer.location.split("/")[3]
    with rooms.db.read() as tx:
        return tx.get_one(StaffSession, session_id)


def test_a_launch_with_the_appointment_ends_at_its_visit(
    rooms: Rooms, person: Any, clock: FrozenClock
) -> None:
    answer = person.launch()

    visit, session = visit_of(rooms, answer), session_of(rooms, answer)
    assert answer.status_code == 303
    assert (visit.appointment_id, visit.patient_name, visit.practitioner_id) == ("a-1", "Rosa Diaz", "dr-1")
    assert visit.start == clock.now() + timedelta(minutes=10)
    assert (session.found_by, session.patient_id, session.site) == ("context", "p-1", "sandbox")
    assert session.staff.name == "Amara Osei"
    assert session.staff.fhir_user == "Practitioner/dr-1"
    assert [(role.role, role.site) for role in session.staff.roles] == [("provider", "sandbox")]


@pytest.mark.smart(20, 21, 34, 69)
def test_the_way_in_asks_for_what_smart_asks(person: Any, ehr: WireEhr) -> None:
    person.launch()

    assert ehr.asked["aud"] == "https://ehr.example/fhir"
    assert ehr.asked["launch"] == "handle-1"
    assert ehr.asked["code_challenge_method"] == "S256"
    assert ehr.asked["redirect_uri"] == "http://localhost:8000/launch/callback"
    assert ehr.forms[0]["redirect_uri"] == ehr.asked["redirect_uri"]
    assert ehr.forms[0]["client_id"] == "client"


def test_the_cookie_names_the_browser_and_stays_the_same(person: Any) -> None:
    first = person.get("/launch?iss=https://ehr.example/fhir&launch=x").headers["Set-Cookie"]
    second = person.get("/launch?iss=https://ehr.example/fhir&launch=y").headers["Set-Cookie"]

    assert first.split(";")[0] == second.split(";")[0]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"} <= set(first.split("; "))
    assert "Domain" not in first


def test_two_launches_in_one_browser_are_two_sessions_that_both_work(
    rooms: Rooms, person: Any, ehr: WireEhr, clock: FrozenClock
) -> None:
    ehr.put({**PATIENT, "id": "p-2"}, appointment("a-2", clock.now() + timedelta(hours=1), "p-2"))

    first = person.launch()
    ehr.context = {"patient": "p-2", "appointment": "a-2"}
    second = person.launch()

    assert session_of(rooms, first).patient_id == "p-1"
    assert session_of(rooms, second).patient_id == "p-2"
    assert session_of(rooms, first).browser_hash == session_of(rooms, second).browser_hash
    with rooms.db.read() as tx:
        assert len(tx.scalars(select(Staff)).all()) == 1


def test_only_the_encounter_leads_to_its_appointment(rooms: Rooms, person: Any, ehr: WireEhr) -> None:
    ehr.put(encounter("e-1", "a-1"))
    ehr.context = {"patient": "p-1", "encounter": "e-1"}

    answer = person.launch()

    visit = visit_of(rooms, answer)
    assert (visit.appointment_id, visit.encounter_id) == ("a-1", "e-1")
    assert session_of(rooms, answer).found_by == "encounter"


def test_the_encounters_primary_performer_is_the_host(rooms: Rooms, person: Any, ehr: WireEhr) -> None:
    ehr.put(encounter("e-1", "a-1", doctor="dr-2"))
    ehr.context = {"patient": "p-1", "encounter": "e-1", "appointment": "a-1"}

    visit = visit_of(rooms, person.launch())

    assert (visit.practitioner_id, visit.practitioner_name) == ("dr-2", "David Lee")


def test_a_lone_appointment_of_the_day_is_found_by_search(rooms: Rooms, person: Any, ehr: WireEhr) -> None:
    ehr.context = {"patient": "p-1"}

    answer = person.launch()

    assert visit_of(rooms, answer).appointment_id == "a-1"
    assert session_of(rooms, answer).found_by == "search"


def form_token(page: Any) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def test_several_appointments_are_offered_and_one_is_picked(
    rooms: Rooms, person: Any, ehr: WireEhr, clock: FrozenClock
) -> None:
    ehr.put(appointment("a-2", clock.now() + timedelta(minutes=40)))
    ehr.context = {"patient": "p-1"}

    arrived = person.launch()
    page = person.get(arrived.location)
    picked = person.post(arrived.location, {"csrf": form_token(page), "appointment": "a-2"})

    assert arrived.location.endswith("/choose")
    assert page.text.count('data-act="choose"') == 2
    assert "data-strip" in page.text
    assert visit_of(rooms, picked).appointment_id == "a-2"


def test_an_appointment_that_was_not_offered_cannot_be_picked(
    person: Any, ehr: WireEhr, clock: FrozenClock
) -> None:
    ehr.put(appointment("a-2", clock.now() + timedelta(minutes=40)))
    ehr.put(appointment("a-3", clock.now() + timedelta(minutes=50), patient="p-2"))
    ehr.context = {"patient": "p-1"}
    arrived = person.launch()

    token = form_token(person.get(arrived.location))
    answer = person.post(arrived.location, {"csrf": token, "appointment": "a-3"})

    assert 'data-code="VB-1204"' in answer.text


def test_without_any_appointment_a_visit_is_offered_and_made_once(
    rooms: Rooms, person: Any, ehr: WireEhr
) -> None:
    del ehr.chart["Appointment/a-1"]
    ehr.context = {"patient": "p-1"}

    arrived = person.launch()
    page = person.get(arrived.location)
    form, place = {"csrf": form_token(page)}, arrived.location.replace("/choose", "/ad-hoc")
    first, second = person.post(place, form), person.post(place, form)

    visit = visit_of(rooms, first)
    assert visit.appointment_id is None
    assert (visit.patient_id, visit.practitioner_id) == ("p-1", "dr-1")
    assert first.location == second.location


def test_many_who_open_a_visit_without_appointment_at_once_open_the_same(
    rooms: Rooms, person: Any, ehr: WireEhr
) -> None:
    del ehr.chart["Appointment/a-1"]
    ehr.context = {"patient": "p-1"}
    with rooms.db.read() as tx:
        found = find_session(tx, session_of(rooms, person.launch()).id)
    assert found

    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: open_ad_hoc_visit(rooms, found[0]), range(8)))

    assert len(set(opened)) == 1


def test_a_launch_without_a_patient_ends_at_the_schedule(person: Any, ehr: WireEhr) -> None:
    ehr.context = {}

    assert person.launch().location.endswith("/schedule")


@pytest.mark.smart(36, 152, 166)
def test_the_stand_alone_way_asks_for_a_patient(rooms: Rooms, person: Any, ehr: WireEhr) -> None:
    ehr.context = {"patient": "p-1"}

    answer = person.get(person.say_yes(person.get("/launch/standalone/sandbox")))

    assert visit_of(rooms, answer).appointment_id == "a-1"
    assert "launch" not in ehr.asked
    assert {"launch/patient"} <= set(ehr.asked["scope"].split())
    assert "launch" not in ehr.asked["scope"].split()


def test_another_patients_appointment_in_context_is_passed_over(
    rooms: Rooms, person: Any, ehr: WireEhr, clock: FrozenClock
) -> None:
    ehr.put(appointment("a-9", clock.now() + timedelta(minutes=5), patient="p-9"))
    ehr.context = {"patient": "p-1", "appointment": "a-9"}

    assert visit_of(rooms, person.launch()).appointment_id == "a-1"


@pytest.mark.smart(202)
def test_a_practitioner_in_a_role_is_the_practitioner(rooms: Rooms, person: Any, ehr: WireEhr) -> None:
    role = {
        "resourceType": "PractitionerRole",
        "id": "r-1",
        "practitioner": {"reference": "Practitioner/dr-2"},
    }
    ehr.put(role)
    ehr.claims = {"fhirUser": "PractitionerRole/r-1"}

    session = session_of(rooms, person.launch())

    assert (session.staff.name, session.staff.fhir_user) == ("David Lee", "Practitioner/dr-2")


def test_a_visit_goes_on_without_the_names_of_place_and_host(rooms: Rooms, person: Any, ehr: WireEhr) -> None:
    del ehr.chart["Practitioner/dr-1"], ehr.chart["Location/loc-1"]
    ehr.claims = {"name": "Dr. A. Osei"}

    answer = person.launch()

    visit = visit_of(rooms, answer)
    assert (visit.practitioner_id, visit.department) == ("dr-1", "loc-1")
    assert session_of(rooms, answer).staff.name == "Dr. A. Osei"


def test_the_chart_is_read_in_two_rounds_with_the_appointment(person: Any, ehr: WireEhr) -> None:
    ehr.put(encounter("e-1", "a-1"))
    ehr.context = {"patient": "p-1", "appointment": "a-1", "encounter": "e-1"}
    first = ("Practitioner/dr-1", "Patient/p-1", "Encounter/e-1", "Appointment/a-1")
    second = ("Practitioner/dr-2", "Location/loc-1")
    ehr.answer_at_once(*first)
    ehr.answer_at_once(*second)

    assert person.launch().status_code == 303

    assert sorted(ehr.reads) == sorted((*first, *second)), "nothing is read twice"


def test_the_chart_is_read_in_three_rounds_with_only_the_encounter(person: Any, ehr: WireEhr) -> None:
    ehr.put(encounter("e-1", "a-1"))
    ehr.context = {"patient": "p-1", "encounter": "e-1"}
    first = ("Practitioner/dr-1", "Patient/p-1", "Encounter/e-1")
    third = ("Practitioner/dr-2", "Location/loc-1")
    ehr.answer_at_once(*first)
    ehr.answer_at_once(*third)

    assert person.launch().status_code == 303

    paths = sorted(ehr.reads)
    assert paths == sorted((*first, "Appointment/a-1", *third)), "nothing is read twice"


@pytest.mark.smart(8, 90)
def test_tokens_are_sealed_in_the_database(rooms: Rooms, person: Any) -> None:
    person.launch()

    with rooms.db.read() as tx:
        kept = tx.scalars(select(TokenSet)).one()
        raw = tx.connection().exec_driver_sql("SELECT access_token, refresh_token FROM token_set").one()
    assert (kept.access_token, kept.refresh_token) == ("secret-token-1", "secret-refresh")
    assert not any(b"secret" in bytes(column) for column in raw)


@pytest.mark.smart(202)
def test_the_name_of_a_colleague_follows_the_chart(rooms: Rooms, person: Any, ehr: WireEhr) -> None:
    first = person.launch()
    ehr.put({**COLLEAGUE, "id": "dr-1"})

    second = person.launch()

    assert session_of(rooms, first).staff_id == session_of(rooms, second).staff_id
    assert session_of(rooms, second).staff.name == "David Lee"


@pytest.mark.parametrize("told", [False, "false"])
def test_no_banner_is_needed_where_the_ehr_shows_its_own(
    rooms: Rooms, person: Any, ehr: WireEhr, told: object
) -> None:
    ehr.token = {"need_patient_banner": told}

    assert session_of(rooms, person.launch()).banner_needed is False


@pytest.mark.smart(294, 302, 303, 313, 315)
def test_our_keys_are_published_without_their_private_parts(person: Any) -> None:
    answer = person.get("/.well-known/jwks.json")

    [key] = answer.json["keys"]
    assert (key["kty"], key["alg"]) == ("EC", "ES384")
    assert "d" not in key
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_what_was_not_granted_is_remembered_for_the_page(rooms: Rooms, person: Any, ehr: WireEhr) -> None:
    ehr.token = {"scope": "launch openid fhirUser user/Patient.read user/Appointment.read"}

    session = session_of(rooms, person.launch())

    assert '"unread": ["Encounter", "Practitioner", "Location"]' in (session.context or "")


@pytest.mark.smart(193)
@pytest.mark.parametrize("intent", ["order-review", "", 7, None, {"a": 1}])
def test_an_intent_that_we_do_not_know_opens_the_usual_page(
    person: Any, ehr: WireEhr, intent: object
) -> None:
    ehr.token = {"intent": intent}

    arrived = person.launch()

    assert "/visits/" in arrived.location
    assert person.get(arrived.location).status_code == 200
