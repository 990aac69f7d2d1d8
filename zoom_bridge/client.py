"""Zoom's operations, one method each. https://developers.zoom.us/docs/api/"""

from collections.abc import Iterable, Iterator
from datetime import UTC
from urllib.parse import quote

from zoom_bridge._fields import objects, text
from zoom_bridge.api import Call, ZoomApi
from zoom_bridge.errors import ZoomAnswerMalformed, ZoomQuotaSpent, ZoomRefused
from zoom_bridge.hosts import UserPage, UserStatus, ZoomUser
from zoom_bridge.ids import HostId, MeetingId, MeetingUuid, RegistrantId
from zoom_bridge.meetings import Meeting, MeetingList, MeetingOrder, MeetingSummary
from zoom_bridge.participants import LiveParticipant, PastMeeting, PastParticipant
from zoom_bridge.paths import (
    dashboard_path,
    live_meeting_path,
    meeting_path,
    past_dashboard_path,
    past_instances_path,
    past_meeting_path,
    recording_path,
    user_path,
)
from zoom_bridge.ports import Clock, QuotaBook, RateCategory
from zoom_bridge.recordings import RecordingNews, recording_of_answer
from zoom_bridge.registrants import Registrant, RegistrantOrder
from zoom_bridge.secret import Secret
from zoom_bridge.subscriptions import EventSubscription, order_json

RECORDING_SECONDS = 24 * 3600
# "There is no recording for this meeting."
NO_RECORDING = 3301
SUBSCRIPTIONS = "/marketplace/app/event_subscription"
LIGHT, MEDIUM, HEAVY = RateCategory.LIGHT, RateCategory.MEDIUM, RateCategory.HEAVY


