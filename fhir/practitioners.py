"""The practitioner, as the chart tells."""

from dataclasses import dataclass, field

from fhir._elements import Raw, gaps_of, many, text_of
from fhir.client import FhirClient
from fhir.patients import contact_points, human_name
from fhir.references import id_of

# US Core's URI, and the OID that Epic writes.
NPI_SYSTEMS = {"http://hl7.org/fhir/sid/us-npi", "urn:oid:2.16.840.1.113883.4.6"}
UNREAD = ("Practitioner",)


@dataclass(frozen=True)
class ChartPractitioner:
    """A practitioner."""

    id: str
    name: str
    npi: str | None
    emails: tuple[str, ...] = field(repr=False)
    gaps: tuple[str, ...]

    @property
    def was_read(self) -> bool:
        """False where only the id is known."""
        return self.gaps != UNREAD


def unread_practitioner(practitioner_id: str) -> ChartPractitioner:
    """Whoever has this id, of whom the chart let us read nothing."""
    return ChartPractitioner(practitioner_id, "", None, (), UNREAD)


def read_practitioner(chart: FhirClient, practitioner_id: str) -> ChartPractitioner:
    """The practitioner. https://hl7.org/fhir/R4/practitioner.html"""
    return practitioner_from(chart.read("Practitioner", practitioner_id))


def read_practitioner_of_role(chart: FhirClient, role_id: str) -> ChartPractitioner | None:
    """Who has a PractitionerRole; None if it does not say. https://hl7.org/fhir/R4/practitionerrole.html"""
    role = chart.read("PractitionerRole", role_id)
    practitioner_id = id_of(role.get("practitioner"), "Practitioner", chart.base_url)
    return read_practitioner(chart, practitioner_id) if practitioner_id else None


def practitioner_from(raw: Raw) -> ChartPractitioner:
    """The practitioner in a raw resource. The name has no title unless the chart's text has one."""
    name, _, _ = human_name(raw)
    npi = next(
        (
            text_of(identifier, "value")
            for identifier in many(raw, "identifier")
            if text_of(identifier, "system") in NPI_SYSTEMS
        ),
        None,
    )
    emails = contact_points(raw, ("email",))
    gaps = gaps_of("Practitioner", id=text_of(raw, "id"), name=name, identifier=npi, telecom=emails)
    return ChartPractitioner(text_of(raw, "id") or "", name, npi, emails, gaps)
