"""A finished visit's note at Oracle Health: there once, through lost answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from sqlalchemy import select

from app.models import OutboxRow
from app.services.deliver_outbox import deliver, due_rows
from app.services.finish_visit import finish_visit
from app.services.visit_note import NoteDraft
from launch.sites import Site
from tests.app.fake_ehr import FakeEhr
from tests.fhir.clinic import Clinic, open_clinic
from tests.patience import PATIENCE

pytestmark = pytest.mark.wire
NOTES = "user/DocumentReference.read user/DocumentReference.write"
PEOPLE = [
    {"resourceType": "Practitioner", "id": "dr-1", "name": [{"family": "Osei"}]},
    {"resourceType": "Patient", "id": "p-1"},
]


@pytest.fixture(scope="module")
def open_doors() -> Iterator[Clinic]:
    with open_clinic("oracle") as clinic:
        yield clinic


@pytest.fixture
def clinic(open_doors, rooms, make_site) -> Clinic:
    """The EHR of the visit, whose chart knows its people."""
    open_doors.reset()
    loaded = requests.post(f"{open_doors.url}/_load", json={"resources": PEOPLE}, timeout=PATIENCE)
    assert len(loaded.json()["taken"]) == len(PEOPLE), loaded.text
    launch = Site("sandbox", ("https://ehr.example/fhir",), "oracle", "client", "public", None, ())
    rooms.sites.site = make_site(launch=replace(launch), ladder={"encounter-end": False})
    object.__setattr__(rooms, "ehr", FakeEhr(open_doors.chart, system=None, user=NOTES))
    return open_doors


def finish(rooms, world, *, is_draft=False):
    world.start()
    note = NoteDraft("All is well.", is_draft=is_draft)
    finish_visit(rooms, world.session, world.visit_id, end_for_all=False, note=note)


def for_an_hour(rooms, clock):
    """Whatever is due, at each half minute."""
    for _ in range(120):
        for row_id in due_rows(rooms):
            deliver(rooms, row_id)
        clock.instant += timedelta(seconds=30)


def state(rooms):
    with rooms.db.read() as tx:
        row = tx.scalars(select(OutboxRow).where(OutboxRow.kind == "chart_note")).one()
    return row.state, row.confirmed_at is not None


def notes(clinic):
    return [row for row in clinic.written() if row["reference"].startswith("DocumentReference/")]


@pytest.mark.parametrize("switch", [None, "drop_after_write", "fail_after_write", "expire_tokens"])
def test_a_note_is_in_the_chart_once_and_read_back(rooms, world, clock, clinic, switch):
    finish(rooms, world)
    if switch == "expire_tokens":
        clinic.switch(switch)
    elif switch:
        clinic.switch(switch, times=1)

    for_an_hour(rooms, clock)

    assert state(rooms) == ("written", True)
    assert len(notes(clinic)) == 1


def test_a_draft_is_not_filed_as_final(rooms, world, clock, clinic):
    finish(rooms, world, is_draft=True)

    for_an_hour(rooms, clock)

    assert state(rooms)[0] == "rejected"
    assert notes(clinic) == []
