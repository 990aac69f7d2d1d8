"""What every new resource needs: one create, no second one where the server can tell, a way to find it."""

from fhir._elements import Raw
from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.identifiers import OwnIdentifier
from fhir.receipts import Receipt, condition, receipt, receipt_at
from fhir.written import Written
from launch.vendors.rung import Offer, Right, finds


def create(chart: FhirClient, raw: Raw, identifier: OwnIdentifier, can: Capabilities) -> Written:
    """A new resource; where the server offers it, only if none bears our identifier yet."""
    guarded = can.of(str(raw["resourceType"])).conditional_create
    return chart.create(raw, if_none_exist=condition(identifier) if guarded else None)


def find(
    chart: FhirClient, resource_type: str, identifier: OwnIdentifier, told: str | None
) -> Receipt | None:
    """What bears our identifier, by a search, else at the place that the EHR `told`: its search may lag."""
    found = receipt(chart, resource_type, identifier)
    return receipt_at(chart, told, identifier) if found is None and told else found


def look_rights(resource_type: str) -> tuple[Right, ...]:
    """What a token needs to find it again."""
    return (Right(resource_type, "s"),)


def look_offers(resource_type: str) -> tuple[Offer, ...]:
    """What the server must offer for us to find it again."""
    return (finds(resource_type, "identifier"),)
