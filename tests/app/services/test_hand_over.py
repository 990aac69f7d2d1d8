"""A visit is handed to another provider: theirs on every page, in the running call or in one of their own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.errors.people import NobodyToHandTo
from app.errors.session import NotAllowed
from app.errors.visit import ReasonMissing, VisitClosed
from app.models import AuditRow, StreamEvent, VisitAct
from app.services.close_visit import cancel_visit
from app.services.hand_over import colleagues_of, hand_over, receive_handed
from app.services.join_visit import join_visit
from app.services.open_session import check_visit
from app.services.patient_page import read_patient_page
from app.services.patient_presence import look_at_link, open_link
from app.services.schedule_page import others_waiting, read_schedule_page
from app.services.see_appointment import see_appointment
from app.services.visit_page import read_visit_page
from app.store.directory import hold_practitioner, note_practitioners
from app.store.meetings import active_meeting
from app.visits.states import Presence
from fhir.practitioners import ChartPractitioner

DR_OSEI, DR_LEE = "amara.osei@clinic.example", "david.lee@clinic.example"
LEE = ChartPractitioner("dr-2", "David Lee", "1234567802", (DR_LEE,), ())


@pytest.fixture(autouse=True)
def lee(world):
    """The chart has told of Dr. Lee, too."""
    with world.rooms.db.write() as tx:
        note_practitioners(tx, "sandbox", [LEE], world.rooms.clock.now())


def to_lee(world, reason="called to an emergency"):
    hand_over(world.rooms, world.session, world.visit_id, "dr-2", reason)


def page(world):
    return read_visit_page(world.rooms, world.session, world.visit_id)


def rows_of(world, session):
    found = read_schedule_page(world.rooms, session, mine=True)
    return [row.visit_id for row in (*found.unfinished, *found.done)]


def test_the_visit_is_theirs_on_both_schedules_and_on_the_patients_page(world, sign_in):
    lees = sign_in(practitioner="dr-2")
    assert rows_of(world, lees) == []

    to_lee(world)

    assert rows_of(world, lees) == rows_of(world, world.session) == [world.visit_id]
    patients = read_patient_page(world.rooms, look_at_link(world.rooms, world.token))
    assert (patients.practitioner, patients.handed_from) == ("David Lee", "Amara Osei")
    handed = page(world).aside.handed
    assert (handed.before, handed.reason, handed.stuck) == ("Amara Osei", "called to an emergency", None)
    assert page(world).host.name == "David Lee"
    with world.rooms.db.read() as tx:
        act = tx.scalars(select(VisitAct).order_by(VisitAct.id.desc())).first()
        assert (act.act, act.staff_id, act.from_state) == ("hand_over", world.session.staff_id, act.to_state)
        assert tx.scalars(select(AuditRow.act).order_by(AuditRow.n)).all()[-1] == "hand_over"
        assert tx.scalars(select(StreamEvent.kind)).all()


def test_the_new_provider_is_told_of_a_patient_who_waits(world, sign_in):
    lees = sign_in(practitioner="dr-2")
    open_link(world.rooms, world.token)
    with pytest.raises(NotAllowed):
        check_visit(world.rooms, lees, world.visit_id, "act")

    to_lee(world)

    check_visit(world.rooms, lees, world.visit_id, "act")
    assert others_waiting(world.rooms, lees, "another") == 1


def test_whoever_signs_in_later_finds_what_was_handed_to_them(world, sign_in):
    to_lee(world)
    lees, another = sign_in(practitioner="dr-2"), sign_in(practitioner="dr-3")

    for one in (lees, another):
        receive_handed(world.rooms, one)

    assert rows_of(world, lees) == [world.visit_id]
    assert rows_of(world, another) == []


def test_pressed_twice_it_is_one_act(world):
    to_lee(world)
    to_lee(world)

    with world.rooms.db.read() as tx:
        assert len(tx.scalars(select(VisitAct).where(VisitAct.act == "hand_over")).all()) == 1


def test_the_chart_that_says_what_it_said_takes_nothing_back(world, seen, clock):
    to_lee(world)
    clock.forward(minutes=1)

    told = seen(read_at=clock.now())
    see_appointment(world.rooms, world.rooms.sites.by_name("sandbox"), told, session_id=None)

    assert (world.visit.practitioner_id, world.visit.host_key) == ("dr-2", DR_LEE)
    assert world.host.name == "David Lee"


def test_a_third_provider_in_the_chart_has_the_last_word(world, seen, clock):
    to_lee(world)
    clock.forward(minutes=1)
    third = ChartPractitioner("dr-3", "Mei-Ling Chen", None, ("mei@clinic.example",), ())

    told = seen(read_at=clock.now(), practitioner=third)
    see_appointment(world.rooms, world.rooms.sites.by_name("sandbox"), told, session_id=None)

    assert (world.visit.practitioner_id, world.visit.handed_at) == ("dr-3", None)


def test_a_visit_that_is_handed_back_is_as_it_was(world):
    to_lee(world)
    hand_over(world.rooms, world.session, world.visit_id, "dr-1", "back again")

    assert (world.visit.practitioner_id, world.visit.handed_at) == ("dr-1", None)
    assert world.visit.host_key == DR_OSEI


def test_an_empty_meeting_of_the_other_account_gives_way_and_no_link_changes(world, video):
    world.start()
    before, token = world.room_id, world.token

    to_lee(world)
    world.start()

    assert world.room_id != before
    assert video.meetings[world.room_id].order.host == f"id-of-{DR_LEE}"
    assert world.token == token and join_visit(world.rooms, token).reveal()


def test_a_call_that_goes_on_stays_and_the_page_says_what_to_do(world, clock):
    world.start()
    before = world.room_id
    world.tell("started", clock.now())
    world.tell("participant_joined", clock.now(), who="host")

    to_lee(world)

    assert world.room_id == before
    assert page(world).aside.handed.stuck == DR_OSEI
    assert page(world).host.presence is Presence.IN_CALL
    clock.forward(minutes=1)
    world.tell("ended", clock.now() + timedelta(seconds=1))
    assert page(world).aside.handed.stuck is None
    world.start()
    assert world.room_id != before
    assert world.visit.host_key == DR_LEE


def test_whoever_covers_goes_on_in_the_same_call(world, clock):
    world.start()
    world.tell("started", clock.now())
    world.tell("participant_joined", clock.now(), who="host")
    with world.rooms.db.write() as tx:
        active_meeting(tx, world.visit_id).cover_id = DR_LEE

    to_lee(world)

    assert page(world).aside.handed.stuck is None
    assert world.visit.host_key == DR_LEE


def test_whom_one_may_choose_is_whom_the_chart_told_of(world):
    assert [one.name for one in colleagues_of(world.rooms, world.visit_id)] == ["David Lee"]
    with world.rooms.db.write() as tx:
        assert hold_practitioner(tx, "sandbox", "dr-1") is not None


def test_what_cannot_be_is_refused(world):
    with pytest.raises(NobodyToHandTo):
        hand_over(world.rooms, world.session, world.visit_id, "dr-9", "why not")
    with pytest.raises(ReasonMissing):
        to_lee(world, "  ")
    cancel_visit(world.rooms, world.session, world.visit_id, "off")
    with pytest.raises(VisitClosed):
        to_lee(world)

    assert world.visit.practitioner_id == "dr-1"
