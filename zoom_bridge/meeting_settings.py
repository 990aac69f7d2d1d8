"""The settings of a meeting. Each is sent: what is left out follows the host's own preferences.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/POST/users/{userId}/meetings
"""

from typing import Literal, Protocol

from zoom_bridge._fields import Raw

Recording = Literal["none", "local", "cloud"]


class Wishes(Protocol):
    """What a department decides."""

    @property
    def waiting_room(self) -> bool: ...
    @property
    def recording(self) -> Recording: ...
    @property
    def chat(self) -> bool: ...
    @property
    def summary(self) -> bool: ...


AUTOMATIC_APPROVAL = 0
ONLY_THE_HOST = 1
EVERYONE_WAITS: Raw = {"mode": "custom", "who_goes_to_waiting_room": "everyone"}

# The same for every visit, whatever a department wants.
FIXED: Raw = {
    # A registrant's own link is what tells who joins. Zoom writes to nobody.
    "approval_type": AUTOMATIC_APPROVAL,
    "close_registration": False,
    "registrants_confirmation_email": False,
    "registrants_email_notification": False,
    "email_notification": False,
    "alternative_hosts": "",
    "alternative_hosts_email_notification": False,
    "show_join_info": False,
    "show_share_button": False,
    "email_in_attendee_report": False,
    # A patient may go on by telephone, and has no Zoom account to sign in to.
    "allow_multiple_devices": True,
    "audio": "both",
    "meeting_authentication": False,
    # End-to-end encryption would keep browsers out.
    "encryption_type": "enhanced_encryption",
    "join_before_host": False,
    "jbh_time": 0,
    "use_pmi": False,
    "auto_start_ai_companion_questions": False,
    "breakout_room": {"enable": False},
    "language_interpretation": {"enable": False},
    "sign_language_interpretation": {"enable": False},
    "question_and_answer": {"enable": False},
    "approved_or_denied_countries_or_regions": {"enable": False},
    "host_video": True,
    "participant_video": True,
    "disable_participant_video": False,
    "mute_upon_entry": False,
    "request_permission_to_unmute_participants": False,
    "allow_host_control_participant_mute_state": False,
    "focus_mode": False,
    "host_save_video_order": False,
    "watermark": False,
    "device_testing": False,
    "private_meeting": False,
    "internal_meeting": False,
    "participant_focused_meeting": False,
    "push_change_to_calendar": False,
}


def decided_by(wishes: Wishes) -> Raw:
    """The settings that follow a department's wishes."""
    decided: dict[str, object] = {
        "waiting_room": wishes.waiting_room,
        "auto_recording": wishes.recording,
        "continuous_meeting_chat": {"enable": wishes.chat},
        "auto_start_meeting_summary": wishes.summary,
    }
    if wishes.waiting_room:
        decided["waiting_room_options"] = EVERYONE_WAITS
    if wishes.summary:
        decided["who_will_receive_summary"] = ONLY_THE_HOST
    return decided


def settings_for(wishes: Wishes) -> Raw:
    """Everything that is sent as `settings`."""
    return {**FIXED, **decided_by(wishes)}
