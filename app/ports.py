"""What services need of the world outside: the clock, randomness, the EHR, video, messages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from app.bell import LocalBell
from app.visits.call import FactKind

if TYPE_CHECKING:
    from app.settings import Settings
    from app.sites import ClinicSite
    from app.store.database import Database
    from fhir.client import FhirClient
    from launch.context import LaunchContext
    from launch.ports import PendingLaunch, TokenSet


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        ...


@dataclass(frozen=True)
class Randomness:
    """Where unguessable things come from."""

    token: Callable[[], str]  # 128 bits, fit for a URL
    choose: Callable[[str], str]  # one character of a text


class SecretLink(Protocol):
    """A link that opens a door for whoever holds it. Never stored as is, never shown by repr."""

    def reveal(self) -> str:
        """The link itself."""
        ...


@dataclass(frozen=True)
class RoomPolicy:
    """What a department wants of a meeting."""

    waiting_room: bool = True
    recording: Literal["none", "local", "cloud"] = "none"
    chat: bool = False
    summary: bool = False


@dataclass(frozen=True)
class RoomOrder:
    """A meeting to be made. The title ends with the reference and says nothing of the patient."""

    host: str
    reference: str
    title: str
    start: datetime
    minutes: int
    time_zone: str
    policy: RoomPolicy = field(default_factory=RoomPolicy)


@dataclass(frozen=True)
class Guest:
    """A person to be let in, under an opaque address and a name that others in the call see."""

    address: str
    display_name: str
    language: str | None = None


class Drift(Protocol):
    """A setting that the vendor did not take as asked."""

    @property
    def setting(self) -> str: ...
    @property
    def asked(self) -> str: ...
    @property
    def got(self) -> str: ...


class Room(Protocol):
    """A meeting that exists at the vendor."""

    @property
    def room_id(self) -> str: ...
    @property
    def host_id(self) -> str: ...
    @property
    def host_email(self) -> str | None: ...
    @property
    def drift(self) -> tuple[Drift, ...]: ...
    @property
    def host_link(self) -> SecretLink | None: ...


class GuestPass(Protocol):
    """One guest's own way in."""

    @property
    def guest_id(self) -> str: ...
    @property
    def link(self) -> SecretLink: ...


