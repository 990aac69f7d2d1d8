"""Webhook events, read tolerantly. https://developers.zoom.us/docs/api/meetings/events/

Zoom's schema and examples disagree: ids are texts here and numbers there, a join's time is `join_time` or
`date_time`. So nothing is required but a JSON object, and what is not understood is left out.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from zoom_bridge._fields import Raw, epoch_ms, inner, instant, parse_object, text
from zoom_bridge.errors import EventMalformed
from zoom_bridge.facts import CallFact, FactKind
from zoom_bridge.rooms import Cover

URL_VALIDATION = "endpoint.url_validation"
_OF_MEETINGS = ("meeting.", "recording.")
_LONGEST = 128

_OF_A_CALL = {
    "meeting.started": FactKind.STARTED,
    "meeting.ended": FactKind.ENDED,
}
_OF_A_PERSON = {
    "meeting.participant_joined_waiting_room": FactKind.WAITING,
    "meeting.participant_left_waiting_room": FactKind.LEFT_WAITING,
    "meeting.participant_admitted": FactKind.ADMITTED,
    "meeting.participant_put_in_waiting_room": FactKind.PUT_BACK,
    "meeting.participant_joined": FactKind.JOINED,
    "meeting.participant_left": FactKind.LEFT,
    # Whoever moves into a breakout room is in the visit still, under the same uuid.
    "meeting.participant_joined_breakout_room": FactKind.JOINED,
    # Without a waiting room, people wait for the host. These events name no connection, and being let in is
    # followed by `participant_joined`, which does.
    "meeting.participant_jbh_waiting": FactKind.WAITING,
    "meeting.participant_jbh_joined": FactKind.ADMITTED,
    "meeting.participant_jbh_waiting_left": FactKind.LEFT_WAITING,
}


@dataclass(frozen=True)
class Participant:
    """A participant, as far as the event tells. Names are not read."""

    connection: str | None
    registrant_id: str | None
    user_id: str | None
    email: str | None = field(repr=False)
    join_time: datetime | None
    leave_time: datetime | None
    date_time: datetime | None
    leave_reason: str = field(repr=False)


@dataclass(frozen=True)
class ZoomEvent:
    """An event with the parts that are used here. Instants are UTC; `event_ts` is in milliseconds."""

    event: str
    event_ts: int | None
    meeting_id: str | None
    uuid: str | None
    host_id: str | None
    start_time: datetime | None
    end_time: datetime | None
    participant: Participant | None
    plain_token: str | None = field(repr=False)

    @property
    def second(self) -> datetime | None:
        """When Zoom wrote the event, as coarse as the times inside it."""
        return None if self.event_ts is None else datetime.fromtimestamp(self.event_ts // 1000, UTC)


def cover_of(raw_body: bytes, request_id: str | None = None) -> Cover:
    """Which event it is, when it happened and of which meeting; cut short where somebody wrote a novel.

    Raises EventMalformed if the body is no JSON object.
    """
    raw = parse_object(raw_body)
    if raw is None:
        raise EventMalformed
    event = text(raw, "event") or ""
    # Other events have other ids there: a user's, a phone call's.
    tells_of_meeting = event.startswith(_OF_MEETINGS)
    room_id = text(inner(inner(raw, "payload"), "object"), "id") if tells_of_meeting else None
    return Cover(_short(event) or "", epoch_ms(raw, "event_ts"), _short(room_id), _short(request_id))


def parse_event(raw_body: bytes) -> ZoomEvent:
    """Read an event, also one that is not known. Raises EventMalformed if the body is no JSON object."""
    raw = parse_object(raw_body)
    if raw is None:
        raise EventMalformed
    payload = inner(raw, "payload")
    meeting = inner(payload, "object")
    return ZoomEvent(
        event=text(raw, "event") or "",
        event_ts=epoch_ms(raw, "event_ts"),
        meeting_id=text(meeting, "id"),
        uuid=text(meeting, "uuid"),
        host_id=text(meeting, "host_id"),
        start_time=instant(meeting, "start_time"),
        end_time=instant(meeting, "end_time"),
        participant=_participant(inner(meeting, "participant")),
        plain_token=text(payload, "plainToken"),
    )


def facts_of(event: ZoomEvent) -> tuple[CallFact, ...]:
    """What the event tells of a call: one fact, or none if it tells of something else or too little."""
    if event.meeting_id is None or event.uuid is None:
        return ()
    if event.event in _OF_A_CALL:
        return _fact_of_call(event, _OF_A_CALL[event.event], event.meeting_id, event.uuid)
    if event.event in _OF_A_PERSON and event.participant:
        return _fact_of_person(event, event.participant, event.meeting_id, event.uuid)
    return ()


def _short(found: str | None) -> str | None:
    return found[:_LONGEST] if found else None


def _participant(raw: Raw) -> Participant | None:
    if not raw:
        return None
    return Participant(
        # Both are given anew at each join; the uuid stays the same through waiting room and breakout rooms.
        # In a breakout room `user_id` is another one, beside that of the call.
        connection=text(raw, "participant_uuid") or text(raw, "parent_user_id") or text(raw, "user_id"),
        registrant_id=text(raw, "registrant_id"),
        # `id` is on its way out. Both are empty for people who are not signed in.
        user_id=text(raw, "participant_user_id") or text(raw, "id"),
        email=text(raw, "email"),
        join_time=instant(raw, "join_time"),
        leave_time=instant(raw, "leave_time"),
        date_time=instant(raw, "date_time"),
        leave_reason=text(raw, "leave_reason") or "",
    )


def _fact_of_call(event: ZoomEvent, kind: FactKind, room_id: str, instance: str) -> tuple[CallFact, ...]:
    at = event.end_time if kind is FactKind.ENDED else _began(event)
    at = at or event.second
    if at is None:
        return ()
    return (CallFact(kind, room_id, instance, at, event.event_ts or 0, host_id=event.host_id),)


def _began(event: ZoomEvent) -> datetime | None:
    """A `start_time` that is still to come is the scheduled one."""
    told = [moment for moment in (event.start_time, event.second) if moment]
    return min(told, default=None)


def _fact_of_person(
    event: ZoomEvent, person: Participant, room_id: str, instance: str
) -> tuple[CallFact, ...]:
    kind = _kind_for(event.event, person)
    at = _moment(kind, person) or event.second
    if at is None:
        return ()
    fact = CallFact(
        kind,
        room_id,
        instance,
        at,
        event.event_ts or 0,
        connection=person.connection,
        guest_id=person.registrant_id,
        user_id=person.user_id,
        email=person.email,
        host_id=event.host_id,
    )
    return (fact,)


def _kind_for(event: str, person: Participant) -> FactKind:
    kind = _OF_A_PERSON[event]
    # Two of the documented reasons for having left the meeting are about the waiting room.
    from_waiting = kind is FactKind.LEFT and "waiting room" in person.leave_reason.casefold()
    return FactKind.LEFT_WAITING if from_waiting else kind


def _moment(kind: FactKind, person: Participant) -> datetime | None:
    if kind is FactKind.JOINED:
        return person.join_time or person.date_time
    if kind in (FactKind.LEFT, FactKind.LEFT_WAITING):
        # The example of `participant_left` has the join's time as `date_time` beside `leave_time`.
        return person.leave_time or person.date_time
    return person.date_time or person.join_time
