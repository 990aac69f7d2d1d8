"""Numbers that say what a resource is called elsewhere."""

import re
from dataclasses import dataclass

from fhir._elements import Raw, many, text_of

# Neither `|`, `,` nor `$`, which mean something in a search.
PLAIN = re.compile(r"[A-Za-z0-9._:~/-]+")
# Epic's contact serial number: the middle of the OID differs per customer.
CSN_SUFFIX = ".7.3.698084.8"


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


def csn_of(raw: Raw) -> str | None:
    """The contact serial number that an Appointment and its Encounter share."""
    for identifier in many(raw, "identifier"):
        if (text_of(identifier, "system") or "").endswith(CSN_SUFFIX):
            return text_of(identifier, "value")
    return None


def has_identifier(raw: Raw, system: str, value: str) -> bool:
    """Whether the resource bears this identifier."""
    return any(
        (text_of(identifier, "system"), text_of(identifier, "value")) == (system, value)
        for identifier in many(raw, "identifier")
    )
