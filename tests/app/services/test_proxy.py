"""Somebody who acts for a patient stands in the patient's place: they wait, they meet the provider."""

from datetime import timedelta

import pytest

from app.services.close_visit import was_here
from app.services.invite import add_person, give_link
from app.services.join_visit import join_visit
from app.services.patient_presence import open_link
from app.services.visit_summary import summary_of
from app.store.people import waiting_patients
from app.store.visits import find_visit
from app.visits.states import Presence, Role


@pytest.fixture
def proxy(world, rooms):
    """The token of the mother's own link."""
    with rooms.db.write() as tx:
        visit = find_visit(tx, world.visit_id)
        person = add_person(rooms, visit, Role.FAMILY, position=2)
        person.name, person.proxy_hash = "Ines Vega", "who-she-is"
        give_link(rooms, person)
        return person.token


def test_who_waits_for_the_patient_is_seen_as_waiting(world, rooms, proxy):
    open_link(rooms, proxy)

    with rooms.db.read() as tx:
        assert [person.name for _, _, person in waiting_patients(tx)] == ["Ines Vega"]
    assert was_here(world.visit)
    assert not world.patient.page_seen_at


def test_the_visit_is_in_progress_once_they_meet_the_provider(world, rooms, clock, proxy):
    world.start()
    join_visit(rooms, proxy)
    at = clock.now() + timedelta(minutes=1)

    world.tell("participant_joined", at, who="host")
    assert world.visit.state == "open"
    world.tell("participant_joined", at + timedelta(minutes=2), who="patient")

    assert (world.visit.state, world.visit.met_at) == ("in_progress", at + timedelta(minutes=2))
    assert world.patient.presence == Presence.INVITED
    clock.forward(hours=1)
    assert summary_of(rooms, world.visit_id).together > timedelta(minutes=10)


def test_a_department_that_shows_names_shows_their_own(world, rooms, video, make_site, proxy):
    rooms.sites.site = make_site(policy={"display_name": "given_initial"})
    world.start()
    told = []
    ask = video.link_for
    video.link_for = lambda room_id, guest: told.append(guest) or ask(room_id, guest)

    join_visit(rooms, proxy)

    assert told[0].display_name == "Ines V."