class HostAccount(Protocol):
    """A person who may host."""

    @property
    def host_id(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def licensed(self) -> bool: ...
    @property
    def active(self) -> bool: ...


class Accepted(Protocol):
    """An authentic delivery: an event to keep, or a challenge to answer at once."""

    @property
    def kind(self) -> str: ...
    @property
    def answer(self) -> Mapping[str, str] | None: ...


class Told(Protocol):
    """One fact of a call as the vendor tells it. `guest_id` and `host_id` say who, where anybody knows."""

    @property
    def kind(self) -> str: ...
    @property
    def room_id(self) -> str: ...
    @property
    def instance(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def told_ms(self) -> int: ...
    @property
    def connection(self) -> str | None: ...
    @property
    def guest_id(self) -> str | None: ...
    @property
    def user_id(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def host_id(self) -> str | None: ...


class Video(Protocol):
    """A video vendor. Speaks no vendor's word, so that a second one is a folder and a line.

    Its errors carry `retryable`, `outcome_known` (False after a create whose answer was lost: settle it by
    looking) and `room_gone` (the meeting is no more: make a new one).
    """

    @property
    def vendor(self) -> str:
        """The vendor's name: it tells its meetings and deliveries from another's."""
        ...

    def open(self, order: RoomOrder) -> Room:
        """Make the meeting: one call, never repeated here."""
        ...

    def find(self, host: str, reference: str, policy: RoomPolicy | None = None) -> Room | None:
        """The host's meeting whose title ends with the reference: settles a create whose answer was lost."""
        ...

    def host_link(self, room_id: str) -> SecretLink:
        """A fresh link for the host."""
        ...

    def link_for(self, room_id: str, guest: Guest) -> GuestPass:
        """Let a guest in under a link of their own."""
        ...

    def find_guest(self, room_id: str, address: str) -> GuestPass | None:
        """The pass of a guest whose answer was lost."""
        ...

    def close(self, room_id: str) -> None:
        """End the meeting for everyone in it. Ended already is as good."""
        ...

    def host(self, key: str) -> HostAccount:
        """The account behind an e-mail or id."""
        ...

    def accept(self, headers: Mapping[str, str], body: bytes) -> Accepted:
        """Prove a delivery. Raises the vendor's error for a forged or stale one."""
        ...

    def facts(self, body: bytes) -> tuple[Told, ...]:
        """What a kept delivery tells. Unknown events tell nothing."""
        ...


@dataclass(frozen=True)
class Message:
    """A text on its way to one person."""

    to: str
    subject: str
    text: str
    reference: str  # ours, the same at every try


class MessageGateway(Protocol):
    """E-mail or SMS."""

    def send(self, message: Message) -> str | None:
        """Hand over; answer the gateway's id, if it gives one. Raises MessageRefused or MessageUnsent."""
        ...


class SiteRegistry(Protocol):
    """The EHRs of this deployment."""

    def by_name(self, name: str) -> "ClinicSite":
        """The site of this file name. Raises SiteUnknown."""
        ...

    def by_issuer(self, iss: str) -> "ClinicSite":
        """The site that names this FHIR base. Raises the launch room's UnknownIssuer."""
        ...

    def all(self) -> "tuple[ClinicSite, ...]":
        """All of them, by name."""
        ...


@dataclass(frozen=True)
class Entered:
    """Somebody came through an EHR: what it told of them, and its permission."""

    site: str
    context: "LaunchContext"
    tokens: "TokenSet"


class Ehr(Protocol):
    """The EHRs' side. All errors are the launch room's; those of a chart are the chart's."""

    def authorize(self, site: "ClinicSite", *, iss: str, launch: str | None, browser: str) -> str:
        """Where to send the browser, by its hash. Without `launch` the person picks the patient there."""
        ...

    def enter(self, state: str, code: str, browser: str) -> Entered:
        """Spend the EHR's answer."""
        ...

    def take(self, state: str, browser: str) -> "PendingLaunch":
        """Spend an answer that brought no code: which launch it ends."""
        ...

    def peek(self, state: str) -> "PendingLaunch | None":
        """Which launch an answer would end. Spends nothing."""
        ...

    def chart_of(self, entered: Entered) -> "FhirClient":
        """The chart, before there is a session."""
        ...

    def chart(self, session_id: str, patience: float | None = None) -> "FhirClient":
        """The chart of a session; `patience`: seconds that one answer may take."""
        ...

    def public_jwks(self) -> Mapping[str, object]:
        """Our public keys, as EHRs fetch them."""
        ...


class Bell(Protocol):
    """Wakes those who wait for numbered rows: stream events, deliveries."""

    def ring(self, n: int) -> None:
        """Number `n` is committed. Numbers only grow."""
        ...

    def wait(self, after: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, for a number above `after`; the latest one known."""
        ...


@dataclass(frozen=True)
class Rooms:
    """All that a use case may reach. Put together by `app.rooms.compose` and nowhere else."""

    settings: "Settings"
    clock: Clock  # moves with the sandbox's clock
    wall: Clock  # real time: sessions, cookies and one-time links keep it
    random: Randomness
    db: "Database"
    sites: SiteRegistry
    video: Video
    video_origins: tuple[str, ...]  # where the video vendor's links lead
    ehr: Ehr
    gateways: Mapping[str, MessageGateway]  # "email", "sms"
    bell: Bell  # a stream event was committed
    inbox_bell: Bell = field(default_factory=LocalBell)  # a delivery was kept, and is to be read


__all__ = [
    "Accepted",
    "Bell",
    "Clock",
    "Drift",
    "Ehr",
    "Entered",
    "FactKind",
    "Guest",
    "GuestPass",
    "HostAccount",
    "Message",
    "MessageGateway",
    "Randomness",
    "Room",
    "RoomOrder",
    "RoomPolicy",
    "Rooms",
    "SecretLink",
    "SiteRegistry",
    "Told",
    "Video",
]