class ZoomClient:
    """Typed answers to typed questions. Every method may raise what `errors` lists; nothing is retried."""

    def __init__(self, api: ZoomApi, quota: QuotaBook, clock: Clock) -> None:
        self._api = api
        self._quota = quota
        self._clock = clock

    def create_meeting(self, host: HostId, order: MeetingOrder) -> Meeting:
        """Create a scheduled meeting. An error whose `outcome_known` is False: look for it, never repeat.

        Raises ZoomQuotaSpent before or after the call.
        https://developers.zoom.us/docs/api/meetings/#tag/meetings/POST/users/{userId}/meetings
        """
        path = f"{user_path(host)}/meetings"
        today = self._clock.now().astimezone(UTC).date()
        # Whether a call may be made is asked first: it would cost one of the host's hundred for nothing.
        self._api.wait_allowed(LIGHT)
        self._quota.spend(host, today)
        try:
            call = Call("meetingCreate", LIGHT, "POST", path, json=order.as_json())
            raw = self._api.send(call, allowed=True)
        except ZoomQuotaSpent:
            self._quota.note_spent_out(host, today)
            raise
        return Meeting.from_json(raw)

    def get_meeting(self, meeting: MeetingId) -> Meeting:
        """The meeting with a fresh host link, good for two hours.

        https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/meetings/{meetingId}
        """
        return Meeting.from_json(self._api.send(Call("meeting", LIGHT, "GET", meeting_path(meeting))))

    def list_meetings(self, host: HostId, which: MeetingList) -> Iterator[MeetingSummary]:
        """A host's meetings, page by page as they are read.

        https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/users/{userId}/meetings
        """
        call = Call("meetings", MEDIUM, "GET", f"{user_path(host)}/meetings", params={"type": which})
        return (MeetingSummary.from_json(row) for row in self._api.pages(call, "meetings"))

    def end_meeting(self, meeting: MeetingId) -> None:
        """End it for everyone in it.

        https://developers.zoom.us/docs/api/meetings/#tag/meetings/PUT/meetings/{meetingId}/status
        """
        path = f"{meeting_path(meeting)}/status"
        self._api.send(Call("meetingStatus", LIGHT, "PUT", path, json={"action": "end"}))

    def update_waiting_room(self, meeting: MeetingId, description: str) -> None:
        """Show these words in the waiting room of a live meeting.

        https://developers.zoom.us/docs/api/meetings/#tag/in-meeting-features/PATCH/live_meetings/{meetingId}/events
        """
        order = {"method": "waiting_room.update", "params": {"waiting_room_description": description}}
        self._api.send(Call("inMeetingControl", MEDIUM, "PATCH", live_meeting_path(meeting), json=order))

    def delete_meeting(self, meeting: MeetingId) -> None:
        """Delete it; Zoom writes to nobody about it.

        https://developers.zoom.us/docs/api/meetings/#tag/meetings/DELETE/meetings/{meetingId}
        """
        silent = {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"}
        self._api.send(Call("meetingDelete", LIGHT, "DELETE", meeting_path(meeting), params=silent))

    def add_registrant(self, meeting: MeetingId, order: RegistrantOrder) -> Registrant:
        """Register a person. The same address again gives the same registrant; three times a day.

        https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/POST/meetings/{meetingId}/registrants
        """
        path = f"{meeting_path(meeting)}/registrants"
        raw = self._api.send(Call("meetingRegistrantCreate", LIGHT, "POST", path, json=order.as_json()))
        return Registrant.from_json(raw)

    def list_registrants(self, meeting: MeetingId) -> Iterator[Registrant]:
        """The approved registrants, page by page as they are read.

        https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/GET/meetings/{meetingId}/registrants
        """
        path, params = f"{meeting_path(meeting)}/registrants", {"status": "approved"}
        call = Call("meetingRegistrants", MEDIUM, "GET", path, params=params)
        return (Registrant.from_row(row) for row in self._api.pages(call, "registrants"))

    def cancel_registrant(self, meeting: MeetingId, registrant: RegistrantId) -> None:
        """Their link lets nobody in any more.

        https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/PUT/meetings/{meetingId}/registrants/status
        """
        path = f"{meeting_path(meeting)}/registrants/status"
        order = {"action": "cancel", "registrants": [{"id": registrant}]}
        self._api.send(Call("meetingRegistrantStatus", MEDIUM, "PUT", path, json=order))

    def list_past_participants(self, uuid: MeetingUuid) -> Iterator[PastParticipant]:
        """Who was in a run that is over. Zoom tells nothing of a run that held one person only.

        https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}/participants
        """
        call = Call("pastMeetingParticipants", MEDIUM, "GET", f"{past_meeting_path(uuid)}/participants")
        return (PastParticipant.from_json(row) for row in self._api.pages(call, "participants"))

    def get_past_meeting(self, uuid: MeetingUuid) -> PastMeeting:
        """A run that is over. Raises ZoomMeetingUnknown while it is not.

        https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}
        """
        return PastMeeting.from_json(
            self._api.send(Call("pastMeetingDetails", LIGHT, "GET", past_meeting_path(uuid)))
        )

    def list_past_instances(self, meeting: MeetingId) -> Iterator[PastMeeting]:
        """The runs of a meeting that are over; when they ended is not told.

        https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}/instances
        """
        raw = self._api.send(Call("pastMeetings", MEDIUM, "GET", past_instances_path(meeting)))
        return (PastMeeting.from_json(row) for row in objects(raw, "meetings"))

    def list_live_participants(self, meeting: MeetingId) -> Iterator[LiveParticipant]:
        """Who is in the call now, page by page as they are read. Raises ZoomMeetingUnknown without a call.

        https://developers.zoom.us/docs/api/accounts/#tag/dashboards/GET/metrics/meetings/{meetingId}/participants
        """
        path = f"{dashboard_path(meeting)}/participants"
        call = Call("dashboardMeetingParticipants", HEAVY, "GET", path, params={"type": "live"})
        return (LiveParticipant.from_json(row) for row in self._api.pages(call, "participants"))

    def list_lone_participants(self, uuid: MeetingUuid) -> Iterator[LiveParticipant]:
        """Who was in a run that is over and held one person. Raises ZoomMeetingUnknown for every other run.

        https://developers.zoom.us/docs/api/accounts/#tag/dashboards/GET/metrics/meetings/{meetingId}/participants
        """
        path = f"{past_dashboard_path(uuid)}/participants"
        call = Call("dashboardMeetingParticipants", HEAVY, "GET", path, params={"type": "pastOne"})
        return (LiveParticipant.from_json(row) for row in self._api.pages(call, "participants"))

    def get_user(self, user: HostId) -> ZoomUser:
        """A user by id or e-mail address. Raises ZoomUserUnknown.

        https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}
        """
        return ZoomUser.from_json(self._api.send(Call("user", LIGHT, "GET", user_path(user))))

    def list_users(self, status: UserStatus, page_token: str = "") -> UserPage:
        """One page of the account's users of one status: one call.

        https://developers.zoom.us/docs/api/users/#tag/users/GET/users
        """
        call = Call("users", MEDIUM, "GET", "/users", params={"status": status})
        rows, after = self._api.page(call, "users", page_token)
        return UserPage(tuple(ZoomUser.from_row(row, status) for row in rows), after)

    def list_subscriptions(self, account_id: str) -> Iterator[EventSubscription]:
        """The app's event subscriptions of the account, page by page as they are read.

        https://developers.zoom.us/docs/api/marketplace/#tag/app/GET/marketplace/app/event_subscription
        """
        params = {"subscription_scope": "account", "account_id": account_id}
        call = Call("getUserEventSubscriptions", MEDIUM, "GET", SUBSCRIPTIONS, params=params)
        return (EventSubscription.from_json(row) for row in self._api.pages(call, "event_subscriptions"))

    def create_subscription(self, account_id: str, address: str, events: Iterable[str]) -> str:
        """Have the account's events delivered to the address. Answers the subscription's id.

        https://developers.zoom.us/docs/api/marketplace/#tag/app/POST/marketplace/app/event_subscription
        """
        order = order_json(account_id, address, events)
        raw = self._api.send(Call("createEventSubscription", MEDIUM, "POST", SUBSCRIPTIONS, json=order))
        found = text(raw, "event_subscription_id")
        if found is None:
            raise ZoomAnswerMalformed("event_subscription_id")
        return found

    def delete_subscription(self, subscription: str) -> None:
        """Take it away. One of the app's own pages in Zoom cannot be.

        https://developers.zoom.us/docs/api/marketplace/#tag/app/DELETE/marketplace/app/event_subscription/{eventSubscriptionId}
        """
        path = f"{SUBSCRIPTIONS}/{quote(subscription, safe='')}"
        self._api.send(Call("deleteEventSubscription", MEDIUM, "DELETE", path))

    def get_zak(self, user: HostId, seconds: int = 7200) -> Secret:
        """A key that starts meetings as this user, good for `seconds`.

        https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}/token
        """
        params = {"type": "zak", "ttl": str(seconds)}
        raw = self._api.send(Call("userToken", LIGHT, "GET", f"{user_path(user)}/token", params=params))
        token = text(raw, "token")
        if token is None:
            raise ZoomAnswerMalformed("token")
        return Secret(token)

    def get_recording(self, uuid: MeetingUuid) -> RecordingNews | None:
        """The recording of a run, with addresses and a ticket that are good for a day; None: there is none.

        https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET/meetings/{meetingId}/recordings
        """
        params = {"include_fields": "download_access_token", "ttl": str(RECORDING_SECONDS)}
        call = Call("recordingGet", LIGHT, "GET", recording_path(uuid), params=params)
        try:
            return recording_of_answer(self._api.send(call))
        except ZoomRefused as no:
            if no.code == NO_RECORDING:
                return None
            raise

    def record_nothing(self, meeting: MeetingId, host: HostId) -> None:
        """From its next start on it records nothing by itself. Costs one of the host's hundred.

        https://developers.zoom.us/docs/api/meetings/#tag/meetings/PATCH/meetings/{meetingId}
        """
        today = self._clock.now().astimezone(UTC).date()
        self._api.wait_allowed(LIGHT)
        self._quota.spend(host, today)
        body = {"settings": {"auto_recording": "none"}}
        try:
            call = Call("meetingUpdate", LIGHT, "PATCH", meeting_path(meeting), json=body)
            self._api.send(call, allowed=True)
        except ZoomQuotaSpent:
            self._quota.note_spent_out(host, today)
            raise

    def stop_cloud_recording(self, meeting: MeetingId) -> None:
        """End a cloud recording of the call that is under way.

        https://developers.zoom.us/docs/api/meetings/#tag/in-meeting-features/PATCH/live_meetings/{meetingId}/events
        """
        order = {"method": "recording.stop"}
        self._api.send(Call("inMeetingControl", MEDIUM, "PATCH", live_meeting_path(meeting), json=order))
