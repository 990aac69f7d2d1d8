"""Where a participant is: our page, the call, and which of them decides."""

from datetime import UTC, datetime, timedelta

import pytest

from app.visits.call import CallFact, FactKind
from app.visits.presence import PageTrace, next_change_at, presence_of
from app.visits.states import Presence, PresenceSource

TEN = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)


def at(minutes=0, seconds=0):
    return TEN + timedelta(minutes=minutes, seconds=seconds)


def told(kind, instant):
    return CallFact(kind, instant, "run", "phone", "patient")


def test_someone_who_never_opened_the_link_is_invited():
    assert presence_of(PageTrace(), [], "patient", TEN).presence is Presence.INVITED


def test_an_open_page_is_here_since_it_was_opened():
    page = PageTrace(opened_at=at(-3), here_since=at(-3), seen_at=at(seconds=-10), scripted=True)

    now = presence_of(page, [], "patient", TEN)

    assert (now.presence, now.since, now.source) == (Presence.HERE, at(-3), PresenceSource.PAGE)


@pytest.mark.parametrize(
    ("scripted", "silent_for", "presence"),
    [
        (True, timedelta(seconds=59), Presence.HERE),
        (True, timedelta(seconds=60), Presence.STALE),
        (False, timedelta(minutes=9), Presence.HERE),
        (False, timedelta(minutes=10), Presence.STALE),
    ],
)
def test_a_silent_page_goes_stale(scripted, silent_for, presence):
    page = PageTrace(opened_at=at(-60), seen_at=TEN - silent_for, scripted=scripted)

    assert presence_of(page, [], "patient", TEN).presence is presence


def test_a_join_click_means_on_the_way_for_ten_minutes():
    page = PageTrace(opened_at=at(-20), seen_at=at(-11), scripted=True, join_clicked_at=at(-9))

    assert presence_of(page, [], "patient", TEN).presence is Presence.ON_THE_WAY
    assert presence_of(page, [], "patient", at(2)).presence is Presence.STALE


def test_a_fact_after_the_click_outranks_the_page():
    page = PageTrace(opened_at=at(-5), seen_at=at(seconds=-5), scripted=True, join_clicked_at=at(-2))

    now = presence_of(page, [told(FactKind.WAITING, at(-1))], "patient", TEN)

    assert (now.presence, now.source) == (Presence.WAITING, PresenceSource.ZOOM)


def test_a_fact_of_the_click_s_own_second_counts_as_after_it():
    page = PageTrace(seen_at=TEN, join_clicked_at=TEN.replace(microsecond=800_000))

    assert presence_of(page, [told(FactKind.WAITING, TEN)], "patient", TEN).presence is Presence.WAITING


def test_a_click_after_the_last_fact_is_on_the_way_again():
    page = PageTrace(seen_at=at(-1), scripted=True, join_clicked_at=at(-1))

    assert presence_of(page, [told(FactKind.LEFT, at(-4))], "patient", TEN).presence is Presence.ON_THE_WAY


def test_somebody_who_was_in_the_call_and_comes_back_to_the_page_is_here_and_not_on_the_way():
    page = PageTrace(opened_at=at(-1), here_since=at(-1), seen_at=at(-1), join_clicked_at=at(-7))

    now = presence_of(page, [told(FactKind.JOINED, at(-6)), told(FactKind.LEFT, at(-2))], "patient", TEN)

    assert now.presence is Presence.HERE


def test_a_page_that_stayed_open_behind_the_call_is_not_here_when_the_call_is_left():
    page = PageTrace(opened_at=at(-30), seen_at=TEN, scripted=True, join_clicked_at=at(-20))

    assert presence_of(page, [told(FactKind.LEFT, at(-1))], "patient", TEN).presence is Presence.LEFT


def test_a_page_loaded_after_the_call_was_left_is_here():
    page = PageTrace(opened_at=TEN, here_since=TEN, seen_at=TEN, join_clicked_at=at(-20))

    assert presence_of(page, [told(FactKind.LEFT, at(-1))], "patient", TEN).presence is Presence.HERE


def test_the_page_that_led_into_the_call_is_no_return_even_within_one_second_of_zoom_s():
    opened, clicked = TEN + timedelta(milliseconds=400), TEN + timedelta(milliseconds=450)
    page = PageTrace(opened_at=opened, here_since=opened, seen_at=opened, join_clicked_at=clicked)
    facts = [told(FactKind.JOINED, TEN), told(FactKind.LEFT, TEN)]

    assert presence_of(page, facts, "patient", at(seconds=1)).presence is Presence.LEFT


def test_the_next_change_by_time_alone_is_known():
    page = PageTrace(seen_at=at(seconds=-20), scripted=True, join_clicked_at=at(-9))

    assert next_change_at(page, TEN) == at(seconds=40)
    assert next_change_at(PageTrace(), TEN) is None
