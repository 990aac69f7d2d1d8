"""From Zoom's error answer `{code, message, errors}` to an error of ours.

https://developers.zoom.us/docs/api/errors/
"""

import re
from collections.abc import Mapping
from datetime import datetime

from zoom_bridge._fields import Raw, number, objects, text
from zoom_bridge.errors import (
    ZoomAlternativeRefused,
    ZoomCredentialsRefused,
    ZoomError,
    ZoomFailing,
    ZoomHostUnlicensed,
    ZoomMeetingUnknown,
    ZoomOverloaded,
    ZoomRefused,
    ZoomScopeMissing,
    ZoomUserUnknown,
)
from zoom_bridge.limits import SHORTEST, limit_met, retry_at

_BY_CODE: Mapping[int | None, type[ZoomUserUnknown | ZoomMeetingUnknown | ZoomHostUnlicensed]] = {
    200: ZoomHostUnlicensed,  # "Only available for paid account"
    1001: ZoomUserUnknown,
    1010: ZoomUserUnknown,  # of another account
    1120: ZoomUserUnknown,  # the invitation was never accepted
    3001: ZoomMeetingUnknown,
    3161: ZoomHostUnlicensed,  # "not allowed meeting hosting and scheduling capabilities"
}
BAD_REQUEST = 400
_SCOPE = re.compile(r"\b[a-z_]+(?::[a-z_]+)+\b")
_FIELD = re.compile(r"[\w.\[\]]{1,80}")


def refusal(status: int, headers: Mapping[str, str], raw: Raw, now: datetime) -> ZoomError:
    """What an answer that is no 2xx means. `headers` ignores case."""
    code, message = number(raw, "code"), (text(raw, "message") or "")
    said = message.casefold()
    if status == 429:
        return limit_met(headers, message, now)
    # Documented as 4700, seen as 4711, on 400 and on 401: the text is what stays the same.
    if "does not contain scopes" in said:
        return ZoomScopeMissing(tuple(_SCOPE.findall(said)))
    if status == 401:
        return ZoomCredentialsRefused()
    if status == 503:
        return ZoomOverloaded(retry_at(headers, now) or now + SHORTEST)
    if status >= 500:
        return ZoomFailing(status)
    # Adding a registrant answers 1001, the code of an unknown user, for an unknown meeting.
    if "meeting does not exist" in said:
        return ZoomMeetingUnknown()
    fields = _fields_at_fault(raw)
    # Which code this has is not documented; the field or the text names it.
    if status == BAD_REQUEST and _is_about_alternative_hosts(said, fields):
        return ZoomAlternativeRefused()
    known = _BY_CODE.get(code)
    return known() if known else ZoomRefused(status, code, fields)


def _is_about_alternative_hosts(said: str, fields: tuple[str, ...]) -> bool:
    named = any("alternative_host" in name for name in fields)
    return named or "alternative host" in said or "alternative_hosts" in said


def _fields_at_fault(raw: Raw) -> tuple[str, ...]:
    names = (text(fault, "field") or "" for fault in objects(raw, "errors"))
    return tuple(name for name in names if _FIELD.fullmatch(name))
