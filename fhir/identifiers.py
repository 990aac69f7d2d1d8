"""Numbers that say what a resource is called elsewhere."""

from fhir._elements import Raw, many, text_of

# Epic's contact serial number: the middle of the OID differs per customer.
CSN_SUFFIX = ".7.3.698084.8"


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
