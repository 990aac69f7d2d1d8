"""Zoom as a video vendor: the verbs of the product's port, told in Zoom's operations."""

from collections.abc import Mapping

from zoom_bridge.client import ZoomClient
from zoom_bridge.directory import host_account, host_news_of, hosts_after
from zoom_bridge.drift import Drift, echo_drift, guarded
from zoom_bridge.errors import EventMalformed, ZoomAnswerMalformed, ZoomMeetingUnknown, ZoomRefused
from zoom_bridge.events import URL_VALIDATION, facts_of, name_of, parse_event
from zoom_bridge.facts import CallFact
from zoom_bridge.ids import HostId, MeetingId, MeetingUuid, RegistrantId
from zoom_bridge.looks import RoomNow, Run, Stay, offered
from zoom_bridge.meeting_settings import FIXED, Wishes, settings_for
from zoom_bridge.meetings import Meeting, MeetingList, MeetingOrder
from zoom_bridge.participants import LiveParticipant, PastParticipant
from zoom_bridge.ports import Clock
from zoom_bridge.registrants import Registrant, RegistrantOrder
from zoom_bridge.rooms import Accepted, Guest, GuestPass, HostAccount, HostNews, HostPage, Room, RoomOrder
from zoom_bridge.secret import Secret
from zoom_bridge.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, url_validation_answer, verify


class ZoomBridge:
    """One Zoom account. Errors are those of `zoom_bridge.errors`; no method tries anything twice."""

    vendor = "zoom"
    title = "Zoom"
    tells_of_calls = True
    signs_hosts_in = True

    def __init__(self, client: ZoomClient, webhook_secret: Secret, clock: Clock) -> None:
        if not webhook_secret.reveal():
            raise ValueError("an empty webhook secret would let anybody sign")
        self._client = client
        self._webhook_secret = webhook_secret
        self._clock = clock

    def open(self, order: RoomOrder) -> Room:
        """Make the meeting, in one call. With `outcome_known = False` on an error, settle it by `find`."""
        if not order.reference or not order.title.endswith(order.reference):
            raise ValueError("the title must end with the reference, or the meeting could not be found again")
        meeting = self._client.create_meeting(HostId(order.host), _meeting_order(order))
        return _room(meeting, order.reference, _drift(meeting, order.policy))

    def find(self, host: str, reference: str, policy: Wishes | None = None) -> Room | None:
        """The host's meeting whose topic ends with the reference, live, upcoming or past its time; or None.

        Without a policy, drift tells only of settings that no department decides.
        """
        if not reference:
            raise ValueError("every topic ends with an empty reference")
        for which in (MeetingList.LIVE, MeetingList.UPCOMING, MeetingList.SCHEDULED):
            for summary in self._client.list_meetings(HostId(host), which):
                if summary.topic.rstrip().endswith(reference):
                    meeting = self._client.get_meeting(summary.id)
                    return _room(meeting, reference, _drift(meeting, policy))
        return None

    def host_link(self, room_id: str) -> Secret:
        """A fresh link for the host, good for two hours. Never stored."""
        start_url = self._client.get_meeting(MeetingId(room_id)).start_url
        if start_url is None:
            raise ZoomAnswerMalformed("start_url")
        return start_url

    def link_for(self, room_id: str, guest: Guest) -> GuestPass:
        """Register the guest, in one call, and answer the link that is theirs alone."""
        order = RegistrantOrder(guest.address, guest.display_name, guest.language)
        return _guest_pass(self._client.add_registrant(MeetingId(room_id), order))

    def find_guest(self, room_id: str, address: str) -> GuestPass | None:
        """The pass of whoever is registered under the address, or None."""
        for registrant in self._client.list_registrants(MeetingId(room_id)):
            if (registrant.address or "").casefold() == address.casefold():
                return _guest_pass(registrant)
        return None

    def take_back(self, room_id: str, guest_id: str) -> None:
        """Let this guest in no more. A meeting that is gone lets nobody in."""
        try:
            self._client.cancel_registrant(MeetingId(room_id), RegistrantId(guest_id))
        except ZoomMeetingUnknown:
            return

    def say_to_waiting(self, room_id: str, text: str) -> None:
        """Show a sentence in the waiting room of a call that is under way. Raises ZoomNotOffered."""
        with offered():
            self._client.update_waiting_room(MeetingId(room_id), text)

    def close(self, room_id: str) -> None:
        """End the meeting for everyone. One that is not under way, or gone, is closed already."""
        meeting_id = MeetingId(room_id)
        try:
            self._client.end_meeting(meeting_id)
        except ZoomMeetingUnknown:
            return
        except ZoomRefused:
            # How Zoom refuses to end what is not under way is not documented, so the meeting is asked.
            if self._is_live(meeting_id):
                raise

    def host(self, key: str) -> HostAccount:
        """The account's user with this id or e-mail address. Raises ZoomUserUnknown."""
        return host_account(self._client.get_user(HostId(key)))

    def hosts(self, after: str = "") -> HostPage:
        """Some users of the account: those who are active, then those who are not, then those invited.

        Raises ZoomNotOffered where the app may not list them.
        """
        return hosts_after(self._client, after)

    def host_news(self, body: bytes) -> HostNews | None:
        """What an accepted delivery tells of a user, if it does."""
        return host_news_of(body)

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

    def accept(self, headers: Mapping[str, str], body: bytes) -> Accepted:
        """Prove a delivery by its raw bytes. Raises NotAuthentic, or EventMalformed if it is no event."""
        found = {name.lower(): value for name, value in headers.items()}
        timestamp, signature = found.get(TIMESTAMP_HEADER, ""), found.get(SIGNATURE_HEADER, "")
        verify(self._webhook_secret, timestamp, signature, body, self._clock.now())
        if name_of(body) != URL_VALIDATION:
            return Accepted("event")
        event = parse_event(body)
        if event.plain_token is None:
            raise EventMalformed
        return Accepted("challenge", url_validation_answer(self._webhook_secret, event.plain_token))

    def facts(self, body: bytes) -> tuple[CallFact, ...]:
        """What an accepted delivery tells of a call. Unknown events tell nothing."""
        return facts_of(parse_event(body))

    def _is_live(self, meeting_id: MeetingId) -> bool:
        try:
            return self._client.get_meeting(meeting_id).is_live
        except ZoomMeetingUnknown:
            return False


def _meeting_order(order: RoomOrder) -> MeetingOrder:
    return MeetingOrder(
        topic=order.title,
        start=order.start,
        minutes=order.minutes,
        time_zone=order.time_zone,
        waiting_room=order.policy.waiting_room,
        recording=order.policy.recording,
        chat=order.policy.chat,
        summary=order.policy.summary,
        alternative_hosts=order.alternative_hosts,
    )


def _drift(meeting: Meeting, policy: Wishes | None) -> tuple[Drift, ...]:
    asked = FIXED if policy is None else settings_for(policy)
    return echo_drift(guarded(asked), meeting.echoed)


def _room(meeting: Meeting, reference: str, drift: tuple[Drift, ...]) -> Room:
    return Room(
        meeting.id, meeting.host_id, meeting.host_email, reference, drift, meeting.start_url, meeting.dial_in
    )


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


def _guest_pass(registrant: Registrant) -> GuestPass:
    if registrant.join_url is None:
        raise ZoomAnswerMalformed("join_url")
    return GuestPass(registrant.id, registrant.join_url)
