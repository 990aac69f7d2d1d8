"""Numbers that say what a resource is called elsewhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from fhir._elements import Raw, many, text_of

# Neither `|`, `,` nor `$`, which mean something in a search.
PLAIN = re.compile(r"[A-Za-z0-9._:~/-]+")


@dataclass(frozen=True)
class OwnIdentifier:
    """What we call something that we write: a system of ours and an opaque value.

    Raises ValueError for characters that a search would have to escape.
    """

    system: str
    value: str

    def __post_init__(self) -> None:
        """Refuse what could not be searched for."""
        if not (PLAIN.fullmatch(self.system) and PLAIN.fullmatch(self.value)):
            raise ValueError("an identifier of ours is plain")

    def as_json(self) -> Raw:
        """As an Identifier element."""
        return {"use": "usual", "system": self.system, "value": self.value}

    def is_on(self, raw: Raw) -> bool:
        """Whether the resource bears it."""
        return has_identifier(raw, self.system, self.value)


@dataclass(frozen=True)
class Number:
    """What the chart's owner calls something: a value in a system."""

    system: str
    value: str = field(repr=False)


def numbers_of(raw: Raw) -> tuple[Number, ...]:
    """All that the resource is called, as far as value and system are told."""
    found = [(text_of(each, "system"), text_of(each, "value")) for each in many(raw, "identifier")]
    return tuple([Number(system, value) for system, value in found if system and value])


def number_under(numbers: Iterable[Number], suffixes: Iterable[str]) -> str | None:
    """The first whose system ends so: where customers have systems of their own, only their end is known."""
    ends = tuple(suffixes)
    return next((each.value for each in numbers if each.system.endswith(ends)), None)


def has_identifier(raw: Raw, system: str, value: str) -> bool:
    """Whether the resource bears this identifier."""
    return any(
        (text_of(identifier, "system"), text_of(identifier, "value")) == (system, value)
        for identifier in many(raw, "identifier")
    )
