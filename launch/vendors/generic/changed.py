"""What every change to a resource needs: read it, change the one thing, and read it to see that it stands."""

from collections.abc import Callable

from fhir._elements import Raw
from fhir.capability import Capabilities
from fhir.changes import Change, write_change
from fhir.client import FhirClient
from fhir.errors import ChartDisagrees
from fhir.receipts import Receipt, receipt_of
from fhir.references import Reference
from fhir.written import Written
from launch.vendors.rung import Offer, Right, changes, reads

# What a fact changes in the resource; None if it stands there already.
Plan = Callable[[Raw], Change | None]
ALREADY = 200


def change(chart: FhirClient, where: Reference, plan: Plan, can: Capabilities) -> Written:
    """Read the resource and make the change, unless the chart says so already."""
    raw, version = chart.read_versioned(where.resource_type, where.id)
    planned = plan(raw)
    if planned is None:
        return Written(str(where), version, ALREADY)
    return write_change(chart, raw, planned, can, version)


def standing(chart: FhirClient, where: Reference, plan: Plan) -> Receipt | None:
    """The resource, if nothing is left to change in it; None if the change is not there."""
    raw = chart.read(where.resource_type, where.id)
    return receipt_of(raw) if plan(raw) is None else None


def target(resource_type: str, resource_id: str | None) -> Reference:
    """The resource to change. Raises ChartDisagrees if the visit has none of this type."""
    if resource_id is None:
        raise ChartDisagrees(resource_type)
    return Reference(resource_type, resource_id)


def rights(resource_type: str) -> tuple[Right, ...]:
    """What a token needs to read it and to change it."""
    return (Right(resource_type, "r"), Right(resource_type, "u"))


def offers(resource_type: str) -> tuple[Offer, ...]:
    """What the server must offer."""
    return (reads(resource_type), changes(resource_type))
