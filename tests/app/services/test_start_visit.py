"""Start: one meeting however often and by whomever it is pressed, and a fresh link each time."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.errors.video import DriftRefused, HostInactive, HostUnlicensed, HostUnread, NoHost
from app.errors.visit import StartTooEarly, StartTooLate, VisitClosed
from app.models import Meeting, StreamEvent, Visit, VisitAct
from app.services.finish_visit import finish_visit
from app.services.reread_appointment import Reread
from app.services.see_appointment import see_appointment
from app.services.start_visit import AskFirst, HostLink, start_visit
from app.visits.states import VisitState
from fhir.practitioners import unread_practitioner
from zoom_bridge.drift import Drift
from zoom_bridge.errors import ZoomBusy, ZoomRefused, ZoomSlow, ZoomUnreachable
from zoom_bridge.rooms import HostAccount

HOST = "amara.osei@clinic.example"


class Killed(BaseException):
    """The process died at this point."""


def meetings(rooms):
    with rooms.db.read() as tx:
        return tx.execute(select(Meeting.state, Meeting.error_code).order_by(Meeting.created_at)).all()


def test_the_first_start_makes_the_meeting_and_opens_the_visit(world, video):
    link = world.start()

    assert isinstance(link, HostLink)
    assert link.reveal().startswith("https://video.example/s/")
    assert world.visit.state == VisitState.OPEN
    assert world.visit.opened_at is not None
    assert video.calls == ["host", "open"]


def test_a_second_start_finds_the_same_meeting_with_one_call_and_a_fresh_link(world, video):
    first = world.start()
    video.calls.clear()

    second = world.start()

    assert video.calls == ["host_link"]
    assert second.reveal() != first.reveal()
    assert len(video.meetings) == 1


def test_the_meetings_title_says_nothing_of_the_patient_and_ends_with_the_reference(world, video):
    world.start()

    (kept,) = video.meetings.values()
    assert kept.order.title == f"Video visit · {kept.order.reference}"
    assert kept.order.host == f"id-of-{HOST}"


def test_who_started_is_written_down_and_open_pages_hear_of_it(world, rooms):
    world.start()

    with rooms.db.read() as tx:
        (act,) = tx.scalars(select(VisitAct)).all()
        kinds = set(tx.scalars(select(StreamEvent.kind)))
    assert (act.act, act.from_state, act.to_state) == ("start", "planned", "open")
    assert act.staff_id == world.session.staff_id
    assert {"state", "meeting"} <= kinds


def test_the_first_start_of_a_day_asks_for_the_right_host(world, rooms, clock):
    asked = start_visit(rooms, world.session, world.visit_id, agreed=set(), chart=Reread())
    assert asked == AskFirst("host", expected_host=HOST, signin_url="https://zoom.us/signin")

    world.start()
    world.refresh_session()
    again = start_visit(rooms, world.session, world.visit_id, agreed=set(), chart=Reread())
    assert isinstance(again, HostLink)


def test_the_next_day_asks_again(world, rooms, clock, seen, appointment, minutes):
    world.start()
    clock.forward(hours=24)
    tomorrow = seen(appointment=appointment(id="appt-2", start=minutes(24 * 60)))
    visit_id = see_appointment(rooms, rooms.sites.by_name("sandbox"), tomorrow, session_id=world.session.id)
    world.refresh_session()

    asked = start_visit(rooms, world.session, visit_id, agreed=set(), chart=Reread())

    assert isinstance(asked, AskFirst)


def test_too_early_says_from_when(world, clock, minutes):
    clock.instant = minutes(-61)

    with pytest.raises(StartTooEarly) as refused:
        world.start()

    assert refused.value.possible_from == minutes(-60)


def test_too_late_is_after_the_clinics_day(world, clock, minutes):
    clock.instant = minutes(14 * 60)

    with pytest.raises(StartTooLate):
        world.start()


def test_a_closed_visit_is_not_started(world, rooms):
    finish_visit(rooms, world.session, world.visit_id, end_for_all=False)

    with pytest.raises(VisitClosed):
        world.start()


def test_a_cancelled_appointment_asks_first_and_goes_on_when_agreed(world, appointment, clock, seen):
    chart = Reread(appointment(status="cancelled"), clock.now())

    assert world.start(chart=chart) == AskFirst("cancelled")
    assert isinstance(world.start("cancelled", chart=chart), HostLink)

    assert world.visit.state == VisitState.OPEN
    assert world.visit.chart_warning == "cancelled"


def test_a_cancellation_that_was_overruled_does_not_come_back_with_the_next_reading(
    world, appointment, clock, seen, rooms
):
    world.start("cancelled", chart=Reread(appointment(status="cancelled"), clock.now()))

    again = seen(appointment=appointment(status="cancelled"))
    see_appointment(rooms, rooms.sites.by_name("sandbox"), again, session_id=None)

    assert world.visit.state == VisitState.OPEN


def test_a_moved_appointment_asks_first_and_then_has_the_new_time(world, appointment, clock, minutes):
    chart = Reread(appointment(start=minutes(90)), clock.now())

    assert world.start(chart=chart) == AskFirst("moved", moved_to=minutes(90))
    assert isinstance(world.start("moved", chart=chart), HostLink)

    assert (world.visit.start, world.visit.moved_from) == (minutes(90), minutes(0))


def test_an_unreadable_chart_holds_nothing_up_and_says_when_it_was_read(world, clock):
    read_at = clock.now()
    clock.forward(minutes=5)

    link = world.start(chart=Reread())

    assert (link.chart_was_read, link.chart_read_at) == (False, read_at)


def test_a_host_whom_the_chart_did_not_tell_before_is_found_at_start(rooms, world, seen):
    practitioner = replace(seen().practitioner, id="dr-7")
    world.visit_id = see_appointment(
        rooms,
        rooms.sites.by_name("sandbox"),
        seen(appointment=None, practitioner=unread_practitioner(practitioner.id)),
        session_id=world.session.id,
    )

    with pytest.raises(HostUnread):
        world.start()

    assert isinstance(world.start(chart=Reread(practitioner=practitioner)), HostLink)
    assert (world.visit.host_key, world.visit.practitioner_name) == (HOST, "Amara Osei")
    assert world.host.name == "Amara Osei"


def test_nobody_to_host_is_refused(world, rooms):
    with rooms.db.write() as tx:
        tx.get_one(Visit, world.visit_id).host_key = None

    with pytest.raises(NoHost):
        world.start(chart=Reread(practitioner=unread_practitioner("dr-9")))


@pytest.mark.parametrize(
    ("licensed", "active", "refusal"), [(False, True, HostUnlicensed), (True, False, HostInactive)]
)
def test_a_host_who_cannot_register_guests_is_refused_before_anything_is_made(
    world, video, rooms, licensed, active, refusal
):
    video.accounts[HOST] = HostAccount("id", HOST, licensed=licensed, active=active)

    with pytest.raises(refusal):
        world.start()

    assert meetings(rooms) == []


def test_drift_is_kept_to_be_shown(world, video, rooms):
    video.drift = (Drift("waiting_room", "true", "false"),)

    assert isinstance(world.start(), HostLink)

    with rooms.db.read() as tx:
        assert (
            tx.scalar(select(Meeting.drift))
            == '[{"setting": "waiting_room", "asked": "true", "got": "false"}]'
        )


def test_drift_stops_start_where_the_department_refuses_it(world, video, rooms, make_site):
    rooms.sites.site = make_site(policy={"on_drift": "refuse"})
    video.drift = (Drift("waiting_room", "true", "false"),)

    with pytest.raises(DriftRefused) as refused:
        world.start()
    assert refused.value.drift == video.drift
    assert world.visit.state == VisitState.PLANNED

    video.drift = ()
    assert isinstance(world.start(), HostLink)


@pytest.fixture
def refused(world, video, rooms, make_site):
    """A department that refuses drift, and a Start that ended so."""
    rooms.sites.site = make_site(policy={"on_drift": "refuse"})
    video.drift = (Drift("waiting_room", "true", "false"),)
    with pytest.raises(DriftRefused):
        world.start()


@pytest.mark.usefixtures("refused")
def test_a_meeting_refused_for_drift_is_looked_at_again_and_serves_once_it_is_mended(world, video, rooms):
    for _ in range(5):
        with pytest.raises(DriftRefused):
            world.start()
    assert meetings(rooms) == [("failed", "drift")]

    video.drift = ()
    assert isinstance(world.start(), HostLink)

    assert video.calls.count("open") == 1
    assert meetings(rooms) == [("ready", None)]
    with rooms.db.read() as tx:
        assert tx.scalar(select(Meeting.drift)) is None


@pytest.mark.usefixtures("refused")
def test_a_refused_meeting_serves_where_the_department_minds_no_more(world, video, rooms, make_site):
    rooms.sites.site = make_site(policy={"on_drift": "show"})

    assert isinstance(world.start(), HostLink)

    assert len(video.meetings) == 1


@pytest.mark.usefixtures("refused")
def test_a_refused_meeting_that_is_gone_is_made_anew(world, video, rooms):
    (kept,) = video.meetings.values()
    kept.order = replace(kept.order, title="deleted")

    with pytest.raises(DriftRefused):
        world.start()

    assert video.calls.count("open") == 2
    assert meetings(rooms) == [("failed", "drift")] * 2


@pytest.mark.usefixtures("refused")
def test_a_refused_meeting_that_stays_wrong_is_tried_anew_after_an_hour(world, video, clock):
    clock.forward(minutes=61)

    for _ in range(3):
        with pytest.raises(DriftRefused):
            world.start()

    assert video.calls.count("open") == 2


@pytest.mark.usefixtures("refused")
def test_another_host_does_not_get_the_meeting_that_was_refused(world, video, rooms):
    with rooms.db.write() as tx:
        tx.get_one(Visit, world.visit_id).host_key = "david.lee@clinic.example"
    video.drift = ()

    world.start()

    assert [kept.order.host for kept in video.meetings.values()][-1] == "id-of-david.lee@clinic.example"


def test_a_lost_answer_is_found_in_the_hosts_list(world, video):
    video.after["open"] = [ZoomSlow()]

    assert isinstance(world.start(), HostLink)

    assert video.calls == ["host", "open", "find"]
    assert len(video.meetings) == 1


def test_a_lost_answer_that_cannot_be_looked_for_is_settled_by_the_next_start(world, video, clock, rooms):
    video.after["open"] = [ZoomSlow()]
    video.before["find"] = [ZoomUnreachable()]
    with pytest.raises(ZoomUnreachable):
        world.start()
    assert meetings(rooms) == [("creating", None)]

    clock.forward(seconds=30)
    assert isinstance(world.start(), HostLink)

    assert len(video.meetings) == 1
    assert video.calls.count("open") == 1
    assert meetings(rooms) == [("ready", None)]


def test_a_process_that_died_after_the_create_is_settled_by_looking(world, video, clock, rooms):
    video.after["open"] = [Killed()]
    with pytest.raises(Killed):
        world.start()

    clock.forward(seconds=30)
    world.start()

    assert len(video.meetings) == 1
    assert meetings(rooms) == [("ready", None)]


def test_a_process_that_died_before_the_create_is_settled_by_looking_until_it_is_sure(
    world, video, clock, rooms, monkeypatch
):
    monkeypatch.setattr("app.services.ensure_meeting.LOOK_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr("app.services.ensure_meeting.UNDER_WAY", timedelta(seconds=0.03))
    video.before["open"] = [Killed()]
    with pytest.raises(Killed):
        world.start()

    world.start()

    assert video.calls.count("find") > 1
    assert len(video.meetings) == 1
    assert meetings(rooms) == [("failed", "never_made"), ("ready", None)]


def test_a_create_that_lands_while_we_look_is_found(world, video, rooms, monkeypatch):
    monkeypatch.setattr("app.services.ensure_meeting.LOOK_AGAIN_SECONDS", 0.01)
    video.after["open"] = [Killed()]
    with pytest.raises(Killed):
        world.start()
    (late,) = video.meetings.values()
    video.meetings.clear()
    look = video.find
    looks = []

    def lands_at_the_third_look(*args):
        looks.append(args)
        if len(looks) == 3:
            video.meetings[late.room_id] = late
        return look(*args)

    video.find = lands_at_the_third_look
    world.start()

    assert list(video.meetings) == [late.room_id]
    assert meetings(rooms) == [("ready", None)]


@pytest.mark.parametrize("fault", [ZoomRefused(400, 300), ZoomUnreachable()])
def test_a_create_that_surely_failed_is_tried_anew_by_the_next_start(world, video, rooms, fault):
    video.before["open"] = [fault]
    with pytest.raises(type(fault)):
        world.start()
    assert world.visit.state == VisitState.PLANNED

    assert isinstance(world.start(), HostLink)

    assert meetings(rooms) == [("failed", type(fault).__name__), ("ready", None)]


def test_a_busy_vendor_is_told_as_it_is(world, video, clock):
    video.before["host"] = [ZoomBusy(clock.now())]

    with pytest.raises(ZoomBusy):
        world.start()


def test_a_meeting_that_the_vendor_knows_no_more_is_replaced(world, video, rooms):
    world.start()
    gone = video.meetings.popitem()[0]
    video.meetings["elsewhere"] = None  # so that the next number is another one

    link = world.start()

    assert isinstance(link, HostLink)
    assert gone not in video.meetings
    assert meetings(rooms) == [("closed", "gone"), ("ready", None)]


def test_another_host_gets_a_meeting_of_their_own_before_anybody_came(world, video, rooms):
    world.start()
    with rooms.db.write() as tx:
        tx.get_one(Visit, world.visit_id).host_key = "david.lee@clinic.example"

    world.start()

    assert [kept.order.host for kept in video.meetings.values()][-1] == "id-of-david.lee@clinic.example"
    assert meetings(rooms) == [("closed", "replaced"), ("ready", None)]


def test_two_clicks_at_once_make_one_meeting_and_both_get_in(world, video):
    answers = []
    video.while_opening = lambda: threading.Event().wait(0.2)

    threads = [threading.Thread(target=lambda: answers.append(world.start())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [type(answer) for answer in answers] == [HostLink] * 4
    assert len(video.meetings) == 1
