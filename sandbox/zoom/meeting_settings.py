"""The settings that a meeting ends up with: defaults, what was asked, and what the account locks.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/POST/users/{userId}/meetings
"""

from collections.abc import Mapping

Settings = dict[str, object]

# Chat that outlives the visit and e-mails to patients are on by default: who forgets to refuse gets them.
DEFAULTS: Mapping[str, object] = {
    "allow_multiple_devices": False,
    "alternative_hosts": "",
    "alternative_hosts_email_notification": True,
    "approval_type": 2,
    "audio": "both",
    "auto_recording": "none",
    "auto_start_ai_companion_questions": False,
    "auto_start_meeting_summary": False,
    "breakout_room": {"enable": False},
    "close_registration": False,
    "continuous_meeting_chat": {"enable": True},
    "device_testing": False,
    "disable_participant_video": False,
    "email_in_attendee_report": False,
    "email_notification": True,
    "encryption_type": "enhanced_encryption",
    "focus_mode": False,
    "host_save_video_order": False,
    "host_video": False,
    "internal_meeting": False,
    "jbh_time": 0,
    "join_before_host": False,
    "meeting_authentication": False,
    "mute_upon_entry": False,
    "participant_focused_meeting": False,
    "participant_video": False,
    "private_meeting": False,
    "push_change_to_calendar": False,
    "registrants_confirmation_email": True,
    "registrants_email_notification": True,
    "request_permission_to_unmute_participants": False,
    "show_share_button": False,
    "use_pmi": False,
    "waiting_room": False,
    "watermark": False,
}


def settled(
    asked: Mapping[str, object],
    locks: Mapping[str, object],
    *,
    licensed: bool,
    has_passcode: bool,
    before: Mapping[str, object] = DEFAULTS,
) -> Settings:
    """What Zoom makes of a request; its answer echoes this.

    A waiting room turns join before host off; a Basic host gets no registration; a meeting with neither
    passcode, waiting room nor sign-in gets a waiting room.
    """
    settings: Settings = {**before, **asked}
    if not (has_passcode or settings["waiting_room"] or settings["meeting_authentication"]):
        settings["waiting_room"] = True
    for name, value in locks.items():
        settings[name] = _locked(settings.get(name), value)
    if settings["waiting_room"]:
        settings["join_before_host"] = False
    if not licensed:
        settings["approval_type"] = 2
    return settings


def _locked(asked: object, lock: object) -> object:
    return {**asked, **lock} if isinstance(asked, dict) and isinstance(lock, dict) else lock
