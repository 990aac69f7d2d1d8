"""Webhook events: tolerant reading, and the facts."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zoom_bridge.errors import EventMalformed
from zoom_bridge.events import _OF_A_CALL, _OF_A_PERSON, facts_of, parse_event
from zoom_bridge.facts import FactKind

TEN = "2026-03-04T10:00:00Z"
TEN_MS = 1_772_618_400_987
CALL_KEYS = ["id", "uuid", "host_id", "start_time", "end_time", "participant"]
PERSON_KEYS = ["participant_uuid", "user_id", "participant_user_id", "email", "registrant_id", "leave_reason"]
TIME_KEYS = ["date_time", "join_time", "leave_time"]
NAMES = ["event", "event_ts", "payload", "object", "plainToken", *CALL_KEYS, *PERSON_KEYS, *TIME_KEYS]


def body(event="meeting.participant_joined", *, meeting=None, participant=None, **top):
    call = {"id": "84", "uuid": "run==", "host_id": "host"} | (meeting or {})
    if participant is not None:
        call["participant"] = participant
    whole = {"event": event, "event_ts": TEN_MS, "payload": {"account_id": "a", "object": call}} | top
    return json.dumps(whole).encode()


def the_fact(raw):
    (fact,) = facts_of(parse_event(raw))
    return fact


@pytest.mark.parametrize("key", ["join_time", "date_time"])
def test_a_join_is_dated_by_either_spelling(key):
    fact = the_fact(body(participant={"user_id": "1", key: TEN}, event_ts=None))

    assert fact.at == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_a_person_without_a_time_is_dated_by_the_event_in_whole_seconds():
    assert the_fact(body(participant={"user_id": "1"})).at == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_facts_of_one_second_keep_the_order_in_which_they_were_told():
    person = {"user_id": "1", "date_time": TEN}

    back = the_fact(body("meeting.participant_put_in_waiting_room", participant=person))
    again = the_fact(body("meeting.participant_admitted", participant=person, event_ts=TEN_MS + 1))

    assert back.at == again.at
    assert (back.told_ms, again.told_ms) == (TEN_MS, TEN_MS + 1)


def test_a_time_without_a_zone_is_not_believed():
    fact = the_fact(body(participant={"user_id": "1", "join_time": "2020-01-01T00:00:00"}))

    assert fact.at == datetime(2026, 3, 4, 10, tzinfo=UTC)


def test_a_time_of_another_zone_is_told_in_utc():
    fact = the_fact(body(participant={"user_id": "1", "join_time": "2026-03-04T05:00:00-05:00"}))

    assert (fact.at.isoformat(), fact.at.tzinfo) == ("2026-03-04T10:00:00+00:00", UTC)


@pytest.mark.parametrize("meeting_id", [84, "84"])
@pytest.mark.parametrize("user_id", [16778240, "16778240"])
def test_numbers_and_texts_are_the_same_id(meeting_id, user_id):
    fact = the_fact(body(meeting={"id": meeting_id}, participant={"user_id": user_id, "join_time": TEN}))

    assert (fact.room_id, fact.connection) == ("84", "16778240")


def test_a_connection_is_the_participant_uuid_rather_than_the_user_id():
    fact = the_fact(body(participant={"participant_uuid": "p", "user_id": "1", "join_time": TEN}))

    assert fact.connection == "p"


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_name_address_or_id_is_none(empty):
    nobody = dict.fromkeys(("user_name", "email", "id", "participant_user_id", "registrant_id"), empty)

    fact = the_fact(body(participant=nobody | {"user_id": "1", "join_time": TEN}))

    assert (fact.email, fact.user_id, fact.guest_id) == (None, None, None)


def test_a_scheduled_start_that_is_still_to_come_is_not_when_the_call_began():
    early = the_fact(body("meeting.started", meeting={"start_time": "2026-03-04T10:30:00Z"}))
    late = the_fact(body("meeting.started", meeting={"start_time": "2026-03-04T09:59:58Z"}))

    assert early.at == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert late.at == datetime(2026, 3, 4, 9, 59, 58, tzinfo=UTC)


@pytest.mark.parametrize("reason", ["Leave waiting room.", "Removed by host from waiting room."])
def test_leaving_from_the_waiting_room_is_not_leaving_the_call(reason):
    gone = {"user_id": "1", "leave_time": TEN, "leave_reason": reason}

    assert the_fact(body("meeting.participant_left", participant=gone)).kind is FactKind.LEFT_WAITING


@pytest.mark.parametrize(
    "raw",
    [
        body("meeting.participant_left_breakout_room", participant={"user_id": "1", "leave_time": TEN}),
        body("meeting.something_new", participant={"user_id": "1", "join_time": TEN}),
        body("meeting.participant_joined"),
        body("meeting.participant_joined", meeting={"uuid": ""}, participant={"user_id": "1"}),
        body("meeting.participant_joined", meeting={"id": None}, participant={"user_id": "1"}),
        body("meeting.started", event_ts=None),
        b"{}",
    ],
)
def test_what_is_unknown_or_lacks_the_essentials_tells_nothing(raw):
    assert facts_of(parse_event(raw)) == ()


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b'"text"', b"{", b"\xff\xfe\x00", b"[" * 200_000])
def test_what_is_no_json_object_is_no_event(raw):
    with pytest.raises(EventMalformed):
        parse_event(raw)


def test_a_fact_shows_no_address():
    fact = the_fact(body(participant={"user_id": "1", "join_time": TEN, "email": "planted@clinic.example"}))

    assert fact.email == "planted@clinic.example"
    assert "planted" not in repr(fact)


# Drawing the first text builds a table, which takes seconds on a busy machine.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXTS = st.text(st.characters(exclude_categories=())) | st.sampled_from([TEN, "84", "1e9"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(TEN_MS) | st.floats() | TEXTS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inside, max_size=8),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), ANYTHING)
EVENTS = st.sampled_from([*_OF_A_CALL, *_OF_A_PERSON])


@UNHURRIED
@given(OBJECTS)
def test_no_json_object_raises(whole):
    facts_of(parse_event(json.dumps(whole).encode()))


@UNHURRIED
@given(EVENTS, OBJECTS, OBJECTS)
def test_whatever_a_known_event_holds_its_facts_can_be_stored(event, meeting, participant):
    for fact in facts_of(parse_event(body(event, meeting=meeting, participant=participant))):
        told = [fact.room_id, fact.instance, fact.connection, fact.guest_id, fact.user_id, fact.email]
        told = [part for part in [*told, fact.host_id] if part is not None]
        assert all(part and "\0" not in part and part.encode() for part in told)
        assert fact.at.tzinfo is UTC
        assert 0 <= fact.told_ms < 2**63
