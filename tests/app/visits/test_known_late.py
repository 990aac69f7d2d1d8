"""Why somebody was not told, worked out from what is kept."""

from datetime import UTC, datetime, timedelta

import pytest

from app.visits.known_late import Moment, Reason, Why, Word, reasons, uncovered, waits_of
from app.visits.states import Presence, PresenceSource

PAGE, ZOOM, POLL = PresenceSource.PAGE, PresenceSource.ZOOM, PresenceSource.POLL


def at(minutes):
    return datetime(2026, 11, 23, 10, tzinfo=UTC) + timedelta(minutes=minutes)


def came(minutes, known=None, presence=Presence.HERE, source=PAGE):
    return Moment("p", at(minutes), at(minutes if known is None else known), presence, source)


def told(minutes):
    return Moment("p", at(minutes), at(minutes))


def why(moments, words=(), pages=(), now=60):
    return [(one.why, one.start, one.end) for one in reasons(waits_of(moments), words, pages, at(now))]


def word(happened, received, read=None, *, is_unread=False):
    return Word("meeting.started", at(happened), at(received), read and at(read), is_unread)


ALL_DAY = ((at(-60), at(600)),)


def test_a_wait_ends_with_the_call_and_begins_anew_with_the_next():
    moments = [came(0), told(1), came(2, presence=Presence.IN_CALL), came(9, presence=Presence.WAITING)]

    first, second = waits_of(moments)

    assert (first.came_at, first.told_at, first.over_at) == (at(0), at(1), at(2))
    assert (second.came_at, second.told_at, second.over_at) == (at(9), None, None)


def test_nobody_is_told_of_a_wait_that_is_over():
    (wait,) = waits_of([came(0), came(1, presence=Presence.STALE), told(2)])

    assert (wait.told_at, wait.over_at) == (None, at(1))


def test_who_was_told_at_once_waits_for_no_reason():
    assert why([came(0), told(0.2)], pages=ALL_DAY) == []


def test_nobody_looked():
    pages = [(at(-5), at(1)), (at(8), at(60))]

    assert why([came(0), told(9)], pages=pages) == [(Why.NO_PAGE, at(1), at(8))]


def test_a_page_was_open_and_did_not_show_it():
    assert why([came(0), told(5)], pages=ALL_DAY) == [(Why.NOT_SHOWN, at(0), at(5))]


def test_a_visit_without_any_page_is_unlooked_until_now():
    assert why([came(0)], now=30) == [(Why.NO_PAGE, at(0), at(30))]


def test_what_was_found_by_asking():
    moments = [came(0, known=3, presence=Presence.WAITING, source=POLL), told(3)]

    assert why(moments, pages=ALL_DAY) == [(Why.ASKED, at(0), at(3))]


def test_a_join_that_zoom_never_told_of():
    moments = [came(0), told(0), came(1, presence=Presence.ON_THE_WAY), came(11, presence=Presence.HERE)]

    assert why(moments, pages=ALL_DAY, now=12) == [(Why.PAGE_ONLY, at(1), at(12))]
    assert why([*moments, came(2, presence=Presence.WAITING, source=ZOOM)], pages=ALL_DAY, now=12) == []


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        (word(0, 0.1, 0.1), []),
        (word(0, 4, 4), [(Why.WORD_LATE, at(0), at(4))]),
        (word(0, 0, 3), [(Why.READ_LATE, at(0), at(3))]),
        (word(0, 0, 3, is_unread=True), [(Why.NOT_READ, at(0), at(60))]),
    ],
)
def test_words_that_came_or_were_read_late(delivery, expected):
    assert why([], [delivery]) == expected


def test_what_no_span_covers():
    spans = [(at(5), at(6)), (at(1), at(3)), (at(2), at(4)), (at(9), at(99))]

    assert list(uncovered(at(0), at(8), spans)) == [(at(0), at(1)), (at(4), at(5)), (at(6), at(8))]
    assert list(uncovered(at(2), at(3), spans)) == []


def test_reasons_know_their_length():
    assert Reason(Why.NO_PAGE, at(0), at(7)).length == timedelta(minutes=7)
