"""Reading values out of Zoom's JSON, tolerantly."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

Raw = Mapping[str, object]

NOTHING: Raw = {}
LAST_MS = 253_402_300_800_000  # the year 10000


def parse_object(text: str | bytes) -> Raw | None:
    """The JSON object, or None if the text is anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def inner(raw: Raw, name: str) -> Raw:
    """The object under this name, or an empty one."""
    value = raw.get(name)
    return value if isinstance(value, dict) else NOTHING


def objects(raw: Raw, name: str) -> Iterator[Raw]:
    """The objects of the list under this name."""
    value = raw.get(name)
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, dict):
            yield entry


def strings(raw: Raw, name: str) -> tuple[str, ...]:
    """The texts of the list under this name."""
    value = raw.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def text(raw: Raw, name: str) -> str | None:
    """A text or whole number as text; None if absent, empty or of another type."""
    value = raw.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return None
    # PostgreSQL stores no NUL, and no driver a lone surrogate; JSON may spell both.
    return value.replace("\0", "").encode("utf-8", "replace").decode() or None


def number(raw: Raw, name: str) -> int | None:
    """A whole number, also one written as text."""
    value = raw.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def instant(raw: Raw, name: str) -> datetime | None:
    """An instant in UTC; None if absent or without a zone."""
    value = raw.get(name)
    try:
        parsed = datetime.fromisoformat(value) if isinstance(value, str) else None
        return parsed.astimezone(UTC) if parsed and parsed.tzinfo else None
    except (ValueError, OverflowError):
        return None


def epoch_ms(raw: Raw, name: str) -> int | None:
    """Milliseconds of the epoch, if they are an instant of a calendar's years."""
    value = number(raw, name)
    return value if value is not None and 0 <= value < LAST_MS else None
