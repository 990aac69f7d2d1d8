"""Every way of writing tried on a test patient: held back at the wire, or really, and only with consent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.errors import explain
from app.errors.base import Text
from app.ports import OwnerChart, Rooms, SystemChart
from app.services.chart_errands import SYSTEM, rungs_at
from app.services.doctor.features import passed_over_because
from app.signin.session_view import SessionView
from app.sites import ClinicSite
from app.store.audit import THE_COMMAND_LINE, Entry, append, who_is
from app.traces.held import Hold, holding
from app.visits.deeds import Deed
from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.errors import ChangeImpossible, ChartDisagrees, FhirError
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference
from fhir.writers.join_link import JoinLink
from fhir.writers.presence import Presence
from fhir.writers.status import VisitStatus
from fhir.writers.visit_note import VisitNote
from fhir.writers.waiting import Waiting
from launch.errors import LaunchError
from launch.vendors.ladder import Choice, Standing, Whose, choose
from launch.vendors.rung import Rung

HALF_HOUR = timedelta(minutes=30)
TEXT = "Test of VisitBridge. Please delete."
Opened = Mapping[Whose, SystemChart | OwnerChart]


class Outcome(StrEnum):
    """What became of a way."""

    HELD = "held"  # it would have been sent
    WRITTEN = "written"
    NOTHING_TO_DO = "nothing_to_do"  # the chart says so already
    REFUSED = "refused"
    CLOSED = "closed"  # the way does not fit here


@dataclass(frozen=True)
class TestPatient:
    """Ids within the EHR. Somebody has said that this is nobody, and that it may be written to."""

    __test__ = False  # not pytest's

    patient: str
    appointment: str | None = None
    encounter: str | None = None
    recipient: str | None = None  # a Practitioner, for the message


@dataclass(frozen=True)
class Tried:
    """A way, and what became of it; `why` says what hindered it, `sent` what was sent or held."""

    kind: str
    rung: str
    outcome: Outcome
    why: Text | None = None
    sent: str = ""


def try_writes(
    rooms: Rooms, site: ClinicSite, patient: TestPatient, session: SessionView | None, *, really: bool
) -> tuple[Tried, ...]:
    """Each way once, in our own name and in that of a session at this EHR, as far as it may.

    Without `really` charts are read, what would be written is made and validated, and nothing is sent.
    Raises LaunchError and the chart's errors where nobody lets us in.
    """
    opened = _opened(rooms, site, session)
    if not opened:
        return ()
    if really:
        who = who_is(session) if session else THE_COMMAND_LINE
        with rooms.db.write() as tx:
            append(tx, [Entry(who, Deed.TRY_WRITES, details={"site": site.name})], rooms.wall.now())
    capabilities = rooms.ehr.capabilities(next(iter(opened.values())).chart)
    granted = {whose: one.granted for whose, one in opened.items()}
    standing = Standing(capabilities, granted, (), site.ladder)
    return tuple(_all(rooms, site, patient, opened, standing, really))


def _opened(rooms: Rooms, site: ClinicSite, session: SessionView | None) -> Opened:
    found: dict[Whose, SystemChart | OwnerChart] = {}
    try:
        system = rooms.ehr.system_chart(site.name)
    except LaunchError:
        if session is None:
            raise
        system = None
    if system is not None:
        found["system"] = system
    if session is not None and session.kind == "launch" and session.site == site.name:
        found["user"] = rooms.ehr.own_chart(session.id)
    return found


def _all(
    rooms: Rooms, site: ClinicSite, patient: TestPatient, opened: Opened, standing: Standing, really: bool
) -> Iterator[Tried]:
    facts = _facts(rooms, patient, rooms.clock.now())
    for kind, ladder in vars(rungs_at(site)).items():
        for rung in ladder:
            fact = facts.get(kind)
            if fact is None:
                yield Tried(
                    kind, rung.name, Outcome.CLOSED, _l("it needs an appointment of the test patient")
                )
                continue
            choice = choose((rung,), standing, fact)
            if choice.rung is None:
                yield Tried(kind, rung.name, Outcome.CLOSED, _hindrance(choice))
            else:
                chart = opened[choice.whose or "system"].chart
                yield _tried(kind, rung, chart, fact, standing.capabilities, really)


def _facts(rooms: Rooms, patient: TestPatient, now: datetime) -> dict[str, Any]:
    """What would be written, under names of its own each time, so that nothing of before is found again."""
    base = rooms.settings.base_url

    def named() -> OwnIdentifier:
        return OwnIdentifier(SYSTEM, f"test-{rooms.random.token()}")

    told: dict[str, Any] = {
        "message": _message(patient, named(), now),
        "status": VisitStatus("arrived", now, patient.appointment, patient.encounter),
        "note": VisitNote(
            named(), patient.patient, None, now, now - HALF_HOUR, now, TEXT, patient.encounter, TEXT
        ),
    }
    if patient.appointment is not None:
        told["join_link"] = JoinLink(patient.appointment, f"{base}/v/test", f"{base}/v/")
        told["presence"] = Presence(patient.appointment, Reference("Patient", patient.patient), now)
    return told


def _message(patient: TestPatient, named: OwnIdentifier, now: datetime) -> Waiting:
    told = (Reference("Practitioner", patient.recipient),) if patient.recipient else ()
    return Waiting(named, patient.patient, told, now, TEXT, patient.encounter, patient.appointment)


def _tried(
    kind: str, rung: Rung[Any], chart: FhirClient, fact: Any, can: Capabilities, really: bool
) -> Tried:
    if really:
        return _judged(kind, rung, chart, fact, can, None)
    with holding() as hold:
        return _judged(kind, rung, chart, fact, can, hold)


def _judged(
    kind: str, rung: Rung[Any], chart: FhirClient, fact: Any, can: Capabilities, hold: Hold | None
) -> Tried:
    try:
        written = rung.write(chart, fact, can)
    except (ChartDisagrees, ChangeImpossible) as no:
        return Tried(
            kind, rung.name, Outcome.REFUSED, _l("the chart stands otherwise: %(what)s", what=str(no))
        )
    except FhirError as no:
        return Tried(kind, rung.name, Outcome.REFUSED, explain(no).cause, explain(no).code)
    if hold is None:
        return Tried(kind, rung.name, Outcome.WRITTEN, sent=str(written.status))
    if not hold.writes:
        return Tried(kind, rung.name, Outcome.NOTHING_TO_DO, _l("the chart says so already"))
    sent = ", ".join(f"{one.method} {one.size} B" for one in hold.writes)
    return Tried(kind, rung.name, Outcome.HELD, sent=sent)


def _hindrance(choice: Choice[Any]) -> Text | None:
    return passed_over_because(choice.passed_over[0]) if choice.passed_over else None
