"""When webhooks never come, calls are looked at, and what is seen becomes derived facts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import CallFactRow, Meeting, MeetingInstance, MeetingWatch, PollingSpent
from app.services.join_visit import join_visit
from app.services.look_again import look_again
from app.services.patient_presence import open_link
from app.services.reconcile import reconcile
from app.services.visit_events import latest_event
from app.services.visit_summary import summary_of
from app.visits.states import MeetingState, Presence, PresenceSource, VisitState
from tests.app.services.conftest import DR_OSEI
from zoom_bridge.errors import ZoomDailyLimit, ZoomUnreachable
from zoom_bridge.looks import Stay

EVERY = 20


@pytest.fixture
def call(world, video, clock):
    """A started visit whose patient pressed Join, and the call at the vendor, of which nothing is told."""

    class Call:
        def __init__(self):
            world.start()
            open_link(world.rooms, world.token)
            join_visit(world.rooms, world.token)
            self.kept = video.meetings[world.room_id]
            clock.forward(seconds=5)

        def begins(self):
            self.kept.live = True
            self.host = Stay(False, clock.now(), None, "host-1", user_id=f"id-of-{DR_OSEI}")
            self.kept.stays = [self.host]

        def patient(self, waiting, until=None):
            (address,) = self.kept.guests
            guest = Stay(waiting, clock.now(), until, "patient-1", email=address.upper())
            self.kept.stays = [self.host, guest]

        def ends(self):
            self.kept.live, self.kept.stays = False, []

    return Call()


def later(rooms, clock, seconds=EVERY):
    """Time goes by, and what is due is looked at."""
    clock.forward(seconds=seconds)
    return reconcile(rooms)


def meeting_state(rooms):
    with rooms.db.read() as tx:
        return tx.scalar(select(Meeting.state))


def derived(rooms):
    with rooms.db.read() as tx:
        rows = tx.execute(select(CallFactRow.kind, CallFactRow.derived).order_by(CallFactRow.id)).all()
    assert all(is_derived for _, is_derived in rows)
    return [kind for kind, _ in rows]


def watch(rooms):
    with rooms.db.read() as tx:
        return tx.scalar(select(MeetingWatch))


def spent(rooms):
    with rooms.db.read() as tx:
        return tx.scalar(select(PollingSpent.spent)) or 0


def test_a_visit_is_followed_without_a_single_webhook(world, call, rooms, clock):
    call.begins()
    later(rooms, clock)
    assert (meeting_state(rooms), world.host.presence) == (MeetingState.LIVE, Presence.IN_CALL)

    call.patient(waiting=True)
    later(rooms, clock)
    assert world.patient.presence == Presence.WAITING
    assert (world.patient.presence_source, world.patient.presence_derived) == (PresenceSource.POLL, True)

    call.patient(waiting=False)
    admitted = clock.now()
    later(rooms, clock)
    assert (world.patient.presence, world.patient.presence_since) == (Presence.IN_CALL, admitted)
    assert (world.visit.state, world.visit.met_at) == (VisitState.IN_PROGRESS, admitted)

    call.ends()
    later(rooms, clock)
    assert (world.patient.presence, world.host.presence) == (Presence.LEFT, Presence.LEFT)
    assert meeting_state(rooms) == MeetingState.IDLE
    assert world.visit.state == VisitState.IN_PROGRESS
    with rooms.db.read() as tx:
        assert tx.scalar(select(MeetingInstance.ended_at)) == clock.now()
    assert derived(rooms) == ["started", "joined", "waiting", "joined", "ended"]


def test_somebody_who_left_is_told_with_their_own_time(world, call, rooms, clock):
    call.begins()
    call.patient(waiting=False)
    later(rooms, clock)
    since = call.kept.stays[1].since
    gone = clock.now() + timedelta(seconds=5)

    call.kept.stays[1] = Stay(False, since, gone, "patient-1", email=call.kept.stays[1].email)
    later(rooms, clock)

    assert (world.patient.presence, world.patient.presence_since) == (Presence.LEFT, gone)


def test_somebody_who_is_not_listed_any_more_has_left(world, call, rooms, clock):
    call.begins()
    call.patient(waiting=False)
    later(rooms, clock)

    call.kept.stays.pop()
    later(rooms, clock)

    assert world.patient.presence == Presence.LEFT
    assert world.host.presence == Presence.IN_CALL


def test_looks_that_confirm_add_nothing_and_tell_nobody(world, call, rooms, clock):
    call.begins()
    later(rooms, clock)
    before = latest_event(rooms), derived(rooms)

    for _ in range(3):
        later(rooms, clock)

    assert (latest_event(rooms), derived(rooms)) == before


def test_webhooks_that_come_leave_nothing_to_be_looked_at(world, call, rooms, clock, video):
    call.begins()
    world.tell("started", clock.now())
    world.tell("participant_joined", clock.now(), who="host")
    video.calls.clear()

    later(rooms, clock, seconds=EVERY - 1)
    assert video.calls == []

    later(rooms, clock, seconds=1)
    assert video.calls == ["people_now"]


def test_a_late_webhook_corrects_what_was_derived(world, call, rooms, clock):
    call.begins()
    call.patient(waiting=True)
    waited = clock.now()
    later(rooms, clock)
    call.kept.stays[1] = Stay(False, None, None, "patient-1", email=call.kept.stays[1].email)
    admitted = clock.now() + timedelta(seconds=3)
    later(rooms, clock)
    assert world.patient.presence_since == clock.now()

    world.tell("participant_joined_waiting_room", waited, who="patient")
    world.tell("participant_admitted", admitted, who="patient")

    assert (world.patient.presence, world.patient.presence_since) == (Presence.IN_CALL, admitted)
    assert (world.patient.presence_source, world.patient.presence_derived) == (PresenceSource.ZOOM, False)
    assert world.visit.met_at == admitted


def test_what_was_told_a_moment_ago_is_not_contradicted(world, call, rooms, clock):
    call.begins()
    later(rooms, clock)
    clock.forward(seconds=EVERY)
    world.tell("participant_joined", clock.now() - timedelta(seconds=21), who="patient")
    world.tell("participant_left", clock.now() - timedelta(seconds=5), who="patient")
    (address,) = call.kept.guests
    call.kept.stays = [call.host, Stay(False, clock.now() - timedelta(seconds=21), None, "p", email=address)]

    later(rooms, clock, seconds=0)

    assert world.patient.presence == Presence.LEFT


def test_a_visit_that_nobody_moves_in_is_looked_at_seldom(world, call, rooms, clock, video):
    clock.forward(minutes=30)
    look_again(rooms)
    reconcile(rooms)
    video.calls.clear()

    for _ in range(12):
        later(rooms, clock)

    assert video.calls.count("room_now") == 2
    assert not watch(rooms).late_since


def test_a_planned_visit_and_one_that_was_held_and_finished_cost_nothing(world, rooms, clock, video):
    world.start()
    world.tell("started", clock.now())
    world.tell("ended", clock.now())
    with rooms.db.write() as tx:
        visit = tx.merge(world.visit)
        visit.state = VisitState.FINISHED
    video.calls.clear()

    later(rooms, clock)

    assert video.calls == []


def test_two_processes_look_once(world, call, rooms, clock, video, monkeypatch):
    call.begins()
    later(rooms, clock)
    clock.forward(seconds=EVERY)
    video.calls.clear()
    looking = video.people_now

    def meanwhile(room_id):
        monkeypatch.setattr(video, "people_now", looking)
        assert reconcile(rooms) == 0
        return looking(room_id)

    monkeypatch.setattr(video, "people_now", meanwhile)
    reconcile(rooms)

    assert video.calls == ["people_now"]


def test_without_dashboards_the_meeting_s_state_is_polled_and_the_refusal_remembered(
    world, call, rooms, clock, video
):
    video.has_dashboards = False
    call.begins()
    for _ in range(3):
        later(rooms, clock)

    assert meeting_state(rooms) == MeetingState.LIVE
    assert world.patient.presence == Presence.ON_THE_WAY
    assert video.calls.count("people_now") == 1
    assert video.calls.count("room_now") == 3

    clock.forward(hours=7)
    open_link(rooms, world.token)
    join_visit(rooms, world.token)
    reconcile(rooms)
    assert video.calls.count("people_now") == 2


def test_the_budget_is_spared_and_then_spent(world, call, rooms, clock, video, make_site):
    rooms.sites.site = replace(make_site(), polling_budget=20)
    call.begins()
    told = 0
    for _ in range(60):
        call.host = Stay(False, clock.now(), None, "host-1", user_id=f"id-of-{DR_OSEI}")
        later(rooms, clock)
        if watch(rooms).late_since and not told:
            told = spent(rooms)

    assert told == 18
    assert spent(rooms) == 20
    assert watch(rooms).late_since
    clock.forward(days=1)
    join_visit(rooms, world.token)
    reconcile(rooms)
    assert not watch(rooms).late_since


def test_a_vendor_that_is_away_is_asked_less_and_less_and_pages_are_told_once(
    world, call, rooms, clock, video
):
    call.begins()
    later(rooms, clock)
    before = latest_event(rooms)
    video.before["people_now"] = [ZoomUnreachable(), ZoomUnreachable(), ZoomUnreachable()]
    video.calls.clear()

    later(rooms, clock)
    assert watch(rooms).late_since == clock.now()
    for _ in range(6):
        later(rooms, clock)

    assert video.calls.count("people_now") < 5
    assert latest_event(rooms) == before + 1
    for _ in range(20):
        later(rooms, clock)
    assert not watch(rooms).late_since
    assert latest_event(rooms) == before + 2


def test_a_daily_limit_of_zoom_makes_it_late(world, call, rooms, clock, video):
    call.begins()
    later(rooms, clock)
    video.before["people_now"] = [ZoomDailyLimit(clock.now() + timedelta(hours=5))]

    later(rooms, clock)

    assert watch(rooms).late_since


def test_a_meeting_that_is_gone_is_closed(world, call, rooms, clock, video):
    call.begins()
    later(rooms, clock)
    video.meetings.clear()

    later(rooms, clock)

    assert meeting_state(rooms) == MeetingState.CLOSED
    assert world.host.presence == Presence.LEFT


def test_a_click_that_is_newer_than_the_facts_is_followed(world, call, rooms, clock):
    call.begins()
    call.patient(waiting=True)
    later(rooms, clock)
    clock.forward(seconds=5)
    join_visit(rooms, world.token)
    assert world.patient.presence == Presence.ON_THE_WAY
    clock.forward(seconds=5)

    call.patient(waiting=True)
    later(rooms, clock)

    assert world.patient.presence == Presence.WAITING
    assert world.patient.presence_since < clock.now() - timedelta(seconds=EVERY)


def test_strangers_are_seen_and_seen_to_go(world, call, rooms, clock):
    call.begins()
    call.kept.stays.append(Stay(False, clock.now(), None, "nobody-1"))
    later(rooms, clock)
    assert [person.role for person in summary_of(rooms, world.visit_id).others_in_call] == [None]

    call.kept.stays.pop()
    later(rooms, clock)

    assert summary_of(rooms, world.visit_id).others_in_call == ()
