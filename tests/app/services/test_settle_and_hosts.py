"""Meetings left in the making, and hosts who cannot host: found out with nobody pressing a button."""

import pytest
from sqlalchemy import func, select

from app.models import HostCheck, Meeting
from app.services.check_hosts import check_hosts
from app.services.see_appointment import see_appointment
from app.services.settle_meetings import settle_meetings
from app.services.visit_events import latest_event
from app.visits.states import MeetingState
from tests.app.services.conftest import DR_OSEI
from zoom_bridge.drift import Drift
from zoom_bridge.errors import ZoomSlow, ZoomUnreachable
from zoom_bridge.rooms import HostAccount


@pytest.fixture
def left_in_creating(world, video):
    """A Start whose answer was lost, and the look after it too. The meeting may exist."""

    def start(*, made):
        (video.after if made else video.before)["open"] = [ZoomSlow()]
        video.before["find"] = [ZoomUnreachable()]
        with pytest.raises(ZoomUnreachable):
            world.start()
        video.calls.clear()

    return start


def meeting(rooms):
    with rooms.db.read() as tx:
        return tx.scalar(select(Meeting))


def test_a_meeting_that_exists_is_recorded(rooms, clock, video, left_in_creating):
    left_in_creating(made=True)
    settle_meetings(rooms)
    assert video.calls == []

    clock.forward(seconds=31)
    settle_meetings(rooms)

    assert (meeting(rooms).state, meeting(rooms).room_id) == (MeetingState.READY, "90000000000")
    assert video.calls == ["find"]
    assert settle_meetings(rooms) == 0


def test_a_meeting_that_was_never_made_has_failed(rooms, clock, left_in_creating):
    left_in_creating(made=False)
    clock.forward(seconds=31)

    settle_meetings(rooms)

    assert (meeting(rooms).state, meeting(rooms).error_code) == (MeetingState.FAILED, "never_made")


def test_settings_that_the_department_refuses_are_refused_here_too(
    rooms, clock, video, left_in_creating, make_site
):
    rooms.sites.site = make_site(policy={"on_drift": "refuse"})
    video.drift = (Drift("waiting_room", "true", "false"),)
    left_in_creating(made=True)
    clock.forward(seconds=31)

    settle_meetings(rooms)

    assert meeting(rooms).state == MeetingState.FAILED


def test_a_vendor_that_is_away_is_asked_again_a_minute_later(rooms, clock, video, left_in_creating):
    left_in_creating(made=True)
    clock.forward(seconds=31)
    video.before["find"] = [ZoomUnreachable()]

    settle_meetings(rooms)
    clock.forward(seconds=59)
    assert settle_meetings(rooms) == 0
    clock.forward(seconds=1)
    settle_meetings(rooms)

    assert meeting(rooms).state == MeetingState.READY


def verdict(rooms):
    with rooms.db.read() as tx:
        return tx.scalar(select(HostCheck.verdict))


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (HostAccount("id", DR_OSEI, licensed=True, active=True), "ok"),
        (HostAccount("id", DR_OSEI, licensed=False, active=True), "unlicensed"),
        (HostAccount("id", DR_OSEI, licensed=True, active=False), "inactive"),
    ],
)
def test_a_host_is_asked_about_once_a_day(world, rooms, clock, video, account, said):
    video.accounts[DR_OSEI] = account
    before = latest_event(rooms)

    check_hosts(rooms)
    check_hosts(rooms)

    assert (verdict(rooms), video.calls) == (said, ["host"])
    assert latest_event(rooms) - before == (said != "ok")
    clock.forward(hours=20, seconds=1)
    assert check_hosts(rooms) == 0  # the visit is over by more than half a day


def test_a_visit_of_tomorrow_is_checked_today_and_again_tomorrow(
    rooms, clock, video, seen, appointment, minutes
):
    site = rooms.sites.by_name("sandbox")
    tomorrow = appointment(start=minutes(24 * 60), end=minutes(24 * 60 + 30))
    see_appointment(rooms, site, seen(appointment=tomorrow), session_id=None)

    check_hosts(rooms)
    clock.forward(hours=21)
    check_hosts(rooms)

    assert video.calls == ["host", "host"]


def test_a_host_who_is_in_no_account_is_unknown(world, rooms, video):
    with rooms.db.write() as tx:
        tx.merge(world.visit).host_key = "nobody"

    check_hosts(rooms)

    assert verdict(rooms) == "unknown"


def test_a_vendor_that_is_away_says_nothing_of_hosts(world, rooms, video):
    video.before["host"] = [ZoomUnreachable()]

    check_hosts(rooms)
    with rooms.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(HostCheck)) == 0

    check_hosts(rooms)
    assert verdict(rooms) == "ok"
