"""Joining by telephone, as far as a meeting's answer offers it.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/meetings/{meetingId}
"""

from dataclasses import dataclass, field

from zoom_bridge._fields import Raw, inner, objects, text


@dataclass(frozen=True)
class DialNumber:
    """A number to call. `country` is ISO 3166."""

    number: str
    country: str | None
    is_free: bool


@dataclass(frozen=True)
class DialIn:
    """The numbers, and what the caller types: the meeting's number and a passcode of digits."""

    numbers: tuple[DialNumber, ...]
    meeting: str
    passcode: str = field(repr=False)


def dial_in_of(raw: Raw) -> DialIn | None:
    """None where the account has no numbers, or the passcode cannot be typed on a telephone."""
    found = tuple(
        DialNumber(number, text(one, "country"), text(one, "type") == "tollfree")
        for one in objects(inner(raw, "settings"), "global_dial_in_numbers")
        if (number := text(one, "number"))
    )
    meeting, passcode = text(raw, "id"), text(raw, "pstn_password")
    if not found or meeting is None or passcode is None or not (passcode.isascii() and passcode.isdigit()):
        return None
    return DialIn(found, meeting, passcode)
