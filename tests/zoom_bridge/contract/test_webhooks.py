"""Each example payload that Zoom documents is read, and tells what it should."""

import json
from datetime import UTC, datetime

import pytest

from zoom_bridge.directory import host_news_of
from zoom_bridge.events import facts_of, parse_event
from zoom_bridge.facts import CallFact, FactKind
from zoom_bridge.recordings import recording_news_of

FILES = ("healthcare", "meetings", "phone", "users")
IN_EXAMPLES = {
    "meeting.started": FactKind.STARTED,
    "meeting.ended": FactKind.ENDED,
    "meeting.participant_joined_waiting_room": FactKind.WAITING,
    "meeting.participant_left_waiting_room": FactKind.LEFT_WAITING,
    "meeting.participant_admitted": FactKind.ADMITTED,
    "meeting.participant_put_in_waiting_room": FactKind.PUT_BACK,
    "meeting.participant_joined": FactKind.JOINED,
    "meeting.participant_left": FactKind.LEFT,
    "meeting.participant_joined_breakout_room": FactKind.JOINED,
    "meeting.participant_jbh_waiting": FactKind.WAITING,
    "meeting.participant_jbh_joined": FactKind.ADMITTED,
    "meeting.participant_jbh_waiting_left": FactKind.LEFT_WAITING,
}
BEGAN = datetime(2021, 7, 13, 21, 44, 51, tzinfo=UTC)
TOLD_MS = 1_626_230_691_572
SENT = datetime(2021, 7, 14, 2, 44, 51, tzinfo=UTC)


@pytest.fixture(scope="module")
def examples(shared):
    """Every example body, by event."""
    found = {}
    for name in FILES:
        path = shared / "reference" / "zoom-spec" / f"webhooks-{name}.json"
        for event, hook in json.loads(path.read_text("utf-8"))["webhooks"].items():
            for content in hook["post"]["requestBody"]["content"].values():
                for example in content["examples"].values():
                    found.setdefault(event, []).append(example["value"].encode())
    return found


def test_there_is_an_example_of_every_event_that_tells_something(examples):
    assert set(examples) >= set(IN_EXAMPLES)


def test_every_example_reads_and_tells_of_a_call_only_what_it_should(examples):
    told = {
        event: {fact.kind for body in bodies for fact in facts_of(parse_event(body))}
        for event, bodies in examples.items()
    }

    assert told == {event: {IN_EXAMPLES[event]} if event in IN_EXAMPLES else set() for event in examples}


TOLD_OF_USERS = {
    "user.activated": ("active", None),
    "user.deactivated": ("inactive", None),
    "user.deleted": ("gone", False),
    "user.disassociated": ("gone", None),
    "user.created": (None, None),
    "user.updated": (None, None),
}


def test_every_example_tells_of_a_user_only_what_it_should(examples):
    told = {
        event: {(news.status, news.licensed) for body in bodies if (news := host_news_of(body))}
        for event, bodies in examples.items()
    }

    assert {event: said for event, said in told.items() if said} == {
        event: {said} for event, said in TOLD_OF_USERS.items()
    }


def test_the_examples_of_recordings_and_no_others_tell_of_one(examples):
    told = {event: [recording_news_of(body) for body in bodies] for event, bodies in examples.items()}

    assert {event for event, news in told.items() if any(news)} == {
        "recording.started",
        "recording.completed",
    }
    (began,) = told["recording.started"]
    (whole,) = told["recording.completed"]
    assert (began.kind, began.room_id, began.instance) == (
        "started",
        "1234567890",
        "4444AAAiAAAAAiAiAiiAii==",
    )
    assert began.began_at == whole.began_at == datetime(2021, 3, 23, 22, 14, 57, tzinfo=UTC)
    assert [(one.kind, one.size) for one in whole.files] == [("audio", 246560), ("video", 282825)]
    assert whole.files[1].address.reveal().endswith("/download/Qg75t7xZBtEbAkjdlgbfdngCCCC")
    assert whole.ticket.reveal().startswith("abJhbGciOiJIUzUxMiJ9.")
    assert "Qg75" not in repr(whole) and "abJhb" not in repr(whole)


def fact_in(examples, event):
    (fact,) = facts_of(parse_event(examples[event][0]))
    return fact


def test_the_example_of_a_start_and_an_end(examples):
    call = {
        "room_id": "1234567890",
        "instance": "4444AAAiAAAAAiAiAiiAii==",
        "host_id": "x1yCzABCDEfg23HiJKl4mN",
        "told_ms": TOLD_MS,
    }
    ended = datetime(2021, 7, 13, 23, 0, 51, tzinfo=UTC)

    assert fact_in(examples, "meeting.started") == CallFact(FactKind.STARTED, at=BEGAN, **call)
    assert fact_in(examples, "meeting.ended") == CallFact(FactKind.ENDED, at=ended, **call)


@pytest.mark.parametrize(
    ("event", "at", "user_id"),
    [
        ("meeting.participant_joined_waiting_room", BEGAN, "iFxeBPYun6SAiWUzBcEkX"),
        ("meeting.participant_admitted", BEGAN, "iFxeBPYun6SAiWUzBcEkX"),
        ("meeting.participant_joined", BEGAN, "rstuvwxyza789-cde"),
        ("meeting.participant_put_in_waiting_room", BEGAN, "iFxeBPYun6SAiWUzBcEkX"),
        ("meeting.participant_left_waiting_room", BEGAN, "iFxeBPYun6SAiWUzBcEkX"),
        ("meeting.participant_left", datetime(2021, 7, 13, 22, 50, 51, tzinfo=UTC), "rstuvwxyza789-cde"),
    ],
)
def test_the_example_of_a_person_names_them_in_every_way_that_zoom_can(examples, event, at, user_id):
    fact = fact_in(examples, event)

    assert fact == CallFact(
        IN_EXAMPLES[event],
        room_id="1234567890",
        instance="4444AAAiAAAAAiAiAiiAii==",
        at=at,
        told_ms=TOLD_MS,
        connection="55555AAAiAAAAAiAiAiiAii",
        guest_id="abcdefghij0-klmnopq23456",
        user_id=user_id,
        email="jchill@example.com",
        host_id="x1yCzABCDEfg23HiJKl4mN",
    )


def test_the_example_of_waiting_for_the_host_is_dated_by_the_event_itself(examples):
    fact = fact_in(examples, "meeting.participant_jbh_waiting_left")

    assert (fact.at, fact.connection, fact.room_id) == (SENT, None, "1234567890")
    assert fact.guest_id == "abcdefghij0-klmnopq23456"
