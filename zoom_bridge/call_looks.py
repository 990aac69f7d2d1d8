"""What Zoom answers about a call: who is in it now, and what its past runs were."""

from zoom_bridge.client import ZoomClient
from zoom_bridge.errors import ZoomMeetingUnknown
from zoom_bridge.ids import MeetingId, MeetingUuid
from zoom_bridge.looks import RoomNow, Run, Stay, offered
from zoom_bridge.participants import LiveParticipant, PastParticipant


class CallLooks:
    """The looks of the product's port. Errors are those of `zoom_bridge.errors`."""

    def __init__(self, client: ZoomClient) -> None:
        self._client = client

    def room_now(self, room_id: str) -> RoomNow:
        """Whether a call is under way."""
        meeting = self._client.get_meeting(MeetingId(room_id))
        return RoomNow(meeting.is_live, meeting.uuid)

    def people_now(self, room_id: str) -> tuple[Stay, ...]:
        """Who is in the call and its waiting room, and who has gone; nobody without a call.

        Raises ZoomNotOffered where the account has no dashboards.
        """
        try:
            with offered():
                return tuple(map(_stay, self._client.list_live_participants(MeetingId(room_id))))
        except ZoomMeetingUnknown:
            return ()

    def past_run(self, instance: str) -> Run | None:
        """A run that is over, or None while it is not. Raises ZoomNotOffered."""
        try:
            with offered():
                past = self._client.get_past_meeting(MeetingUuid(instance))
        except ZoomMeetingUnknown:
            return None
        return Run(instance, past.started_at, past.ended_at)

    def past_runs(self, room_id: str) -> tuple[Run, ...]:
        """The meeting's runs that are over; when they ended is not told. Raises ZoomNotOffered."""
        with offered():
            found = tuple(self._client.list_past_instances(MeetingId(room_id)))
        return tuple(Run(one.uuid, one.started_at, one.ended_at) for one in found if one.uuid)

    def past_people(self, instance: str) -> tuple[Stay, ...]:
        """Who was in a run that is over; nobody is told of one that held a single person.

        Raises ZoomNotOffered.
        """
        try:
            with offered():
                people = self._client.list_past_participants(MeetingUuid(instance))
                return tuple(_stay(one, one.registrant_id) for one in people)
        except ZoomMeetingUnknown:
            return ()

    def past_loner(self, instance: str) -> tuple[Stay, ...]:
        """Who was alone in a run that is over; nobody where more were. Raises ZoomNotOffered.

        Asks the dashboards, since the record of past calls names nobody of such a run.
        """
        try:
            with offered():
                return tuple(map(_stay, self._client.list_lone_participants(MeetingUuid(instance))))
        except ZoomMeetingUnknown:
            return ()


def _stay(person: LiveParticipant | PastParticipant, guest_id: str | None = None) -> Stay:
    return Stay(
        waiting=person.in_waiting_room,
        since=person.joined_at,
        until=person.left_at,
        connection=person.connection,
        guest_id=guest_id,
        user_id=person.user_id,
        email=person.email,
    )
