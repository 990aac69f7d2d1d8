"""What works at this EHR, what works in a lesser way, and what cannot, each with the reason."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors.base import Text
from app.services.doctor.permissions import Permissions
from launch.vendors.ladder import PassedOver, Why, choose
from launch.vendors.rung import Rung, Rungs


class Grade(StrEnum):
    """How a feature stands."""

    WORKS = "works"
    DEGRADED = "degraded"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class Feature:
    """A row of the table: `to` is the lesser way, `because` why, `by` the name of the way that writes."""

    name: Text
    grade: Grade
    to: Text | None = None
    because: tuple[Text, ...] = ()
    by: str | None = None


def features(told: Permissions, rungs: Rungs) -> tuple[Feature, ...]:
    """All of them: reading first, then what goes into the chart."""
    return (*_reading(told), *_writing(told, rungs))


def _reading(told: Permissions) -> Iterator[Feature]:
    granted = told.of_people
    yield _needs(
        told, _l("Opening a visit from the chart"), ("Patient.r",), _one_of=("Appointment.r", "Encounter.r")
    )
    yield _needs(told, _l("The day's schedule"), ("Appointment.s",))
    yield _lesser(
        told, _l("Names of providers"), ("Practitioner.r",), _l("the name that the EHR gives at sign-in")
    )
    yield _lesser(told, _l("Names of places"), ("Location.r",), _l("the department's id"))
    stays = granted.has("online_access") or granted.has("offline_access")
    lesser = _l("a new launch when the EHR's token ends")
    if stays:
        yield Feature(_l("Staying signed in"), Grade.WORKS)
    else:
        yield Feature(_l("Staying signed in"), Grade.DEGRADED, lesser, (_missing(("online_access",)),))


def _writing(told: Permissions, rungs: Rungs) -> Iterator[Feature]:
    by_hand = _l("text to copy")
    yield _ladder(told, _l("Link in the appointment"), rungs.join_link, by_hand)
    yield _ladder(told, _l("Arrival of the patient"), rungs.presence, None)
    yield _ladder(told, _l("Message: the patient waits"), rungs.message, None)
    yield _ladder(told, _l("State of the appointment"), rungs.status, None)
    yield _ladder(told, _l("Visit note"), rungs.note, by_hand)


def _ladder(told: Permissions, name: Text, rungs: Sequence[Rung[Any]], by_hand: Text | None) -> Feature:
    """The rung that is chosen. One that was switched off is no loss: somebody wanted it so."""
    choice = choose(rungs, told.standing)
    because = tuple(passed_over_because(one) for one in choice.passed_over)
    if choice.rung is None:
        because = because or (_l("this product has no way of writing it to such an EHR"),)
        return Feature(name, Grade.DEGRADED if by_hand else Grade.IMPOSSIBLE, by_hand, because)
    is_lesser = any(one.why is not Why.SWITCHED_OFF for one in choice.passed_over)
    if not is_lesser:
        return Feature(name, Grade.WORKS, by=choice.rung.name)
    return Feature(name, Grade.DEGRADED, choice.rung.name, because, choice.rung.name)


def _needs(
    told: Permissions, name: Text, rights: tuple[str, ...], *, _one_of: tuple[str, ...] = ()
) -> Feature:
    missing = _ungranted(told, rights)
    either = _ungranted(told, _one_of)
    if len(either) == len(_one_of):
        missing = (*missing, *either)
    if missing:
        return Feature(name, Grade.IMPOSSIBLE, None, (_missing(missing),))
    return Feature(name, Grade.WORKS)


def _lesser(told: Permissions, name: Text, rights: tuple[str, ...], to: Text) -> Feature:
    missing = _ungranted(told, rights)
    return Feature(name, Grade.DEGRADED, to, (_missing(missing),)) if missing else Feature(name, Grade.WORKS)


def _ungranted(told: Permissions, rights: Sequence[str]) -> tuple[str, ...]:
    pairs = (right.rpartition(".") for right in rights)
    return tuple(f"{kind}.{right}" for kind, _, right in pairs if not told.of_people.allows(kind, right))


def _missing(rights: Sequence[str]) -> Text:
    text: Text = _l("not granted: %(rights)s", rights=", ".join(rights))
    return text


def passed_over_because(passed: PassedOver) -> Text:
    """Why a way does not fit, in words."""
    missing = ", ".join(passed.missing)
    said: dict[Why, Text] = {
        Why.SWITCHED_OFF: _l("%(way)s is switched off in the site's file", way=passed.rung),
        Why.NOT_SUITED: _l("%(way)s does not suit", way=passed.rung),
        Why.NOT_OFFERED: _l("%(way)s: the EHR does not offer %(missing)s", way=passed.rung, missing=missing),
        Why.NOT_GRANTED: _l("%(way)s: not granted: %(missing)s", way=passed.rung, missing=missing),
        Why.REFUSED_BEFORE: _l("%(way)s: the EHR refused it of late", way=passed.rung),
    }
    return said[passed.why]
