"""Our links in the two rooms of a video visit, by the patch of four operations.

https://fhir.cerner.com/millennium/r4/base/workflow/appointment/#patch
"""

from collections.abc import Iterator

from fhir._elements import Raw, concept_text, many, text_of
from fhir.capability import Capabilities
from fhir.changes import Edit, Op
from fhir.client import FhirClient
from fhir.errors import ChartDisagrees
from fhir.receipts import Receipt, receipt_of
from fhir.references import Reference
from fhir.times import format_instant, parse_instant
from fhir.writers.join_link import JoinLink
from fhir.written import Written
from launch.vendors.generic.changed import ALREADY, offers, rights
from launch.vendors.oracle.patches import patch
from launch.vendors.rung import Rung

PROVIDER_ROOM, PATIENT_ROOM = "Provider Virtual Meeting Room", "Patient Virtual Meeting Room"
# A patch counts the provider's room first, in whatever order the rooms are read.
PROVIDER_LINK, PATIENT_LINK = "/contained/0/telecom/0/value", "/contained/1/telecom/0/value"
FROM, UNTIL = "/contained/0/telecom/0/period/start", "/contained/0/telecom/0/period/end"
LONGEST = 255


def _write(chart: FhirClient, link: JoinLink, _can: Capabilities) -> Written:
    where = Reference("Appointment", link.appointment_id)
    raw, version = chart.read_versioned(where.resource_type, where.id)
    if _stands(raw, link):
        return Written(str(where), version, ALREADY)
    return patch(chart, where, tuple(_edits(raw, link)), version)


def _look(chart: FhirClient, link: JoinLink, _told: str | None) -> Receipt | None:
    raw = chart.read("Appointment", link.appointment_id)
    return receipt_of(raw) if _stands(raw, link) else None


def _edits(raw: Raw, link: JoinLink) -> Iterator[Edit]:
    """All four, added the first time and replaced later. Raises ChartDisagrees for somebody else's link."""
    start, end = parse_instant(raw.get("start")), parse_instant(raw.get("end"))
    if start is None or end is None:
        raise ChartDisagrees("Appointment.start")
    standing = [url for room in (PROVIDER_ROOM, PATIENT_ROOM) for url in _links(raw, room)]
    if not all(url.startswith(link.host_url) or url == link.provider_url for url in standing):
        raise ChartDisagrees("Appointment.contained")
    op: Op = "replace" if standing else "add"
    yield Edit(PROVIDER_LINK, link.provider_url, op)
    yield Edit(PATIENT_LINK, link.url, op)
    yield Edit(FROM, format_instant(start), op)
    yield Edit(UNTIL, format_instant(end), op)


def _stands(raw: Raw, link: JoinLink) -> bool:
    """Whether both rooms have these links, for the time for which the appointment is now."""
    ends = [parse_instant(raw.get(name)) for name in ("start", "end")]
    return (
        _links(raw, PROVIDER_ROOM) == [link.provider_url]
        and _links(raw, PATIENT_ROOM) == [link.url]
        and all(_period(raw, room) == ends for room in (PROVIDER_ROOM, PATIENT_ROOM))
    )


def _links(raw: Raw, room: str) -> list[str]:
    return [url for one in _telecom(raw, room) if (url := text_of(one, "value"))]


def _period(raw: Raw, room: str) -> list[object]:
    held = next((one.get("period") for one in _telecom(raw, room)), None)
    period = held if isinstance(held, dict) else {}
    return [parse_instant(period.get(name)) for name in ("start", "end")]


def _telecom(raw: Raw, room: str) -> Iterator[Raw]:
    """What leads to the room of this kind: what its type says counts, not where it stands."""
    for contained in many(raw, "contained"):
        is_room = contained.get("resourceType") == "HealthcareService"
        if is_room and any(concept_text(kind) == room for kind in many(contained, "type")):
            yield from many(contained, "telecom")


def _suits(link: JoinLink) -> bool:
    urls = (link.url, link.provider_url or "")
    return link.provider_url is not None and all(len(url) <= LONGEST for url in urls)


# Off: a patient's link opens the visit for whoever reads the appointment.
VIDEO_VISIT_LINK = Rung(
    name="video-visit-link",
    identity="either",
    rights=rights("Appointment"),
    offers=offers("Appointment"),
    write=_write,
    suits=_suits,
    look=_look,
    on_by_default=False,
)
