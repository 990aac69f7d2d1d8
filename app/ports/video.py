"""A video vendor, in words that no vendor owns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from app.ports.deliveries import Accepted, DeliveryReport, NoteTold, Told
from app.ports.looks import RoomNow, Run, Stay
from app.ports.recordings import RecordsCalls


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
    alternative_hosts: tuple[str, ...] = ()  # who may host in the host's place


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


class DialNumber(Protocol):
    """A telephone number to call. `country` is ISO 3166."""

    @property
    def number(self) -> str: ...
    @property
    def country(self) -> str | None: ...
    @property
    def is_free(self) -> bool: ...


class DialIn(Protocol):
    """Joining by telephone: the numbers, and what the caller types."""

    @property
    def numbers(self) -> Sequence[DialNumber]: ...
    @property
    def meeting(self) -> str: ...
    @property
    def passcode(self) -> str: ...


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
    @property
    def recording(self) -> str | None:
        """What it records by itself, whatever was asked for: none, local or cloud; None: it is not told."""
        ...

    @property
    def dial_in(self) -> DialIn | None: ...


class GuestPass(Protocol):
    """One guest's own way in."""

    @property
    def guest_id(self) -> str: ...
    @property
    def link(self) -> SecretLink: ...
    @property
    def good_until(self) -> datetime | None:
        """From then on another pass is to be asked for; None: it lasts as long as the meeting."""
        ...


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
    @property
    def status(self) -> Literal["active", "inactive", "pending", "gone"]: ...
    @property
    def time_zone(self) -> str | None: ...
    @property
    def number(self) -> str | None: ...


class HostPage(Protocol):
    """Some of the account's users. `after` asks for those behind them; empty: there are no more."""

    @property
    def hosts(self) -> tuple[HostAccount, ...]: ...
    @property
    def after(self) -> str: ...


class HostNews(Protocol):
    """What a delivery tells of a user of the account. None: it does not say."""

    @property
    def host_id(self) -> str: ...
    @property
    def email(self) -> str | None: ...
    @property
    def status(self) -> Literal["active", "inactive", "gone"] | None: ...
    @property
    def licensed(self) -> bool | None: ...
    @property
    def told_ms(self) -> int: ...


class Video(RecordsCalls, Protocol):
    """A video vendor. Speaks no vendor's word, so that a second one is a folder and a line.

    Its errors carry `retryable`, `outcome_known` (False after a create whose answer was lost: settle it by
    looking), `room_gone` (the meeting is no more: make a new one) `not_offered` (the account may not ask
    this; asking again soon is of no use) and `user_unknown` (nobody has the account that was named).
    """

    @property
    def vendor(self) -> str:
        """The vendor's name: it tells its meetings and deliveries from another's."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def tells_of_calls(self) -> bool:
        """Whether it can say who is in a call. If not, only our own page tells where people are."""
        ...

    @property
    def signs_hosts_in(self) -> bool:
        """Whether the host must be signed in there, under the account that is named."""
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

    def take_back(self, room_id: str, guest_id: str) -> None:
        """The guest's pass lets nobody in any more. Whoever is in the call stays there."""
        ...

    def say_to_waiting(self, room_id: str, text: str) -> None:
        """Show a sentence to whoever waits outside the call that is under way. Nothing of a patient."""
        ...

    def close(self, room_id: str) -> None:
        """End the meeting for everyone in it. Ended already is as good."""
        ...

    def host(self, key: str) -> HostAccount:
        """The account behind an e-mail or id."""
        ...

    def hosts(self, after: str = "") -> HostPage:
        """All users of the account, whatever their state, page by page: one call each."""
        ...

    def room_now(self, room_id: str) -> RoomNow:
        """Whether a call is under way."""
        ...

    def people_now(self, room_id: str) -> tuple[Stay, ...]:
        """Who is in the call, or waits before it, and who has gone; nobody without a call."""
        ...

    def past_run(self, instance: str) -> Run | None:
        """A run that is over; None while it is not."""
        ...

    def past_runs(self, room_id: str) -> tuple[Run, ...]:
        """The meeting's runs that are over. When they ended may not be told."""
        ...

    def past_people(self, instance: str) -> tuple[Stay, ...]:
        """Who was in a run that is over, as far as the vendor tells."""
        ...

    def past_loner(self, instance: str) -> tuple[Stay, ...]:
        """Who was in a run that is over and held a single person, where `past_people` tells nobody."""
        ...

    def accept(self, headers: Mapping[str, str], body: bytes) -> Accepted:
        """Prove a delivery. Raises the vendor's error for a forged or stale one."""
        ...

    def facts(self, body: bytes) -> tuple[Told, ...]:
        """What a kept delivery tells. Unknown events tell nothing."""
        ...

    def host_news(self, body: bytes) -> HostNews | None:
        """What a kept delivery tells of a user of the account, if it does."""
        ...

    def notes(self, body: bytes) -> tuple[NoteTold, ...]:
        """What a kept delivery tells of a call beside who is in it."""
        ...

    def in_drift(self, policy: RoomPolicy, settings: Mapping[str, str]) -> tuple[Drift, ...]:
        """Where settings that a meeting was given by somebody else differ from what the policy asks."""
        ...

    def examine_delivery(self, address: str) -> DeliveryReport:
        """Whether all that is wanted is delivered to the address: some calls."""
        ...

    def mend_delivery(self, address: str, order: tuple[str, ...], stale: tuple[str, ...]) -> None:
        """Have the events of the order delivered there, then take away what they replace."""
        ...

    def masked(self, body: bytes) -> str:
        """A kept delivery as an engineer may read it: nothing in it names, reaches or lets in a person."""
        ...
