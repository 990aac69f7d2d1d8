"""Zoom as a video vendor: the verbs of the product's port, told in Zoom's operations."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, suppress

from zoom_bridge._fields import text
from zoom_bridge.call_looks import CallLooks
from zoom_bridge.client import ZoomClient
from zoom_bridge.directory import host_account, host_news_of, hosts_after
from zoom_bridge.downloads import Downloads
from zoom_bridge.drift import Drift, echo_drift, guarded
from zoom_bridge.errors import (
    EventMalformed,
    ZoomAnswerMalformed,
    ZoomMeetingUnknown,
    ZoomNotOffered,
    ZoomRecordingLocked,
    ZoomRefused,
)
from zoom_bridge.events import URL_VALIDATION, cover_of, facts_of, parse_event
from zoom_bridge.facts import CallFact
from zoom_bridge.ids import HostId, MeetingId, MeetingUuid, RegistrantId
from zoom_bridge.looks import offered
from zoom_bridge.masking import masked
from zoom_bridge.meeting_settings import FIXED, Wishes, settings_for
from zoom_bridge.meetings import Meeting, MeetingList, MeetingOrder
from zoom_bridge.notes import CallNote, notes_of
from zoom_bridge.ports import Clock
from zoom_bridge.recordings import RecordingNews, recording_news_of
from zoom_bridge.registrants import Registrant, RegistrantOrder
from zoom_bridge.rooms import Accepted, Guest, GuestPass, HostAccount, HostNews, HostPage, Room, RoomOrder
from zoom_bridge.secret import Secret
from zoom_bridge.signature import (
    REQUEST_ID_HEADERS,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    url_validation_answer,
    verify,
)
from zoom_bridge.subscriptions import SubscriptionReport, examined


class ZoomBridge(CallLooks):
    """One Zoom account. Errors are those of `zoom_bridge.errors`; no method tries anything twice."""

    vendor = "zoom"
    title = "Zoom"
    tells_of_calls = True
    signs_hosts_in = True

    def __init__(
        self,
        client: ZoomClient,
        webhook_secret: Secret,
        clock: Clock,
        downloads: Downloads | None = None,
        account_id: str = "",
    ) -> None:
        if not webhook_secret.reveal():
            raise ValueError("an empty webhook secret would let anybody sign")
        super().__init__(client)
        self._webhook_secret = webhook_secret
        self._clock = clock
        self._downloads = downloads
        self._account_id = account_id

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

    def accept(self, headers: Mapping[str, str], body: bytes) -> Accepted:
        """Prove a delivery by its raw bytes. Raises NotAuthentic, or EventMalformed if it is no event."""
        found = {name.lower(): value for name, value in headers.items()}
        timestamp, signature = found.get(TIMESTAMP_HEADER, ""), found.get(SIGNATURE_HEADER, "")
        verify(self._webhook_secret, timestamp, signature, body, self._clock.now())
        request_id = next((found[name] for name in REQUEST_ID_HEADERS if name in found), None)
        cover = cover_of(body, request_id)
        if cover.event != URL_VALIDATION:
            return Accepted("event", cover=cover)
        event = parse_event(body)
        if event.plain_token is None:
            raise EventMalformed
        return Accepted("challenge", url_validation_answer(self._webhook_secret, event.plain_token))

    def facts(self, body: bytes) -> tuple[CallFact, ...]:
        """What an accepted delivery tells of a call. Unknown events tell nothing."""
        return facts_of(parse_event(body))

    def notes(self, body: bytes) -> tuple[CallNote, ...]:
        """What an accepted delivery tells of a call beside who is in it."""
        return notes_of(body)

    def in_drift(self, policy: Wishes, settings: Mapping[str, str]) -> tuple[Drift, ...]:
        """Where the settings that somebody gave a meeting differ from the policy."""
        asked = guarded(settings_for(policy))
        return tuple(
            Drift(name, asked[name], got)
            for name, got in settings.items()
            if name in asked and asked[name] != got
        )

    def examine_delivery(self, address: str) -> SubscriptionReport:
        """What the app's subscriptions lack. Raises ZoomScopeMissing where the app may not ask."""
        return examined(self._client.list_subscriptions(self._account_id), address)

    def mend_delivery(self, address: str, order: tuple[str, ...], stale: tuple[str, ...]) -> None:
        """Have these events delivered there, then take away what they replace. Raises ZoomRefused."""
        if order:
            self._client.create_subscription(self._account_id, address, order)
        for one in stale:
            self._client.delete_subscription(one)

    def masked(self, body: bytes) -> str:
        """An accepted delivery as an engineer may read it."""
        return masked(body)

    def recording_news(self, body: bytes) -> RecordingNews | None:
        """What an accepted delivery tells of a recording, if it does."""
        return recording_news_of(body)

    def recording_now(self, instance: str) -> RecordingNews | None:
        """The recording of a run with fresh addresses and a fresh ticket. Raises ZoomNotOffered."""
        with offered():
            return self._client.get_recording(MeetingUuid(instance))

    def read_recording(self, address: str, ticket: str | None) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a file as they come, from Zoom's own hosts."""
        if self._downloads is None:
            raise ZoomNotOffered
        return self._downloads.read(address, ticket)

    def stop_recording(self, room_id: str, host_id: str) -> bool:
        """Nothing is recorded by itself from now on; a recording that is under way ends.

        False: an account's lock has it on still, and only the recording under way was ended. Raises
        ZoomRecordingLocked where none is under way yet.
        """
        meeting_id = MeetingId(room_id)
        self._client.record_nothing(meeting_id, HostId(host_id))
        meeting = self._client.get_meeting(meeting_id)
        is_off = text(meeting.echoed, "auto_recording") in (None, "none")
        if meeting.is_live:
            with suppress(ZoomRefused):  # there may be none under way
                self._client.stop_cloud_recording(meeting_id)
        elif not is_off:
            raise ZoomRecordingLocked
        return is_off

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
        room_id=meeting.id,
        host_id=meeting.host_id,
        host_email=meeting.host_email,
        reference=reference,
        drift=drift,
        host_link=meeting.start_url,
        recording=text(meeting.echoed, "auto_recording"),
        dial_in=meeting.dial_in,
    )


def _guest_pass(registrant: Registrant) -> GuestPass:
    if registrant.join_url is None:
        raise ZoomAnswerMalformed("join_url")
    return GuestPass(registrant.id, registrant.join_url)
