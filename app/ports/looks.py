"""What looking at a meeting tells, in words that no vendor owns."""

from datetime import datetime
from typing import Protocol


class RoomNow(Protocol):
    """Whether a call is under way, and which run of the meeting it is, or would be."""

    @property
    def live(self) -> bool: ...
    @property
    def instance(self) -> str | None: ...


class Stay(Protocol):
    """One connection in the call, or `waiting` before it, in UTC. `until` is None while it lasts.

    `guest_id`, `user_id` and `email` say who, where anybody knows.
    """

    @property
    def waiting(self) -> bool: ...
    @property
    def since(self) -> datetime | None: ...
    @property
    def until(self) -> datetime | None: ...
    @property
    def connection(self) -> str | None: ...
    @property
    def guest_id(self) -> str | None: ...
    @property
    def user_id(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...


class Run(Protocol):
    """A run of a meeting that is over, in UTC."""

    @property
    def instance(self) -> str: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
