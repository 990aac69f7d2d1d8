"""What looking at a meeting tells, without a word of Zoom's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from zoom_bridge.errors import ZoomHostUnlicensed, ZoomNotOffered, ZoomRefused, ZoomScopeMissing

FORBIDDEN = 403


@dataclass(frozen=True)
class RoomNow:
    """Whether a call is under way, and which run of the meeting it is, or would be."""

    live: bool
    instance: str | None


@dataclass(frozen=True)
class Stay:
    """One connection in one place: the call, or its waiting room, in UTC. `until` is None while it lasts.

    Any other part may be missing.
    """

    waiting: bool
    since: datetime | None
    until: datetime | None
    connection: str | None = None
    guest_id: str | None = None
    user_id: str | None = None
    email: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Run:
    """A run of a meeting that is over, in UTC."""

    instance: str
    started_at: datetime | None
    ended_at: datetime | None


@contextmanager
def offered() -> Iterator[None]:
    """Turn a refusal for want of a scope or a plan into ZoomNotOffered: asking again is of no use today."""
    try:
        yield
    except (ZoomScopeMissing, ZoomHostUnlicensed) as missing:
        raise ZoomNotOffered from missing
    except ZoomRefused as refused:
        # Zoom lists 403 for the dashboards without saying what its answer holds.
        if refused.status == FORBIDDEN:
            raise ZoomNotOffered from refused
        raise
