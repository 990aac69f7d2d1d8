"""Where everybody is: the page, the call, and time alone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.errors.links import LinkUnknown
from app.models import Meeting, MeetingInstance, StreamEvent
from app.services.acknowledge import acknowledge
from app.services.join_visit import join_visit
from app.services.look_again import look_again
from app.services.patient_presence import beat, look_at_link, open_link
from app.services.visit_events import audience, latest_event, visit_events_since
from app.visits.door import Door
from app.visits.states import MeetingState, Presence, VisitState


def meeting_state(rooms):
    with rooms.db.read() as tx:
        return tx.scalar(select(Meeting.state))


def kinds(world):
    events = visit_events_since(world.rooms, 0, audience([world.session]))
    return [event.kind for event in events]


def test_opening_the_page_is_being_here(world, clock):
    linked = open_link(world.rooms, world.token)

    assert (linked.presence, linked.door) == (Presence.HERE, Door.WAIT)
    assert linked.language == "es"
    assert world.patient.presence_since == clock.now()
    assert kinds(world)[-1] == "presence"


def test_a_heartbeat_that_changes_nothing_tells_nobody(world, clock):
    open_link(world.rooms, world.token)
    before = latest_event(world.rooms)

    clock.forward(seconds=15)
    beat(world.rooms, world.token)

    assert latest_event(world.rooms) == before


def test_looking_at_a_link_is_not_being_here(world):
    assert look_at_link(world.rooms, world.token).door is Door.WAIT

    assert world.patient.presence == Presence.INVITED


@pytest.mark.parametrize("look", [open_link, beat, look_at_link])
def test_a_link_that_is_not_ours_is_unknown(rooms, look):
    with pytest.raises(LinkUnknown):
        look(rooms, "nobody-s-link")


def test_a_page_that_fell_silent_is_stale_after_a_minute(world, clock):
    open_link(world.rooms, world.token)
    beat(world.rooms, world.token)

    clock.forward(seconds=59)
    assert look_again(world.rooms) == 0
    clock.forward(seconds=1)
    assert look_again(world.rooms) == 1

    assert world.patient.presence == Presence.STALE
    assert look_again(world.rooms) == 0


def test_a_page_without_scripts_is_here_for_ten_minutes(world, clock):
    open_link(world.rooms, world.token)

    clock.forward(minutes=9)
    look_again(world.rooms)
    assert world.patient.presence == Presence.HERE

    clock.forward(minutes=1)
    look_again(world.rooms)
    assert world.patient.presence == Presence.STALE


def test_on_the_way_ends_by_itself(world, clock):
    world.start()
    open_link(world.rooms, world.token)
    join_visit(world.rooms, world.token)

    clock.forward(minutes=10)
    look_again(world.rooms)

    assert world.patient.presence == Presence.STALE


def test_the_call_is_followed_from_the_waiting_room_to_the_end(world, clock, rooms):
    world.start()
    join_visit(rooms, world.token)
    at = clock.now() + timedelta(seconds=10)
    world.tell("started", at)
    world.tell("participant_joined", at, who="host")
    assert (meeting_state(rooms), world.host.presence) == (MeetingState.LIVE, Presence.IN_CALL)

    world.tell("participant_joined_waiting_room", at + timedelta(seconds=5), who="patient")
    assert world.patient.presence == Presence.WAITING

    world.tell("participant_admitted", at + timedelta(seconds=20), who="patient")
    world.tell("participant_joined", at + timedelta(seconds=21), who="patient")
    assert world.patient.presence == Presence.IN_CALL
    assert (world.visit.state, world.visit.met_at) == (VisitState.IN_PROGRESS, at + timedelta(seconds=20))

    world.tell("ended", at + timedelta(minutes=20))
    assert (world.patient.presence, world.host.presence) == (Presence.LEFT, Presence.LEFT)
    assert (meeting_state(rooms), world.visit.state) == (MeetingState.IDLE, VisitState.IN_PROGRESS)


def test_hanging_up_and_ending_finish_nothing(world, clock, rooms):
    world.start()
    join_visit(rooms, world.token)
    at = clock.now() + timedelta(seconds=10)
    for who in ("host", "patient"):
        world.tell("participant_joined", at, who=who)
        world.tell("participant_left", at + timedelta(minutes=5), who=who)
    world.tell("ended", at + timedelta(minutes=6))

    assert world.visit.state == VisitState.IN_PROGRESS
    assert look_at_link(rooms, world.token).door is Door.PROVIDER_LEFT


def test_meeting_before_start_moves_the_visit_only_when_it_is_started(world, clock, rooms, make_site):
    rooms.sites.site = make_site(policy={"zoom_room_from": 15})
    join_visit(rooms, world.token)
    at = clock.now() + timedelta(seconds=10)
    world.tell("participant_joined", at, who="host")
    world.tell("participant_joined", at, who="patient")
    assert world.visit.state == VisitState.PLANNED

    clock.forward(minutes=1)
    world.start()

    assert world.visit.state == VisitState.IN_PROGRESS


def test_a_late_left_of_the_first_connection_does_not_end_a_rejoin(world, clock, rooms):
    world.start()
    join_visit(rooms, world.token)
    at = clock.now() + timedelta(seconds=10)
    world.tell("participant_joined", at, who="patient", connection="phone")
    world.tell("participant_joined", at + timedelta(seconds=60), who="patient", connection="laptop")

    world.tell("participant_left", at + timedelta(seconds=50), who="patient", connection="phone")

    assert world.patient.presence == Presence.IN_CALL


def test_a_second_run_of_the_meeting_is_its_own_instance(world, clock, rooms):
    world.start()
    at = clock.now()
    world.tell("started", at)
    world.tell("ended", at + timedelta(minutes=5))
    assert meeting_state(rooms) == MeetingState.IDLE

    world.tell("started", at + timedelta(minutes=6), uuid="uuid-2")

    assert meeting_state(rooms) == MeetingState.LIVE
    with rooms.db.read() as tx:
        assert sorted(tx.scalars(select(MeetingInstance.uuid))) == ["uuid-1", "uuid-2"]


def test_somebody_who_matches_nobody_is_nobody_s_presence(world, clock, rooms):
    world.start()
    join_visit(rooms, world.token)

    world.tell("participant_joined", clock.now() + timedelta(seconds=5), who="stranger")

    assert world.host.presence == Presence.INVITED
    assert world.patient.presence == Presence.ON_THE_WAY


def test_a_guest_who_was_seen_before_their_pass_was_recorded_is_named_then(world, clock, rooms, video):
    from zoom_bridge.errors import ZoomSlow, ZoomUnreachable

    world.start()
    video.after["link_for"] = [ZoomSlow()]
    video.before["find_guest"] = [ZoomUnreachable()]
    with pytest.raises(ZoomUnreachable):
        join_visit(rooms, world.token)
    at = clock.now() + timedelta(seconds=5)
    guest = f"guest-{world.room_id}-0"
    world.tell("participant_joined_waiting_room", at, who="patient", registrant_id=guest)
    assert world.patient.presence == Presence.INVITED

    join_visit(rooms, world.token)
    world.tell("participant_joined_waiting_room", at + timedelta(minutes=1), who="patient", connection="b")

    assert world.patient.presence == Presence.WAITING
    with rooms.db.read() as tx:
        people = tx.connection().exec_driver_sql("SELECT DISTINCT person FROM call_fact").scalars().all()
    assert people == [world.patient.id]


def test_told_is_written_when_the_hosts_page_shows_it_and_the_patient_reads_so(world, clock):
    open_link(world.rooms, world.token)
    clock.forward(minutes=2)

    acknowledge(world.rooms, world.session, [world.visit_id])

    assert world.patient.told_at == clock.now()
    assert look_at_link(world.rooms, world.token).door is Door.TOLD
    assert kinds(world)[-1] == "told"


def test_told_once_is_told(world, clock):
    open_link(world.rooms, world.token)
    acknowledge(world.rooms, world.session, [world.visit_id])
    first = world.patient.told_at

    clock.forward(seconds=20)
    acknowledge(world.rooms, world.session, [world.visit_id])

    assert world.patient.told_at == first


def test_nobody_is_told_of_somebody_who_is_not_here(world):
    acknowledge(world.rooms, world.session, [world.visit_id])

    assert world.patient.told_at is None


def test_whoever_went_and_came_back_is_to_be_told_of_again(world, clock):
    open_link(world.rooms, world.token)
    acknowledge(world.rooms, world.session, [world.visit_id])

    clock.forward(minutes=11)
    look_again(world.rooms)
    open_link(world.rooms, world.token)

    assert world.patient.told_at is None


def test_a_page_of_somebody_who_may_only_look_tells_nobody(world, sign_in):
    open_link(world.rooms, world.token)

    acknowledge(world.rooms, sign_in(role="scheduler", practitioner="other"), [world.visit_id])
    assert world.patient.told_at is None

    acknowledge(world.rooms, sign_in(kind="local", role="assistant", practitioner="x"), [world.visit_id])
    assert world.patient.told_at is not None


def test_pages_hear_of_their_own_visits_only(world, sign_in):
    open_link(world.rooms, world.token)
    colleague = sign_in(practitioner="other")
    assistant = sign_in(kind="local", role="assistant", department="harbor")
    elsewhere = sign_in(kind="local", role="assistant", department="hill")

    def hears(session):
        return bool(visit_events_since(world.rooms, 0, audience([session])))

    assert hears(world.session)
    assert not hears(colleague)
    assert hears(assistant)
    assert not hears(elsewhere)
    assert hears_nothing(world)


def hears_nothing(world):
    return visit_events_since(world.rooms, 0, audience([])) == ()


def test_a_line_carries_when_its_delivery_came(world, clock, rooms):
    world.start()
    before = latest_event(rooms)

    world.tell("started", clock.now())

    (line,) = visit_events_since(rooms, before, audience([world.session]))
    with rooms.db.read() as tx:
        received = tx.connection().exec_driver_sql("SELECT received_ms FROM inbox").scalar()
    assert (line.kind, line.received_ms) == ("meeting", received)


def test_every_change_counts_as_a_revision(world):
    before = world.visit.revision

    open_link(world.rooms, world.token)

    assert world.visit.revision == before + 1


def test_the_bell_rings_after_the_commit(world, rooms):
    open_link(rooms, world.token)

    with rooms.db.read() as tx:
        last = tx.scalar(select(StreamEvent.n).order_by(StreamEvent.n.desc()))
    assert rooms.bell.wait(0, timeout=0) == last
