"""Staff pages say what they do not know of a call, and which host cannot host."""

import re
from datetime import timedelta

import pytest

from app.models import HostCheck, MeetingWatch, NotOffered
from app.services.look_at_call import PEOPLE
from tests.clinic_day import DR_LEE, HERE, HOST_IN_CALL

DAY = 24 * 60


@pytest.fixture
def open_visit(rooms, day):
    visit_id = day.visit(state="open", patient=HERE, host=HOST_IN_CALL)
    day.meeting(visit_id)
    return visit_id


@pytest.fixture
def late(rooms, clock, open_visit):
    """The open visit's call was last known ten minutes ago, at 9:40 in New York."""
    with rooms.db.write() as tx:
        ago = clock.now() - timedelta(minutes=10)
        tx.add(
            MeetingWatch(
                meeting_id=f"meeting-{open_visit}", next_at=clock.now(), answered_at=ago, late_since=ago
            )
        )
    return open_visit


def host(rooms, clock, verdict, key="amara.osei@clinic.example"):
    with rooms.db.write() as tx:
        tx.add(HostCheck(vendor="zoom", host_key=key, verdict=verdict, checked_at=clock.now()))


def notices(page):
    return set(re.findall(r'data-notice="([\w-]+)"', page))


def notes(page):
    return re.findall(r'data-note="([\w-]+)"', page)


def test_a_call_that_is_known_as_it_is_has_no_line(provider, open_visit):
    someone = provider()

    assert notices(someone.read(f"visits/{open_visit}")) == set()
    assert notes(someone.read("schedule/fragment")) == []


def test_a_call_that_is_not_asked_after_says_as_of_when(provider, late):
    someone = provider()
    page, schedule = someone.read(f"visits/{late}"), someone.read("schedule/fragment")

    assert notices(page) == {"as-of"}
    assert "As of 9:40" in page
    assert notes(schedule) == ["as-of"]
    assert "as of 9:40" in schedule


def test_a_page_changes_with_what_is_known(rooms, provider, open_visit, clock):
    someone = provider()
    for path in (f"visits/{open_visit}/fragment", "schedule/fragment"):
        etag = someone.get(path).headers["ETag"]
        assert someone.get(path, **{"If-None-Match": etag}).status_code == 304
        with rooms.db.write() as tx:
            watch = tx.get(MeetingWatch, f"meeting-{open_visit}") or MeetingWatch(
                meeting_id=f"meeting-{open_visit}"
            )
            watch.next_at, watch.late_since = clock.now(), None if watch.late_since else clock.now()
            tx.add(watch)

        assert someone.get(path, **{"If-None-Match": etag}).status_code == 200


def test_an_account_that_cannot_be_asked_is_told_on_the_visit_s_page(rooms, provider, open_visit, clock):
    with rooms.db.write() as tx:
        tx.add(NotOffered(vendor="zoom", what=PEOPLE, until=clock.now() + timedelta(hours=1)))
    someone = provider()

    assert notices(someone.read(f"visits/{open_visit}")) == {"cannot-ask"}

    clock.forward(hours=1)
    assert notices(provider().read(f"visits/{open_visit}")) == set()


@pytest.mark.parametrize(
    ("verdict", "remedy"),
    [
        ("unlicensed", "for a Zoom licence"),
        ("inactive", "activate the user in Zoom"),
        ("unknown", "add the user in Zoom"),
    ],
)
def test_a_host_who_cannot_host_is_told_with_what_to_do(rooms, day, provider, clock, verdict, remedy):
    visit_id = day.visit(start=120)
    host(rooms, clock, verdict)
    someone = provider()

    page, schedule = someone.read(f"visits/{visit_id}"), someone.read("schedule/fragment")

    assert notices(page) == {"host"}
    assert remedy in page
    assert "amara.osei@clinic.example" in page
    assert f'data-problem="{verdict}"' in schedule


def test_a_visit_with_nobody_to_host_says_so_without_asking(day, provider):
    visit_id = day.visit(start=120, host_key=None)

    assert "policy.default_host" in provider().read(f"visits/{visit_id}")


def test_a_host_who_can_host_is_not_spoken_of(rooms, day, provider, clock):
    visit_id = day.visit(start=120)
    host(rooms, clock, "ok")

    assert notices(provider().read(f"visits/{visit_id}")) == set()


def test_tomorrow_s_visits_are_listed_only_where_something_is_to_be_mended(rooms, day, provider, clock):
    tomorrow = day.visit("Walter Brandt", start=DAY)
    day.visit("Aisha Rahman", start=DAY, doctor=DR_LEE)
    day.visit("Minh Tran", start=2 * DAY)
    host(rooms, clock, "unlicensed")

    schedule = provider().read("schedule/fragment")

    assert re.findall(r'<li class="visit-row" data-visit="([^"]+)"', schedule) == [tomorrow]
    assert "Host without licence" in schedule
    assert "for a Zoom licence" in schedule
