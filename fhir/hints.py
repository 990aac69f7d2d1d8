"""What an appointment says of how it takes place. No standard code says "by video": EHRs hint."""

from dataclasses import dataclass

from fhir._elements import Raw, Said, concept_text, many, one, said_by, text_of

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


def hints_of(raw: Raw, services: Said, types: Said) -> Hints:
    """The hints in a raw Appointment, of which `serviceType` and `appointmentType` have been read."""
    extensions = many(raw, "extension")
    return Hints(
        services=services.names,
        types=types.names,
        rooms=_room_names(raw) if "contained" in raw else (),
        # R5's element, in the form in which R4 may carry it.
        has_virtual_service=any(extension.get("url") == VIRTUAL_SERVICE for extension in extensions),
        extensions=_plain(extensions) if extensions else (),
    )


def _room_names(raw: Raw) -> tuple[str, ...]:
    """What the HealthcareServices within an appointment say that they are."""
    contained = (one for one in many(raw, "contained") if one.get("resourceType") == "HealthcareService")
    kinds = (concept_text(kind) for service in contained for kind in many(service, "type"))
    return tuple(kind for kind in kinds if kind)


def _plain(extensions: list[Raw]) -> tuple[tuple[str, str], ...]:
    """The extensions, each with its value as text; "" where the value is none or has parts."""
    found = ((text_of(extension, "url"), _value(extension)) for extension in extensions)
    return tuple((url, value) for url, value in found if url)


def _value(extension: Raw) -> str:
    for name in PLAIN:
        if text := text_of(extension, name):
            return text
    if isinstance(told := extension.get("valueBoolean"), bool):
        return str(told).lower()
    coding = one(extension, "valueCoding")
    concept = one(extension, "valueCodeableConcept")
    return text_of(coding, "code") or next(iter(said_by([concept]).names), "")
