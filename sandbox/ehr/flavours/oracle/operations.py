"""The operations of a JSON Patch, as far as any are taken."""

from collections.abc import Sequence

from sandbox.ehr.elements import Raw
from sandbox.ehr.flavours.flavour import Change
from sandbox.ehr.outcomes import FhirRefusal, Issue, bad_request, unprocessable

OPS = ("add", "replace")


def operations_of(change: Change, paths: Sequence[str]) -> list[Raw]:
    """The operations. Raises a 400 for what is no patch, a 422 for another path or operation."""
    body = change.body
    if not isinstance(body, list) or not body or not all(isinstance(one, dict) for one in body):
        raise bad_request("A JSON Patch is an array of operations.", "structure")
    for one in body:
        if one.get("path") not in paths:
            raise refused("This path is not patched.")
        if one.get("op") not in OPS or "value" not in one:
            raise refused("An operation is add or replace, with a value.")
    return body


def refused(says: str) -> FhirRefusal:
    """A business rule is broken."""
    return unprocessable(Issue("business-rule", says))
