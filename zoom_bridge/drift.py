"""Where the meeting that Zoom made differs from the one that was asked for.

Locks of the account or group overwrite what a request says, without an error:
https://developers.zoom.us/docs/api/meetings/security-enhancements/
"""

from collections.abc import Mapping
from dataclasses import dataclass

from zoom_bridge._fields import Raw, inner

# Settings that decide who gets in, who is written to and what outlives the visit.
GUARDED = (
    "waiting_room",
    "waiting_room_options.who_goes_to_waiting_room",
    "join_before_host",
    "approval_type",
    "registrants_confirmation_email",
    "registrants_email_notification",
    "alternative_hosts_email_notification",
    "email_notification",
    "meeting_authentication",
    "encryption_type",
    "use_pmi",
    "auto_recording",
    "continuous_meeting_chat.enable",
    "auto_start_meeting_summary",
    "auto_start_ai_companion_questions",
)
# What Zoom's documentation says of a meeting that does not mention them.
_UNSAID = {"waiting_room": "false"}

Guarded = Mapping[str, str]


@dataclass(frozen=True)
class Drift:
    """A guarded setting (Zoom's name, with a dot for what is inside another) that was not taken as asked."""

    setting: str
    asked: str
    got: str


def guarded(settings: Raw) -> Guarded:
    """The guarded ones among the settings, as text."""
    found = ((name, _value(settings, name)) for name in GUARDED)
    return {name: _as_text(value) for name, value in found if isinstance(value, bool | int | str)}


def echo_drift(asked: Guarded, echoed: Guarded) -> tuple[Drift, ...]:
    """What differs. A setting that the echo leaves out is taken to be as asked, save the waiting room."""
    got = {**_UNSAID, **echoed}
    return tuple(
        Drift(name, wanted, got[name]) for name, wanted in asked.items() if got.get(name, wanted) != wanted
    )


def _value(settings: Raw, name: str) -> object:
    outer, dot, last = name.partition(".")
    return inner(settings, outer).get(last) if dot else settings.get(name)


def _as_text(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
