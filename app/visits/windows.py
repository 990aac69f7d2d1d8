"""Which appointments are read how often: the nearest most often, later ones once a night."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

BEFORE = timedelta(hours=1)  # those that began lately may still be called off
AHEAD = timedelta(hours=2)


class Band(StrEnum):
    """A stretch of the clinic's time, the nearest first."""

    NEAR = "near"
    TODAY = "today"
    LATER = "later"


EVERY = {Band.NEAR: timedelta(minutes=1), Band.TODAY: timedelta(minutes=10)}


@dataclass(frozen=True)
class Window:
    """Instants from `start` up to, without, `end`."""

    start: datetime
    end: datetime


def window_of(band: Literal[Band.NEAR, Band.TODAY], now: datetime, zone: ZoneInfo) -> Window:
    """What the band is at this instant."""
    if band is Band.NEAR:
        return Window(now - BEFORE, now + AHEAD)
    return day_window(now.astimezone(zone).date(), zone)


def day_window(day: date, zone: ZoneInfo) -> Window:
    """A day of the clinic: 23, 24 or 25 hours."""
    return Window(day_start(day, zone), day_start(day + timedelta(days=1), zone))


def is_due(
    band: Band,
    last: datetime | None,
    now: datetime,
    zone: ZoneInfo,
    nightly_at: time,
    *,
    is_told: bool = False,
) -> bool:
    """Whether the band is to be read now, after it was last read at `last`.

    `is_told`: the EHR tells of changes, so what is near is read no more often than the day.
    """
    if last is None or last > now:
        # A clock that was set back must not silence us until it has caught up.
        return True
    if band is Band.LATER:
        return _night_of(now, zone, nightly_at) > _night_of(last, zone, nightly_at)
    return now - last >= EVERY[Band.TODAY if is_told else band]


def _night_of(instant: datetime, zone: ZoneInfo, nightly_at: time) -> date:
    """The date whose nightly hour has passed last. An hour skipped or repeated makes no other night."""
    local = instant.astimezone(zone)
    return local.date() if local.time() >= nightly_at else local.date() - timedelta(days=1)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """When the clinic's day begins, in UTC: two instants of one zone would be compared by the wall clock."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
