"""Climbing down a ladder: the first rung that this EHR, this permission and this site allow."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Literal

from fhir.capability import Capabilities
from fhir.errors import ChangeImpossible, ChartRefused, ChartUnversioned, FhirError
from launch.scopes import GrantedScopes
from launch.vendors.rung import Fact, Identity, Offer, Right, Rung

Whose = Literal["user", "system"]
# A person's token may also hold scopes of the patient whose chart is open.
LEVELS: Mapping[Whose, tuple[str, ...]] = {"user": ("user", "patient"), "system": ("system",)}
# Whose token is tried first: one of our own is there also when nobody is signed in.
TRIED: Mapping[Identity, tuple[Whose, ...]] = {
    "user": ("user",),
    "system": ("system",),
    "either": ("system", "user"),
}
# Method not allowed, media type, not implemented: it is the server that says no, not this one resource.
LASTING = (405, 406, 415, 501)


class Why(StrEnum):
    """Why a rung was passed over."""

    SWITCHED_OFF = "switched_off"
    NOT_SUITED = "not_suited"
    NOT_OFFERED = "not_offered"
    NOT_GRANTED = "not_granted"
    REFUSED_BEFORE = "refused_before"


@dataclass(frozen=True)
class PassedOver:
    """A rung that did not fit; `missing` names what the server does not offer, or the rights not granted."""

    rung: str
    why: Why
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice(Generic[Fact]):
    """The rung and whose token writes; no rung: text to copy. `can_look`: the EHR can be searched for it."""

    rung: Rung[Fact] | None
    whose: Whose | None
    can_look: bool
    passed_over: tuple[PassedOver, ...]


@dataclass(frozen=True)
class Standing:
    """What decides: what the server says, what was granted to whom, and what was refused before.

    `refusals` are names of rungs: of this write, and of all writes where the refusal `is_lasting`. `switches`
    are the site's, by the name of the rung.
    """

    capabilities: Capabilities
    granted: Mapping[Whose, GrantedScopes]
    refusals: Collection[str] = ()
    switches: Mapping[str, bool] | None = None

    def rights_missing(self, rights: Sequence[Right], whose: Whose) -> tuple[str, ...]:
        """The rights that this token does not have."""
        granted = self.granted.get(whose)
        return tuple(
            str(right)
            for right in rights
            if granted is None or not granted.allows(right.resource_type, right.letter, LEVELS[whose])
        )

    def offers_missing(self, offers: Sequence[Offer]) -> tuple[str, ...]:
        """What the server does not say that it can."""
        return tuple(offer.says for offer in offers if not offer.holds(self.capabilities))

    def is_on(self, rung: Rung[Fact]) -> bool:
        """Whether the site wants this rung."""
        return (self.switches or {}).get(rung.name, rung.on_by_default)


def choose(rungs: Sequence[Rung[Fact]], standing: Standing, fact: Fact | None = None) -> Choice[Fact]:
    """The first rung that fits, and why those above it do not. Without `fact`: for any of the kind."""
    passed: list[PassedOver] = []
    for rung in rungs:
        hindrance = _hindrance(rung, standing, fact)
        if hindrance is None:
            whose = next(_whose(rung, standing))
            return Choice(rung, whose, _can_look(rung, standing, whose), tuple(passed))
        passed.append(hindrance)
    return Choice(None, None, False, tuple(passed))


def is_lasting(fault: FhirError) -> bool:
    """Whether a refusal is of the rung itself, so that it need not be tried again until somebody mends it.

    A 403 is not: it may be about one patient whose chart is closed to most; nor one resource's lack of a
    version.
    """
    if isinstance(fault, ChangeImpossible):
        return not isinstance(fault, ChartUnversioned)
    return isinstance(fault, ChartRefused) and (fault.status in LASTING or "not-supported" in fault.codes)


def _hindrance(rung: Rung[Fact], standing: Standing, fact: Fact | None) -> PassedOver | None:
    if not standing.is_on(rung):
        return PassedOver(rung.name, Why.SWITCHED_OFF)
    if fact is not None and not rung.suits(fact):
        return PassedOver(rung.name, Why.NOT_SUITED)
    if rung.name in standing.refusals:
        return PassedOver(rung.name, Why.REFUSED_BEFORE)
    if missing := standing.offers_missing(rung.offers):
        return PassedOver(rung.name, Why.NOT_OFFERED, missing)
    if next(_whose(rung, standing), None) is None:
        missing = standing.rights_missing(rung.rights, TRIED[rung.identity][-1])
        return PassedOver(rung.name, Why.NOT_GRANTED, missing)
    return None


def _whose(rung: Rung[Fact], standing: Standing) -> Iterator[Whose]:
    tried = TRIED[rung.identity]
    return (whose for whose in tried if not standing.rights_missing(rung.rights, whose))


def _can_look(rung: Rung[Fact], standing: Standing, whose: Whose) -> bool:
    is_barred = standing.rights_missing(rung.look_rights, whose) or standing.offers_missing(rung.look_offers)
    return rung.look is not None and not is_barred
