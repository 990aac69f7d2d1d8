"""The values that this bridge takes from a product and gives back, without a word of Zoom's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from zoom_bridge.dial_in import DialIn
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
    @property
    def alternative_hosts(self) -> tuple[str, ...]: ...


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
    recording: str | None = None  # what it records by itself, as Zoom says
    dial_in: DialIn | None = field(default=None, repr=False)


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
    status: Literal["active", "inactive", "pending", "gone"] = "active"
    time_zone: str | None = None
    number: str | None = None


@dataclass(frozen=True)
class HostPage:
    """Some of the account's users. `after` asks for those behind them; empty: there are no more."""

    hosts: tuple[HostAccount, ...]
    after: str = field(repr=False)


@dataclass(frozen=True)
class HostNews:
    """What a delivery tells of a user of the account. None: it does not say."""

    host_id: str
    email: str | None = field(repr=False)
    status: Literal["active", "inactive", "gone"] | None
    licensed: bool | None
    told_ms: int


@dataclass(frozen=True)
class Cover:
    """What a delivery says of itself, without a person's data. `told_ms`: when it happened, by Zoom."""

    event: str
    told_ms: int | None = None
    room_id: str | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class Accepted:
    """A proven delivery: an event to keep, or a challenge whose answer is to be sent at once."""

    kind: Literal["event", "challenge"]
    answer: Mapping[str, str] | None = None
    cover: Cover = field(default_factory=lambda: Cover(""))
