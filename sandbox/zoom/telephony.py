"""Telephone numbers of an account that has some, and the passcode that can be typed there."""

from collections.abc import Mapping

from sandbox.zoom.state import Meeting

# Numbers that are set aside for stories: 555-01xx.
NUMBERS = [
    {"country": "US", "country_name": "US", "city": "New York", "number": "+1 2125550190", "type": "toll"},
    {"country": "US", "country_name": "US", "number": "+1 8885550191", "type": "tollfree"},
    {"country": "CA", "country_name": "Canada", "city": "Toronto", "number": "+1 4165550192", "type": "toll"},
]


def dial_in_numbers(switch: Mapping[str, object] | None) -> dict[str, object]:
    """What the settings of a meeting hold of it; nothing for an account without telephony."""
    return {} if switch is None else {"global_dial_in_numbers": NUMBERS}


def digits_of(meeting: Meeting) -> str:
    """The passcode by telephone: the meeting's own if it has digits only."""
    return meeting.password if meeting.password.isdigit() else f"{meeting.id % 1_000_000:06d}"
