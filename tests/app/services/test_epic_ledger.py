"""A finished visit's note at Epic: there once, and where that cannot be told a person is asked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import OutboxRow
from app.services.deliver_outbox import deliver, due_rows
from app.services.finish_visit import finish_visit
from app.services.owe_chart import owe
from app.services.visit_note import NoteDraft
from app.store.visits import find_visit
from launch.sites import Site
from sandbox.clinic.resources import MRN
from sandbox.ehr.accounts import PASSWORD, USER
from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.flavours.epic.likeness import CSN
from sandbox.serving import served
from tests.app.fake_ehr import FakeEhr
from tests.launch.vendors.epic.conftest import Epic
from tests.ports import free_port

pytestmark = pytest.mark.wire
APIS = "user/Patient.read user/Appointment.read user/DocumentReference.read user/DocumentReference.write"
WITHOUT_NOTES = "launch openid fhirUser user/Patient.rs user/Appointment.rs"


def chart_of_the_visit(now):
    person = {"reference": "Patient/p-1"}
    slot = {"start": now.isoformat(), "end": (now + timedelta(minutes=30)).isoformat()}
    return [
        {"resourceType": "Practitioner", "id": "dr-1", "name": [{"family": "Osei"}]},
        {"resourceType": "Patient", "id": "p-1", "identifier": [{"system": MRN, "value": "MRN-1"}]},
        {
            "resourceType": "Appointment",
            "id": "appt-1",
            "status": "booked",
            **slot,
            "identifier": [{"system": CSN, "value": "10007057852"}],
            "participant": [{"actor": person, "status": "accepted"}],
        },
        {
            "resourceType": "Encounter",
            "id": "e-1",
            "status": "in-progress",
            "class": {"system": "urn:oid:1.2.840.114350", "code": "13"},
            "subject": person,
        },
    ]


@pytest.fixture(scope="module")
def open_doors() -> Iterator[Epic]:
    port = free_port()
    with served(create_app(EhrConfig(port=port, flavour="epic")), port) as url:
        yield Epic(url)


@pytest.fixture
def epic(open_doors, rooms, world, make_site) -> Epic:
    """The EHR of the visit, whose chart holds its encounter."""
    open_doors.reset()
    answer = open_doors.order("_load", {"resources": chart_of_the_visit(rooms.clock.now())})
    assert len(answer["taken"]) == 4, answer
    settings = {
        "interconnect_url": open_doors.url,
        "user": USER,
        "password": PASSWORD,
        "client_id": "visitbridge-backend",
        "vendor_name": "VisitBridge",
        "external_id_system": MRN,
        "external_id_type": "1",
        "connection_status": "1",
    }
    launch = replace(
        Site("sandbox", ("https://ehr.example/fhir",), "epic", "client", "public", None, ()),
        vendor_settings=settings,
    )
    rooms.sites.site = make_site(launch=launch, ladder={"connection-status": True})
    object.__setattr__(rooms, "ehr", FakeEhr(open_doors.chart, system=None, user=APIS))
    with rooms.db.write() as tx:
        find_visit(tx, world.visit_id).encounter_id = "e-1"
    return open_doors


def finish_with_a_note(rooms, world):
    world.start()
    finish_visit(rooms, world.session, world.visit_id, end_for_all=False, note=NoteDraft("All is well."))


def the_row(rooms, kind):
    with rooms.db.read() as tx:
        return tx.scalars(select(OutboxRow).where(OutboxRow.kind == kind)).one()


def for_an_hour(rooms, clock):
    """Whatever is due, at each half minute."""
    for _ in range(120):
        for row_id in due_rows(rooms):
            deliver(rooms, row_id)
        clock.instant += timedelta(seconds=30)


def notes(epic):
    return [row for row in epic.written() if row["reference"].startswith("DocumentReference/")]


def test_a_note_is_in_the_chart_once_and_read_back(rooms, world, clock, epic):
    finish_with_a_note(rooms, world)

    for_an_hour(rooms, clock)

    row = the_row(rooms, "chart_note")
    assert (row.state, len(notes(epic))) == ("written", 1)
    assert row.confirmed_at is not None
    assert row.receipt == notes(epic)[0]["reference"]


@pytest.mark.parametrize("switch", ["drop_after_write", "fail_after_write"])
def test_a_note_whose_answer_was_lost_waits_for_a_person(rooms, world, clock, epic, switch):
    finish_with_a_note(rooms, world)
    epic.switch(switch)

    for_an_hour(rooms, clock)

    row = the_row(rooms, "chart_note")
    assert (row.state, len(notes(epic))) == ("unknown", 1)
    assert row.look_at is None


def test_an_ehr_that_was_down_gets_the_note_later(rooms, world, clock, epic):
    finish_with_a_note(rooms, world)
    epic.switch("ehr_down", what="fhir", status=429, times=2)

    for_an_hour(rooms, clock)

    assert (the_row(rooms, "chart_note").state, len(notes(epic))) == ("written", 1)


def test_an_api_that_was_taken_off_the_app_is_told_to_the_author(rooms, world, clock, epic):
    """A 403 without a word of why: nothing was filed, and nothing is tried again."""
    finish_with_a_note(rooms, world)
    order = {
        "client_id": "visitbridge-public",
        "kind": "public",
        "redirect_uris": ["http://localhost:8000/launch/callback"],
        "launch_url": "http://localhost:8000/launch",
    }
    epic.order("_clients", order | {"scope": WITHOUT_NOTES})
    epic.told = epic.token()

    for_an_hour(rooms, clock)
    epic.order("_clients", order)

    row = the_row(rooms, "chart_note")
    assert (row.state, notes(epic)) == ("rejected", [])
    assert row.error_code


def test_a_visit_without_an_encounter_leaves_the_note_to_be_copied(rooms, world, clock, epic):
    with rooms.db.write() as tx:
        find_visit(tx, world.visit_id).encounter_id = None
    finish_with_a_note(rooms, world)

    for_an_hour(rooms, clock)

    assert (the_row(rooms, "chart_note").state, notes(epic)) == ("rejected", [])


def arrive(rooms, world):
    with rooms.db.write() as tx:
        visit = find_visit(tx, world.visit_id)
        assert owe(
            rooms, tx, visit, "chart_presence", "patient", rooms.clock.now(), staff_id=world.session.staff_id
        )


def test_the_patient_s_arrival_is_told_once(rooms, world, clock, epic):
    arrive(rooms, world)

    for_an_hour(rooms, clock)

    [row] = epic.written()
    assert row["interaction"] == "SetExternalConnectionStatus"
    assert row["resource"]["ConferenceID"] == "10007057852"
    assert row["resource"]["ExternalID"] == "MRN-1"
    assert the_row(rooms, "chart_presence").state == "written"


def test_an_arrival_whose_answer_was_lost_is_not_told_again(rooms, world, clock, epic):
    arrive(rooms, world)
    epic.switch("drop_after_write")

    for_an_hour(rooms, clock)

    assert len(epic.written()) == 1
    assert the_row(rooms, "chart_presence").state == "unknown"


def test_no_secret_of_the_interface_reaches_a_log_line(rooms, world, clock, epic, caplog, capsys):
    arrive(rooms, world)
    epic.switch("ehr_down", what="fhir", times=3)

    for_an_hour(rooms, clock)

    said = caplog.text + capsys.readouterr().out
    assert PASSWORD not in said and "MRN-1" not in said and "10007057852" not in said
