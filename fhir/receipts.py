"""Looking for what we wrote: settles an unknown outcome, and tells later that it is in the chart."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from fhir._elements import Raw, one, text_of, version_of
from fhir.client import FhirClient
from fhir.errors import ChartDisagrees, ChartNotFound
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference


@dataclass(frozen=True)
class Receipt:
    """What stands in the chart. `copies` above one: the same was written more than once."""

    reference: str = field(repr=False)
    version: str | None
    copies: int = 1


def find_query(resource_type: str, identifier: OwnIdentifier) -> str:
    """The search for what bears our identifier."""
    return f"{resource_type}?{condition(identifier)}"


def condition(identifier: OwnIdentifier) -> str:
    """The same as a condition for a create: its search parameters alone."""
    return urlencode({"identifier": f"{identifier.system}|{identifier.value}"})


def receipt(chart: FhirClient, resource_type: str, identifier: OwnIdentifier) -> Receipt | None:
    """What bears our identifier, the oldest if there are several; None if the chart has nothing of the kind.

    Right after a lost answer nothing found proves little: the server may still be at it.
    """
    found = chart.search(find_query(resource_type, identifier), resource_type)
    # Some servers pass over a parameter that they do not know, and answer with everything.
    ours = [raw for raw in found if identifier.is_on(raw) and text_of(raw, "id")]
    if not ours:
        return None
    return receipt_of(min(ours, key=_last_updated), copies=len(ours))


def receipt_at(chart: FhirClient, reference: str, identifier: OwnIdentifier) -> Receipt | None:
    """What stands at the reference that a server gave; None if nothing does.

    Raises ChartDisagrees if what stands there does not bear our identifier: a server that drops identifiers
    may have made it of ours, and nobody can tell.
    """
    try:
        raw = chart.read_reference(reference)
    except ChartNotFound:
        return None
    if not identifier.is_on(raw):
        raise ChartDisagrees("identifier")
    return receipt_of(raw)


def receipt_of(raw: Raw, copies: int = 1) -> Receipt:
    """A resource as read, as a receipt."""
    reference = Reference(text_of(raw, "resourceType") or "", text_of(raw, "id") or "")
    return Receipt(str(reference), version_of(raw), copies)


def _last_updated(raw: Raw) -> str:
    return text_of(one(raw, "meta"), "lastUpdated") or ""
