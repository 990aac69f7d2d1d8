"""The values that this bridge takes from a product and gives back, without a word of Zoom's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from zoom_bridge.drift import Drift
from zoom_bridge.meeting_settings import Wishes
from zoom_bridge.secret import Secret


class RoomOrder(Protocol):
    """A meeting to be made. The title ends with the reference."""

    @property
    def host(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def start(self) -> datetime: ...
    @property
    def minutes(self) -> int: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def policy(self) -> Wishes: ...


class Guest(Protocol):
    """A person to be let in. `language` is BCP-47."""

    @property
    def address(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def language(self) -> str | None: ...


@dataclass(frozen=True)
class Room:
    """A meeting that exists. The host's link is fresh, and never to be stored."""

    room_id: str
    host_id: str
    host_email: str | None = field(repr=False)
    reference: str
    drift: tuple[Drift, ...]
    host_link: Secret | None


@dataclass(frozen=True)
class GuestPass:
    """One guest's own way in."""

    guest_id: str
    link: Secret
    good_until: datetime | None = None  # it lasts as long as the meeting


@dataclass(frozen=True)
class HostAccount:
    """A person who may host, if licensed and active."""

    host_id: str
    email: str = field(repr=False)
    licensed: bool
    active: bool


@dataclass(frozen=True)
class Accepted:
    """A proven delivery: an event to keep, or a challenge whose answer is to be sent at once."""

    kind: Literal["event", "challenge"]
    answer: Mapping[str, str] | None = None
