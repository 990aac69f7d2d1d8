"""How each call ended is told in words, to be counted."""

import pytest
import requests

from zoom_bridge import errors
from zoom_bridge.account import connect
from zoom_bridge.api import outcome_of
from zoom_bridge.ids import MeetingId

MEETING = MeetingId("92674392836")
URL = f"https://api.zoom.us/v2/meetings/{MEETING}"


@pytest.fixture
def told():
    return []


@pytest.fixture
def zoom(app, store, gate, book, clock, told):
    with requests.Session() as session:
        hear = lambda operation, outcome: told.append((operation, outcome))  # noqa: E731  # one line of a fake
        yield connect(session, app, store=store, gate=gate, quota=book, clock=clock, told=hear)


def test_an_answer_is_told(zoom, told, answers, http):
    http.get(URL, json=answers["meetingCreate"])

    zoom.get_meeting(MEETING)

    assert told == [("meeting", "answered")]


def test_a_refusal_is_told_and_so_is_every_call_that_the_pause_after_it_holds_back(zoom, told, http):
    http.get(URL, status=429, headers={"X-RateLimit-Type": "Daily-limit"})

    for _ in range(2):
        with pytest.raises(errors.ZoomLimited):
            zoom.get_meeting(MEETING)

    assert len(http.calls) == 1
    assert [operation for operation, _ in told] == ["meeting", "meeting"]
    assert told[0] == ("meeting", "daily_limit")


def test_outcomes_are_words_without_anything_from_outside():
    assert outcome_of(errors.ZoomRefused(400, 300, ("rosa",))) == "refused"
    assert outcome_of(errors.ZoomCredentialsRefused()) == "credentials_refused"
    assert outcome_of(errors.ZoomSlow()) == "slow"
