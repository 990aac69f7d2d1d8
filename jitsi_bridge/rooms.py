"""The values that this bridge takes from a product and gives back, without a word of Jitsi's."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from jitsi_bridge.secret import Secret


class Clock(Protocol):
    """Tells the time in UTC."""

    def now(self) -> datetime: ...


class RoomOrder(Protocol):
    """A meeting to be made."""

    @property
    def host(self) -> str: ...
    @property
    def reference(self) -> str: ...
    @property
    def policy(self) -> "Wishes": ...


class Wishes(Protocol):
    """What is wanted of a meeting."""

    @property
    def waiting_room(self) -> bool: ...


class Guest(Protocol):
    """A person to be let in. `language` is BCP-47."""

    @property
    def address(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def language(self) -> str | None: ...


@dataclass(frozen=True)
class Drift:
    """A setting that cannot be had as asked."""

    setting: str
    asked: str
    got: str


@dataclass(frozen=True)
class Room:
    """A meeting: it is made by whoever goes there first."""

    room_id: str
    host_id: str
    host_email: str | None = field(repr=False)
    reference: str
    drift: tuple[Drift, ...]
    host_link: Secret | None
    recording: str | None = None  # an address cannot order one
    dial_in: None = None


@dataclass(frozen=True)
class GuestPass:
    """One guest's own way in. `good_until` (UTC): from then on another is to be asked for."""

    guest_id: str
    link: Secret
    good_until: datetime | None


@dataclass(frozen=True)
class HostAccount:
    """Whoever is named may host: there are no accounts."""

    host_id: str
    email: str = field(repr=False)
    licensed: bool = True
    active: bool = True
    status: Literal["active"] = "active"
    time_zone: None = None
    number: None = None
