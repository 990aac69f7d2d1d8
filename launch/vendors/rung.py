"""A rung: one way of bringing one kind of fact into a chart."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.receipts import Receipt
from fhir.writers.join_link import JoinLink
from fhir.writers.presence import Presence
from fhir.writers.recording_link import RecordingLink
from fhir.writers.status import VisitStatus
from fhir.writers.visit_note import VisitNote
from fhir.writers.waiting import Waiting
from fhir.written import Written

Fact = TypeVar("Fact")
# Whose token writes: the person's who did it, our own, or whichever there is.
Identity = Literal["user", "system", "either"]
Write = Callable[[FhirClient, Fact, Capabilities], Written]
# How it writes where a site has set it up so.
SetUp = Callable[[Mapping[str, str]], Write[Fact]]
Look = Callable[[FhirClient, Fact, str | None], Receipt | None]


@dataclass(frozen=True)
class Right:
    """One of `c r u d s` on a resource: a scope that must be granted."""

    resource_type: str
    letter: str

    def __str__(self) -> str:
        """As a page names it, such as "Appointment.u"."""
        return f"{self.resource_type}.{self.letter}"


@dataclass(frozen=True)
class Offer:
    """What the server must say it can do with a resource. `says` is told where it does not."""

    says: str
    holds: Callable[[Capabilities], bool] = field(repr=False)


@dataclass(frozen=True)
class Rung(Generic[Fact]):
    """`write` raises the chart room's errors. Where the chart says so already, it writes nothing.

    `suits` tells whether a fact has what this way needs, such as an encounter. `look` finds what was written,
    to settle an unknown outcome and to give a receipt, and takes the reference that the EHR gave, if it did;
    it needs `look_rights` and `look_offers` beside. None: this EHR cannot be searched for it, and a person
    decides.

    `settings` are keys of a site's `[vendor_settings]` without which this way cannot be; `set_up` makes its
    `write` of them, such as for an interface that is not FHIR.
    """

    name: str
    identity: Identity
    rights: tuple[Right, ...]
    offers: tuple[Offer, ...]
    write: Write[Fact] = field(repr=False)
    suits: Callable[[Fact], bool] = field(default=lambda _: True, repr=False)
    look: Look[Fact] | None = field(default=None, repr=False)
    look_rights: tuple[Right, ...] = ()
    look_offers: tuple[Offer, ...] = ()
    can_be_draft: bool = False
    settings: tuple[str, ...] = ()
    set_up: SetUp[Fact] | None = field(default=None, repr=False)
    on_by_default: bool = True


# Of whichever fact, for those who only ask what it needs.
AnyRung: TypeAlias = Rung[Any]


@dataclass(frozen=True)
class Rungs:
    """An EHR's ways of taking each kind of fact, best first. Below the last one stands text to copy."""

    join_link: tuple[Rung[JoinLink], ...] = ()
    presence: tuple[Rung[Presence], ...] = ()
    message: tuple[Rung[Waiting], ...] = ()
    status: tuple[Rung[VisitStatus], ...] = ()
    note: tuple[Rung[VisitNote], ...] = ()
    recording: tuple[Rung[RecordingLink], ...] = ()


def set_up(rungs: Rungs, settings: Mapping[str, str]) -> Rungs:
    """The ways as a site's settings make them. Those that lack some are left as they are."""
    ladders = vars(rungs).items()
    return Rungs(**{fact: tuple(_set_up(each, settings) for each in ladder) for fact, ladder in ladders})


def _set_up(rung: AnyRung, settings: Mapping[str, str]) -> AnyRung:
    if rung.set_up is None or set(rung.settings) - set(settings):
        return rung
    return replace(rung, write=rung.set_up(settings))


def rung_names(rungs: Rungs) -> frozenset[str]:
    """The names of all ways, by which a site switches them on and off."""
    return frozenset(rung.name for rung in each_rung(rungs))


def each_rung(rungs: Rungs) -> Iterator[AnyRung]:
    """All ways of all facts."""
    return (rung for ladder in vars(rungs).values() for rung in ladder)


def creates(resource_type: str) -> Offer:
    """The server takes new ones."""
    return Offer(f"create {resource_type}", lambda can: can.allows(resource_type, "create"))


def changes(resource_type: str) -> Offer:
    """The server changes one, by JSON Patch or guarded by its version."""
    return Offer(f"patch {resource_type}", lambda can: can.can_change(resource_type))


def finds(resource_type: str, parameter: str) -> Offer:
    """The server can be searched for it."""
    return Offer(
        f"search {resource_type} by {parameter}", lambda can: can.can_search(resource_type, parameter)
    )


def reads(resource_type: str) -> Offer:
    """The server can be read from."""
    return Offer(f"read {resource_type}", lambda can: can.allows(resource_type, "read"))
