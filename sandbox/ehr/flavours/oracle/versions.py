"""``If-Match`` on every change: 412 without it, 409 with an old one."""

from sandbox.ehr.charts import etag
from sandbox.ehr.flavours.flavour import Change
from sandbox.ehr.outcomes import FhirRefusal, Issue, precondition_failed


def refuse_stale(change: Change) -> None:
    """Raises a 412 or a 409."""
    if not change.if_match:
        raise precondition_failed("If-Match is mandatory.")
    if change.if_match.strip() != etag(change.before):
        raise FhirRefusal(409, Issue("conflict", "The resource has changed since that version."))
