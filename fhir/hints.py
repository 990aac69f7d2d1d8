"""What an appointment says of how it takes place. No standard code says "by video": EHRs hint."""

from collections.abc import Iterable
from dataclasses import dataclass

from fhir._elements import Raw, concept_text, many, one, text_of

# https://hl7.org/fhir/uv/xver-r5.r4/
VIRTUAL_SERVICE = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService"
PLAIN = ("valueString", "valueCode", "valueUri", "valueUrl", "valueId")


@dataclass(frozen=True)
class Hints:
    """What is said of the way; of an extension without a plain value the value is ""."""

    services: tuple[str, ...] = ()  # codes, displays and texts of serviceType
    types: tuple[str, ...] = ()  # the same of appointmentType
    rooms: tuple[str, ...] = ()  # what contained HealthcareServices say that they are
    has_virtual_service: bool = False
    extensions: tuple[tuple[str, str], ...] = ()  # URL and value


NO_HINTS = Hints()


def hints_of(raw: Raw) -> Hints:
    """The hints in a raw Appointment."""
    return Hints(
        services=names_of(many(raw, "serviceType")),
        types=names_of(many(raw, "appointmentType")),
        rooms=room_names(raw),
        has_virtual_service=has_virtual_service(raw),
        extensions=plain_extensions(raw),
    )


def names_of(concepts: Iterable[Raw]) -> tuple[str, ...]:
    """Every code, display and text of CodeableConcepts, once, in order."""
    found: dict[str, None] = {}
    for concept in concepts:
        for coding in many(concept, "coding"):
            found |= dict.fromkeys(name for key in ("code", "display") if (name := text_of(coding, key)))
        if text := text_of(concept, "text"):
            found[text] = None
    return tuple(found)


def room_names(raw: Raw) -> tuple[str, ...]:
    """What the HealthcareServices within an appointment say that they are."""
    contained = (one for one in many(raw, "contained") if one.get("resourceType") == "HealthcareService")
    kinds = (concept_text(kind) for service in contained for kind in many(service, "type"))
    return tuple(kind for kind in kinds if kind)


def has_virtual_service(raw: Raw) -> bool:
    """Whether it bears R5's `virtualService`, in the form in which R4 may carry it."""
    return any(extension.get("url") == VIRTUAL_SERVICE for extension in many(raw, "extension"))


def plain_extensions(raw: Raw) -> tuple[tuple[str, str], ...]:
    """Its extensions, each with its value as text; "" where the value is none or has parts."""
    found = ((text_of(extension, "url"), _value(extension)) for extension in many(raw, "extension"))
    return tuple((url, value) for url, value in found if url)


def _value(extension: Raw) -> str:
    for name in PLAIN:
        if text := text_of(extension, name):
            return text
    if isinstance(told := extension.get("valueBoolean"), bool):
        return str(told).lower()
    coding = one(extension, "valueCoding")
    concept = one(extension, "valueCodeableConcept")
    return text_of(coding, "code") or next(iter(names_of([concept])), "")
