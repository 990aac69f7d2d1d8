"""A webhook as an engineer may read it: what names, reaches or lets in a person is a row of dots.

Zoom adds fields without notice, so what is shown is listed, and everything else is masked.
"""

import json
import re
from collections.abc import Mapping

MASK = "•••"
DEEPEST = 12
SHOWN = frozenset(
    {
        *("event", "event_ts", "time_stamp", "operation", "scope", "type", "status", "state", "role"),
        *("id", "uuid", "host_id", "account_id", "operator_id", "registrant_id", "recording_count"),
        *("user_id", "participant_user_id", "participant_uuid", "bind_user_id", "bind_participant_uuid"),
        *("breakout_room_uuid", "parent_participant_uuid", "occurrence_id", "meeting_id"),
        *("start_time", "end_time", "date_time", "join_time", "leave_time", "create_time", "created_at"),
        *("recording_start", "recording_end", "duration", "timezone", "issues", "old_role", "new_role"),
        *("test_result", "camera_status", "speaker_status", "microphone_status", "os"),
        *("approval_type", "licensed", "verified", "waiting_room", "join_before_host", "auto_recording"),
    }
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,47}")
# An id or a time; a name, an address or a sentence is none.
_PLAIN = re.compile(r"[A-Za-z0-9_+/=.:-]{0,80}")
_SENTENCE = re.compile(r"[A-Za-z ]{0,60}")


def masked(raw_body: bytes) -> str:
    """The body, indented. What is no JSON is masked whole."""
    try:
        found = json.loads(raw_body)
    except (ValueError, RecursionError):
        return MASK
    return json.dumps(_shown("", found, DEEPEST), indent=2, ensure_ascii=False)


def _shown(name: str, value: object, depth: int) -> object:
    if depth == 0:
        return MASK
    if isinstance(value, Mapping):
        pairs = enumerate(value.items())
        return {_field(key, n): _shown(str(key), inside, depth - 1) for n, (key, inside) in pairs}
    if isinstance(value, list):
        return [_shown(name, inside, depth - 1) for inside in value]
    if value is None or isinstance(value, bool) or value == "":
        return value
    return value if name in SHOWN and _is_plain(name, value) else MASK


def _field(name: str, n: int) -> str:
    """A field's own name is Zoom's word, unless it is none."""
    return name if _NAME.fullmatch(name) else f"{MASK} {n}"


def _is_plain(name: str, value: object) -> bool:
    if not isinstance(value, str):
        return True
    words = _SENTENCE if name == "issues" else _PLAIN
    return words.fullmatch(value) is not None
