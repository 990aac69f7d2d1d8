"""The place of an appointment, which is its department."""

from dataclasses import dataclass

from fhir._elements import Raw, extensions, gaps_of, text_of
from fhir.client import FhirClient
from fhir.patients import contact_points

TIME_ZONE = "http://hl7.org/fhir/StructureDefinition/timezone"


@dataclass(frozen=True)
class ChartLocation:
    """A location; `time_zone` is an IANA name where the chart has one."""

    id: str
    name: str | None
    phone: str | None
    time_zone: str | None
    gaps: tuple[str, ...]


def read_location(chart: FhirClient, location_id: str) -> ChartLocation:
    """The location. https://hl7.org/fhir/R4/location.html"""
    return location_from(chart.read("Location", location_id))


def location_from(raw: Raw) -> ChartLocation:
    """The location in a raw resource."""
    name, phones = text_of(raw, "name"), contact_points(raw, ("phone",))
    zone = next((text_of(extension, "valueCode") for extension in extensions(raw, TIME_ZONE)), None)
    gaps = gaps_of("Location", id=text_of(raw, "id"), name=name, telecom=phones)
    return ChartLocation(text_of(raw, "id") or "", name, phones[0] if phones else None, zone, gaps)
