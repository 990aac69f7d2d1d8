"""Which appointments are video visits, by a site's own rules. Any rule that is met is enough."""

from collections.abc import Iterable, Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from fhir.appointments import ChartAppointment

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class TelehealthRules(BaseModel):
    """The table `[telehealth]`. Keys are explained in sandbox_config/README.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    services: tuple[Name, ...] = ()
    appointment_types: tuple[Name, ...] = ()
    encounter_classes: tuple[Name, ...] = ()
    rooms: tuple[Name, ...] = ()
    virtual_service: bool = False
    extensions: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("extensions")
    @classmethod
    def _absolute(cls, value: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        if any(not urlsplit(url).scheme for url in value):
            raise ValueError("an extension is named by its whole URL")
        return value

    @model_validator(mode="after")
    def _any_rule(self) -> "TelehealthRules":
        lists = (self.services, self.appointment_types, self.encounter_classes, self.rooms, self.extensions)
        if not (any(lists) or self.virtual_service):
            raise ValueError("name at least one rule; without the table every appointment is a video visit")
        return self


def is_telehealth(
    rules: TelehealthRules, appointment: ChartAppointment, encounter_class: str | None = None
) -> bool:
    """Whether the site's rules make it a video visit; names are compared without regard to case."""
    rooms = _folded(appointment.hints.rooms)
    return (
        bool(_folded(rules.services) & _folded(appointment.hints.services))
        or bool(_folded(rules.appointment_types) & _folded(appointment.hints.types))
        or any(part in room for part in _folded(rules.rooms) for room in rooms)
        or (rules.virtual_service and appointment.hints.has_virtual_service)
        or any(_meets(rules.extensions, url, value) for url, value in appointment.hints.extensions)
        or (encounter_class is not None and encounter_class.casefold() in _folded(rules.encounter_classes))
    )


def _meets(wanted: Mapping[str, tuple[str, ...]], url: str, value: str) -> bool:
    """No values named: the extension alone is enough."""
    values = wanted.get(url)
    return values is not None and (not values or value.casefold() in _folded(values))


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.strip().casefold() for name in names)
