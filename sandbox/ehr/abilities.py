"""What the FHIR server can do, type by type: routes, searches and CapabilityStatement obey this."""

from dataclasses import dataclass
from typing import Literal

Interaction = Literal["read", "search-type", "create", "update", "patch", "delete"]
Kind = Literal["token", "reference", "date", "string"]
Path = tuple[str, ...]

READ: tuple[Interaction, ...] = ("read", "search-type")
CHANGE: tuple[Interaction, ...] = ("update", "patch")


@dataclass(frozen=True)
class Parameter:
    """A search parameter: the elements it looks at and, for a reference, the types a bare id may mean."""

    name: str
    kind: Kind
    paths: tuple[Path, ...]
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ability:
    """What can be done with one type of resource; ``bounded`` refuses a search that names no criterion."""

    resource_type: str
    interactions: tuple[Interaction, ...]
    parameters: tuple[Parameter, ...]
    patient: tuple[Path, ...] = ()
    bounded: bool = True

    def parameter(self, name: str) -> Parameter | None:
        """The search parameter of this name."""
        return next((one for one in (*EVERYWHERE, *self.parameters) if one.name == name), None)


def _token(name: str, *paths: str) -> Parameter:
    return Parameter(name, "token", _split(paths or (name,)))


def _date(name: str, *paths: str) -> Parameter:
    return Parameter(name, "date", _split(paths or (name,)))


def _string(name: str, *paths: str) -> Parameter:
    return Parameter(name, "string", _split(paths or (name,)))


def _reference(name: str, path: str, *targets: str) -> Parameter:
    return Parameter(name, "reference", _split((path,)), targets)


def _split(paths: tuple[str, ...]) -> tuple[Path, ...]:
    return tuple(tuple(path.split(".")) for path in paths)


EVERYWHERE = (_token("_id", "id"), _date("_lastUpdated", "meta.lastUpdated"))
_PEOPLE = ("Patient", "Practitioner")
_ACTOR = "participant.actor"

_LIST = (
    Ability(
        "Patient",
        READ,
        (
            _token("identifier"),
            _string("name", "name.text", "name.family", "name.given"),
            _string("family", "name.family"),
            _string("given", "name.given"),
            _date("birthdate", "birthDate"),
        ),
        patient=(("id",),),
    ),
    Ability(
        "RelatedPerson",
        READ,
        (
            _token("identifier"),
            _token("active"),
            _string("name", "name.text", "name.family", "name.given"),
            _reference("patient", "patient", "Patient"),
        ),
        patient=(("patient", "reference"),),
    ),
    Ability(
        "Practitioner",
        READ,
        (
            _token("identifier"),
            _token("active"),
            _string("name", "name.text", "name.family", "name.given"),
        ),
        bounded=False,
    ),
    Ability("Location", READ, (_token("identifier"), _string("name"), _token("status")), bounded=False),
    Ability("Organization", READ, (_token("identifier"), _string("name")), bounded=False),
    Ability(
        "Appointment",
        (*READ, *CHANGE),
        (
            _reference("patient", _ACTOR, "Patient"),
            _reference("practitioner", _ACTOR, "Practitioner"),
            _reference("location", _ACTOR, "Location"),
            _reference("actor", _ACTOR, *_PEOPLE, "Location"),
            _date("date", "start"),
            _token("status"),
            _token("identifier"),
            _token("service-type", "serviceType"),
        ),
        patient=((*_ACTOR.split("."), "reference"),),
    ),
    Ability(
        "Encounter",
        (*READ, "create", *CHANGE),
        (
            _reference("patient", "subject", "Patient"),
            _reference("subject", "subject", "Patient"),
            _reference("appointment", "appointment", "Appointment"),
            _reference("participant", "participant.individual", "Practitioner"),
            _reference("practitioner", "participant.individual", "Practitioner"),
            _date("date", "period"),
            _token("status"),
            _token("class"),
            _token("identifier"),
        ),
        patient=(("subject", "reference"),),
    ),
    Ability(
        "Communication",
        (*READ, "create", *CHANGE),
        (
            _reference("patient", "subject", "Patient"),
            _reference("subject", "subject", "Patient"),
            _reference("encounter", "encounter", "Encounter"),
            _reference("recipient", "recipient", *_PEOPLE, "Organization"),
            _reference("sender", "sender", *_PEOPLE, "Organization"),
            _date("sent"),
            _token("category"),
            _token("status"),
            _token("identifier"),
        ),
        patient=(("subject", "reference"),),
    ),
    Ability(
        "DocumentReference",
        (*READ, "create", *CHANGE),
        (
            _reference("patient", "subject", "Patient"),
            _reference("subject", "subject", "Patient"),
            _reference("encounter", "context.encounter", "Encounter"),
            _reference("author", "author", "Practitioner", "Organization"),
            _date("date"),
            _token("type"),
            _token("category"),
            _token("status"),
            _token("identifier"),
        ),
        patient=(("subject", "reference"),),
    ),
    Ability(
        "Subscription",
        (*READ, "create", "delete"),
        (_token("url", "channel.endpoint"), _token("status")),
    ),
)

ABILITIES: dict[str, Ability] = {ability.resource_type: ability for ability in _LIST}
