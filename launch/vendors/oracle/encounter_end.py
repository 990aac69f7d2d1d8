"""When the visit ended, as the end of its encounter: the status of an encounter is nobody's to patch."""

from fhir._elements import Raw, one, text_of
from fhir.capability import Capabilities
from fhir.changes import Edit
from fhir.client import FhirClient
from fhir.errors import ChartDisagrees
from fhir.receipts import Receipt, receipt_of
from fhir.references import Reference
from fhir.times import format_instant, parse_instant
from fhir.writers.status import VISIT_CLASSES, VisitStatus
from fhir.written import Written
from launch.vendors.generic.changed import ALREADY, offers, rights, target
from launch.vendors.oracle.patches import patch
from launch.vendors.rung import Rung


def _encounter(status: VisitStatus) -> Reference:
    return target("Encounter", status.encounter_id)


def _has_ended(raw: Raw) -> bool:
    return "end" in one(raw, "period")


def _write(chart: FhirClient, status: VisitStatus, _can: Capabilities) -> Written:
    where = _encounter(status)
    raw, version = chart.read_versioned(where.resource_type, where.id)
    if _has_ended(raw):
        return Written(str(where), version, ALREADY)
    # A stay goes on when a video visit is over.
    if text_of(one(raw, "class"), "code") not in VISIT_CLASSES:
        raise ChartDisagrees("Encounter.class")
    start = parse_instant(one(raw, "period").get("start"))
    if start is None or status.at < start:
        raise ChartDisagrees("Encounter.period")
    return patch(chart, where, (Edit("/period/end", format_instant(status.at), "add"),), version)


def _look(chart: FhirClient, status: VisitStatus, _told: str | None) -> Receipt | None:
    raw = chart.read("Encounter", _encounter(status).id)
    return receipt_of(raw) if _has_ended(raw) else None


def _suits(status: VisitStatus) -> bool:
    return status.encounter_id is not None and status.stage == "fulfilled"


ENCOUNTER_END = Rung(
    name="encounter-end",
    identity="either",
    rights=rights("Encounter"),
    offers=offers("Encounter"),
    write=_write,
    suits=_suits,
    look=_look,
)
