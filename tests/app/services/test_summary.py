"""The summary and the note: who was there, when, and how long together."""

from datetime import timedelta

import pytest

from app.services.finish_visit import finish_visit
from app.services.join_visit import join_visit
from app.services.note_text import note_text
from app.services.see_appointment import see_appointment
from app.services.visit_summary import summary_of
from app.visits.states import Role


@pytest.fixture
def met(world, clock):
    """A call from 09:51 in New York: the host for 20 minutes, the patient twice within them."""
    world.start()
    join_visit(world.rooms, world.token)
    at = clock.now() + timedelta(minutes=1)
    world.tell("participant_joined", at, who="host")
    world.tell("participant_joined", at + timedelta(minutes=2), who="patient", connection="a")
    world.tell("participant_left", at + timedelta(minutes=5), who="patient", connection="a")
    world.tell("participant_joined", at + timedelta(minutes=6), who="patient", connection="b")
    world.tell("participant_left", at + timedelta(minutes=18), who="patient", connection="b")
    world.tell("participant_left", at + timedelta(minutes=20), who="host")
    clock.forward(hours=1)
    return world


def test_stretches_and_the_time_together_are_told(met, minutes):
    summary = summary_of(met.rooms, met.visit_id)

    patient = next(person for person in summary.people if person.role is Role.PATIENT)
    assert [(s.start, s.end) for s in patient.stretches] == [
        (minutes(-7), minutes(-4)),
        (minutes(-3), minutes(9)),
    ]
    assert summary.together == timedelta(minutes=15)
    assert (summary.first, summary.last) == (minutes(-9), minutes(11))
    assert summary.modality == "video"
    assert summary.others_in_call == ()


def test_who_is_still_in_the_call_is_listed_with_strangers(met, clock, minutes):
    met.tell("participant_joined", minutes(15), who="patient", connection="c")
    met.tell("participant_joined", minutes(15), who="stranger")

    summary = summary_of(met.rooms, met.visit_id)

    assert [person.role for person in summary.others_in_call] == [Role.PATIENT, None]
    assert summary.last is None


def test_a_call_whose_end_was_never_told_ends_with_the_visit(met, clock, minutes):
    met.tell("participant_joined", minutes(15), who="host", connection="d")
    met.tell("participant_joined", minutes(20), who="patient", connection="c")
    clock.instant = minutes(30)
    finish_visit(met.rooms, met.session, met.visit_id, end_for_all=False)
    clock.forward(hours=1)

    summary = summary_of(met.rooms, met.visit_id)

    assert summary.together == timedelta(minutes=25)
    assert summary.last == minutes(30)


def test_two_devices_at_once_count_once(met, minutes):
    met.tell("participant_joined", minutes(0), who="patient", connection="tablet")
    met.tell("participant_left", minutes(5), who="patient", connection="tablet")

    assert summary_of(met.rooms, met.visit_id).together == timedelta(minutes=15)


def test_a_visit_without_a_call_is_no_video(world):
    summary = summary_of(world.rooms, world.visit_id)

    assert (summary.modality, summary.first, summary.last) == ("none", None, None)
    assert summary.together == timedelta(0)


@pytest.mark.parametrize(
    ("needed", "told"),
    [
        (True, "Interpreter: none in the call; the chart says that one is needed."),
        (False, "Interpreter: none in the call."),
        (None, "Interpreter: none in the call."),
    ],
)
def test_the_note_says_that_an_interpreter_was_needed_and_not_there(met, seen, patient, clock, needed, told):
    told_now = seen(patient=patient(interpreter_needed=needed), read_at=clock.now())
    see_appointment(met.rooms, met.rooms.sites.by_name("sandbox"), told_now, session_id=None)

    assert told in note_text(summary_of(met.rooms, met.visit_id), "en").splitlines()


def test_the_note_is_in_the_clinics_time(met):
    assert note_text(summary_of(met.rooms, met.visit_id), "en").splitlines() == [
        "Telehealth visit by video, November 23, 2026.",
        "Patient Rosa Diaz: in the call 09:53–09:56, 09:57–10:09.",
        "Provider Amara Osei: in the call 09:51–10:11.",
        "Together in the call: 15 minutes.",
        "Interpreter: none in the call.",
        "Technical trouble: the patient was out of the call 1 time in between.",
        "Where the patient was:",
    ]


def test_the_note_of_a_call_under_way_says_since_when(world, clock):
    world.start()
    world.tell("participant_joined", clock.now(), who="host")

    assert note_text(summary_of(world.rooms, world.visit_id), "en").splitlines() == [
        "Telehealth visit, November 23, 2026.",
        "Provider Amara Osei: in the call since 09:50.",
        "Provider and patient were not in the call together.",
        "Interpreter: none in the call.",
        "Technical trouble: none seen.",
        "Where the patient was:",
    ]


def test_the_note_of_a_visit_without_a_call_says_so(world):
    assert "not in the call together" in note_text(summary_of(world.rooms, world.visit_id), "en")
