"""A launch from the patient's portal ends at the link of whoever came, the patient or who acts for them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from app.clock import FrozenClock
from app.models import Participant, StaffSession, TokenSet, Visit
from app.ports import Rooms
from app.store.people import patients_side
from app.store.visits import find_visit
from tests.app.launching.test_failing import check_page
from tests.app.launching.wire_ehr import ISS, WireEhr, appointment

MOTHER = {
    "resourceType": "RelatedPerson",
    "id": "r-1",
    "patient": {"reference": "Patient/p-1"},
    "name": [{"family": "Vega", "given": ["Ines"]}],
}
PROXY = "RelatedPerson/r-1"


@pytest.fixture
def from_portal(person: Any, new_person: Callable[[], Any], ehr: WireEhr) -> Callable[..., Any]:
    """The clinic has seen the appointment; then somebody comes from the portal."""
    person.launch()

    def come(user: str, **context: Any) -> Any:
        ehr.claims = {"fhirUser": user, "sub": user}
        ehr.context = {"patient": "p-1", **context}
        comer = new_person()
        return comer.get(comer.click())

    return come


def people(rooms: Rooms) -> dict[str, Participant]:
    with rooms.db.read() as tx:
        visit = find_visit(tx, tx.scalars(select(Visit.id)).one())
        assert visit
        return {one.name: one for one in visit.people}


@pytest.mark.parametrize("user", ["Patient/p-1", f"{ISS}/Patient/p-1"])
@pytest.mark.parametrize("context", [{}, {"patient": None}, {"appointment": "a-1"}])
def test_a_patient_comes_to_their_own_link(
    rooms: Rooms, from_portal: Callable[..., Any], user: str, context: dict[str, Any]
) -> None:
    arrived = from_portal(user, **context)

    patient = people(rooms)["Rosa Diaz"]
    assert (arrived.status_code, arrived.location) == (303, f"/v/{patient.token}")


def test_who_acts_for_a_patient_comes_under_their_own_name_to_a_link_of_their_own(
    rooms: Rooms, person: Any, from_portal: Callable[..., Any], ehr: WireEhr
) -> None:
    ehr.put(MOTHER)

    arrived = from_portal(PROXY)
    again = from_portal(PROXY)

    mother, patient = people(rooms)["Ines Vega"], people(rooms)["Rosa Diaz"]
    assert arrived.location == again.location == f"/v/{mother.token}"
    assert mother.token != patient.token
    assert mother.role == "family"
    assert len(people(rooms)) == 3
    assert person.get(arrived.location).status_code == 200


def test_a_parent_who_is_a_patient_too_acts_for_the_child(
    rooms: Rooms, from_portal: Callable[..., Any], ehr: WireEhr
) -> None:
    ehr.claims = {}
    arrived = from_portal("Patient/p-9")

    [proxy] = [one for one in people(rooms).values() if one.role == "family"]
    assert arrived.location == f"/v/{proxy.token}"
    assert proxy.name.startswith("Family ")


def test_a_proxy_who_waits_is_somebody_who_waits_for_the_provider(
    rooms: Rooms, from_portal: Callable[..., Any], person: Any, ehr: WireEhr
) -> None:
    ehr.put(MOTHER)
    link = from_portal(PROXY).location

    assert person.get(link).status_code == 200

    with rooms.db.read() as tx:
        visit = find_visit(tx, tx.scalars(select(Visit.id)).one())
        assert visit
        assert [one.name for one in patients_side(visit)] == ["Ines Vega", "Rosa Diaz"]


@pytest.mark.parametrize(
    "changes",
    [{"active": False}, {"patient": {"reference": "Patient/p-2"}}, {"patient": None}],
)
def test_who_no_longer_acts_for_the_patient_gets_no_link(
    from_portal: Callable[..., Any], ehr: WireEhr, changes: dict[str, Any]
) -> None:
    ehr.put({**MOTHER, **changes})

    with capture_logs() as logs:
        answer = from_portal(PROXY)

    check_page(answer, logs, "VB-1131", 403)
    assert "/v/" not in answer.text


def test_a_proxy_whose_record_may_not_be_read_is_known_by_the_launch(
    rooms: Rooms, from_portal: Callable[..., Any]
) -> None:
    assert from_portal(PROXY).status_code == 303
    with capture_logs() as logs:
        check_page(from_portal(PROXY, patient=None), logs, "VB-1131", 403)

    assert [one.role for one in people(rooms).values()].count("family") == 1


def test_of_several_visits_a_patient_picks(
    from_portal: Callable[..., Any], new_person: Callable[[], Any], ehr: WireEhr, clock: FrozenClock
) -> None:
    ehr.put(appointment("a-2", clock.now() + timedelta(hours=2)))
    ehr.context = {"patient": "p-1", "appointment": "a-2"}
    ehr.claims = {}
    new_person().launch()

    with capture_logs() as logs:
        answer = from_portal("Patient/p-1")

    check_page(answer, logs, "VB-1131", 403)
    assert len(set(re.findall(r'href="/v/[\w-]{20,}"', answer.text))) == 2
    assert re.search(r"Your visit on Monday, November 23, 2026, \d+:\d\d\sAM \(Eastern Time\)", answer.text)
    assert from_portal("Patient/p-1", appointment="a-2").status_code == 303


def test_nobody_from_a_portal_becomes_staff(rooms: Rooms, from_portal: Callable[..., Any]) -> None:
    with rooms.db.read() as tx:
        before = len(tx.scalars(select(StaffSession.id)).all()), len(tx.scalars(select(TokenSet.site)).all())

    from_portal("Patient/p-1")
    from_portal(PROXY)

    with rooms.db.read() as tx:
        after = len(tx.scalars(select(StaffSession.id)).all()), len(tx.scalars(select(TokenSet.site)).all())
    assert after == before


def test_another_patient_finds_nothing(from_portal: Callable[..., Any]) -> None:
    with capture_logs() as logs:
        check_page(from_portal("Patient/p-2", patient="p-2"), logs, "VB-1131", 403)
