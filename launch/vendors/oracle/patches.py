"""A JSON Patch as this EHR takes it: by version, and nothing but the operations themselves."""

from collections.abc import Sequence

from fhir._elements import Raw
from fhir.changes import Edit
from fhir.client import FhirClient
from fhir.errors import ChartUnversioned
from fhir.references import Reference
from fhir.written import Written


def patch(chart: FhirClient, where: Reference, edits: Sequence[Edit], version: str | None) -> Written:
    """Make the edits if this version still stands. Raises ChartUnversioned, and what a patch raises.

    A `test` is not among the operations that are documented, and the version says more.
    """
    if version is None:
        raise ChartUnversioned
    operations: list[Raw] = [{"op": edit.op, "path": edit.path, "value": edit.value} for edit in edits]
    return chart.patch(where.resource_type, where.id, operations, if_match=version)
