"""Zoom's spelling of instants."""

import re
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_START_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z?")


def zoom_time(moment: datetime) -> str:
    """``moment`` as Zoom writes it: UTC, whole seconds, with a ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def zoom_day(moment: datetime) -> str:
    """The UTC day by which Zoom counts."""
    return moment.astimezone(UTC).date().isoformat()


def known_timezone(name: str) -> bool:
    """Whether Zoom would know this zone; it takes IANA names."""
    return name in _timezones()


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def start_instant(text: str, timezone: str) -> datetime | None:
    """The instant that a ``start_time`` means, in UTC; None if it is not spelled as Zoom wants it.

    With a ``Z`` it is GMT, without one it is local in ``timezone``.
    """
    if not _START_TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    return moment.astimezone(UTC)
