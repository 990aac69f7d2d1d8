"""How late it is: said on the pages of whoever waits, and in the video service's own room if it can be."""

import pytest

from app.errors.people import WaitWordsWrong
from app.errors.visit import VisitClosed
from app.services.deliver_outbox import deliver, due_rows
from app.services.finish_visit import finish_visit
from app.services.join_visit import join_visit
from app.services.patient_page import read_patient_page
from app.services.patient_presence import look_at_link
from app.services.reopen_visit import reopen_visit
from app.services.say_wait import say_wait, take_wait_back
from app.services.visit_page import read_visit_page
from app.store.visits import find_visit
from app.visits.door import Door
from zoom_bridge.errors import ZoomRefused


def say(world, minutes=None, text=""):
    say_wait(world.rooms, world.session, world.visit_id, minutes, text)


def patients(world):
    return read_patient_page(world.rooms, look_at_link(world.rooms, world.token))


def staffs(world):
    return read_visit_page(world.rooms, world.session, world.visit_id)


def begin(world, clock):
    """The provider is in the call, and the patient before it."""
    world.start()
    world.tell("started", clock.now())
    world.tell("participant_joined", clock.now(), who="host")
    world.rooms.video.meetings[world.room_id].live = True
    join_visit(world.rooms, world.token)
    world.tell("participant_joined_waiting_room", clock.now(), who="patient")


def send_all(world):
    for row in due_rows(world.rooms):
        deliver(world.rooms, row)


def test_minutes_stand_on_the_pages_of_all_who_wait_until_they_are_taken_away(world, clock):
    before = look_at_link(world.rooms, world.token).revision
    say(world, 10)

    assert look_at_link(world.rooms, world.token).revision > before
    assert (patients(world).wait.minutes, patients(world).wait.at) == (10, clock.now())
    assert staffs(world).aside.wait == patients(world).wait
    take_wait_back(world.rooms, world.session, world.visit_id)
    assert patients(world).wait is None and staffs(world).aside.wait is None


def test_words_of_staff_are_shown_as_they_are_and_sealed(world):
    say(world, text="  We look for an <interpreter>  ")

    assert patients(world).wait.text == "We look for an <interpreter>"
    with world.rooms.db.read() as tx:
        kept = tx.connection().exec_driver_sql("SELECT wait_text FROM visit").scalar_one()
    assert b"interpreter" not in bytes(kept)


WRONG = [(7, ""), (None, ""), (None, " "), (None, "x" * 121), (10, "and more"), (None, "a\x07b")]


@pytest.mark.parametrize(("late", "text"), WRONG)
def test_what_cannot_be_said_is_refused(world, late, text):
    with pytest.raises(WaitWordsWrong):
        say(world, late, text)

    assert patients(world).wait is None


def test_a_closed_visit_says_nothing_and_forgets_what_it_said(world):
    say(world, 10)
    world.start()
    finish_visit(world.rooms, world.session, world.visit_id, end_for_all=False)
    with pytest.raises(VisitClosed):
        say(world, 20)
    reopen_visit(world.rooms, world.session, world.visit_id, "too early")

    assert patients(world).wait is None


def test_whoever_is_let_in_is_told_no_more(world, clock):
    begin(world, clock)
    say(world, 10)
    assert patients(world).wait

    world.tell("participant_joined", clock.now(), who="patient")

    assert patients(world).wait is None and staffs(world).aside.wait is None


def test_zooms_own_room_says_the_minutes_in_the_patients_language(world, clock, video):
    with world.rooms.db.write() as tx:
        person = next(one for one in find_visit(tx, world.visit_id).people if one.role == "patient")
        person.language = "zh-Hant"
    begin(world, clock)
    say(world, 10)
    send_all(world)

    (said,) = video.meetings[world.room_id].said
    assert "10" in said and "minutes" not in said
    assert staffs(world).aside.wait_there.state == "written"


def test_what_staff_typed_never_goes_to_zoom(world, clock, video):
    begin(world, clock)
    say(world, text="Rosa, we look for your chart")
    send_all(world)
    assert video.meetings[world.room_id].said == []

    say(world, 5)
    send_all(world)
    say(world, text="Rosa, we look for your chart")
    send_all(world)

    assert [("5" in said, "Rosa" in said) for said in video.meetings[world.room_id].said] == [
        (True, False),
        (False, False),
    ]


def test_a_refusal_of_zoom_is_shown_and_blocks_nothing(world, clock, video):
    begin(world, clock)
    video.before["say_to_waiting"] = [ZoomRefused(400, 300)]

    say(world, 10)
    send_all(world)

    assert patients(world).wait.minutes == 10
    assert (staffs(world).aside.wait_there.state, staffs(world).aside.wait_there.error_code) == (
        "rejected",
        "VB-1510",
    )


def test_before_the_call_zoom_is_not_asked(world, video):
    world.start()
    say(world, 10)
    send_all(world)

    assert "say_to_waiting" not in video.calls
    assert staffs(world).aside.wait_there is None


def test_whoever_is_put_back_reads_that_they_are_to_wait_and_staff_see_since_when(world, clock):
    begin(world, clock)
    world.tell("participant_joined", clock.now(), who="patient")
    assert look_at_link(world.rooms, world.token).door is Door.IN_CALL
    clock.forward(minutes=2)

    world.tell("participant_put_in_waiting_room", clock.now(), who="patient")

    put_back_at = clock.now()
    clock.forward(minutes=3)
    assert look_at_link(world.rooms, world.token).door is Door.HELD
    assert staffs(world).patient.put_back_at == put_back_at
    assert join_visit(world.rooms, world.token).reveal()

    world.tell("participant_admitted", clock.now(), who="patient")
    world.tell("participant_joined", clock.now(), who="patient")

    assert look_at_link(world.rooms, world.token).door is Door.IN_CALL
    assert staffs(world).patient.put_back_at is None


def test_whoever_waits_to_begin_with_was_not_put_back(world, clock):
    begin(world, clock)

    assert look_at_link(world.rooms, world.token).door is Door.IN_CALL
    assert staffs(world).patient.put_back_at is None
