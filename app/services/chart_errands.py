"""What an outbox row has to tell the chart, as the ladders take it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from sqlalchemy.orm import Session

from app.models import Visit
from app.ports import Rooms
from app.services.deliver_link import link_url
from app.services.owed import NotNeeded
from app.services.waiting import waits_since
from app.sites import ClinicSite
from app.store.notes import find_note, reference_of_note
from app.store.outbox import Claim
from app.store.people import person_in_role
from app.store.recordings import find_recording
from app.store.visits import peek_visit
from app.visits.states import UNFINISHED, Role, VisitState
from app.words import words_in
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference, parse_reference
from fhir.writers.join_link import JoinLink
from fhir.writers.presence import Presence
from fhir.writers.recording_link import RecordingLink
from fhir.writers.status import Stage, VisitStatus
from fhir.writers.visit_note import VisitNote
from fhir.writers.waiting import Waiting
from launch.vendors.registry import profile_of
from launch.vendors.rung import Rung, Rungs

# What we call what we write; the values are ids of outbox rows.
SYSTEM = "urn:visitbridge:write"
NOTE, STATUS, PRESENCE = "chart_note", "chart_status", "chart_presence"
MESSAGE, JOIN_LINK, RECORDING = "chart_message", "chart_join_link", "chart_recording"
REOPENED = "reopened"
# Within a visit these keep their order among each other, and wait for nothing else.
LANES = {
    NOTE: "note",
    STATUS: "slot",
    PRESENCE: "slot",
    JOIN_LINK: "slot",
    MESSAGE: "message",
    RECORDING: "recording",
}
# Of which state of the visit a stage speaks.
STANDS_FOR: Mapping[str, frozenset[VisitState]] = {
    "in-progress": UNFINISHED,
    REOPENED: UNFINISHED,
    "fulfilled": frozenset({VisitState.FINISHED}),
    "noshow": frozenset({VisitState.NO_SHOW}),
}


@dataclass(frozen=True)
class Errand:
    """A fact and this EHR's ways of taking it, best first."""

    site: str
    fact: Any = field(repr=False)
    rungs: tuple[Rung[Any], ...]


def errand_of(rooms: Rooms, tx: Session, held: Claim) -> Errand:
    """The fact of a row. Raises NotNeeded if the chart has no place for it."""
    visit = peek_visit(tx, held.visit_id)
    if visit is None:
        raise NotNeeded
    rungs = rungs_of(rooms, visit.site, held.kind)
    return Errand(visit.site, _FACTS[held.kind](rooms, tx, held, visit), rungs)


def check_needed(tx: Session, held: Claim) -> None:
    """Whether it is still true. Raises NotNeeded."""
    visit = peek_visit(tx, held.visit_id)
    if visit is None or not _NEEDED.get(held.kind, _always)(held, visit):
        raise NotNeeded


def rungs_of(rooms: Rooms, site: str, kind: str) -> tuple[Rung[Any], ...]:
    """This EHR's ways of taking this kind of fact."""
    return _ladder(rungs_at(rooms.sites.by_name(site)), kind)


def rungs_at(site: ClinicSite) -> Rungs:
    """All ways of this EHR, as its file sets them up."""
    return profile_of(site.launch.vendor).rungs_at(site.launch.vendor_settings)


def _ladder(rungs: Rungs, kind: str) -> tuple[Rung[Any], ...]:
    ladder: tuple[Rung[Any], ...] = getattr(rungs, kind.removeprefix("chart_"))
    return ladder


def _note(rooms: Rooms, tx: Session, held: Claim, visit: Visit) -> VisitNote:
    note = find_note(tx, held.id)
    if note is None:
        raise NotNeeded
    corrected = reference_of_note(tx, note.replaces) if note.replaces else None
    return VisitNote(
        identifier=OwnIdentifier(SYSTEM, held.id),
        patient_id=visit.patient_id,
        author=_reference(note.author),
        written=note.written_at,
        start=note.start,
        end=note.end,
        text=note.text,
        encounter_id=visit.encounter_id,
        is_draft=note.is_draft,
        replaces=_reference(corrected),
    )


def _status(_rooms: Rooms, _tx: Session, held: Claim, visit: Visit) -> VisitStatus:
    stages: dict[str, Stage] = {stage: stage for stage in get_args(Stage)}
    return VisitStatus(
        stages.get(held.subject, "in-progress"),
        held.created_at,
        visit.appointment_id,
        visit.encounter_id,
        reopened=held.subject == REOPENED,
    )


def _presence(_rooms: Rooms, _tx: Session, held: Claim, visit: Visit) -> Presence:
    return Presence(_appointment(visit), Reference("Patient", visit.patient_id), held.created_at)


def _message(rooms: Rooms, _tx: Session, held: Claim, visit: Visit) -> Waiting:
    site = rooms.sites.by_name(visit.site)
    words = words_in(site.language)
    _ = words.text
    told = (Reference("Practitioner", visit.practitioner_id),) if visit.practitioner_id else ()
    pools = [found for one in site.message_recipients if (found := _reference(one))]
    return Waiting(
        identifier=OwnIdentifier(SYSTEM, held.id),
        patient_id=visit.patient_id,
        recipients=(*told, *pools),
        sent=held.created_at,
        text=_("The patient is waiting for the video visit."),
        encounter_id=visit.encounter_id,
        appointment_id=visit.appointment_id,
        sender=_reference(site.message_sender),
    )


def _join_link(rooms: Rooms, _tx: Session, _held: Claim, visit: Visit) -> JoinLink:
    patient = person_in_role(visit, Role.PATIENT)
    if patient is None or patient.token is None or patient.revoked_at is not None:
        raise NotNeeded
    return JoinLink(
        _appointment(visit),
        link_url(rooms, patient.token),
        link_url(rooms, ""),
        provider_url=f"{rooms.settings.base_url}/launch/standalone/{visit.site}",
    )


def _recording(rooms: Rooms, tx: Session, held: Claim, visit: Visit) -> RecordingLink:
    recording = find_recording(tx, held.subject)
    if recording is None:
        raise NotNeeded
    start = recording.began_at or recording.told_at
    return RecordingLink(
        identifier=OwnIdentifier(SYSTEM, held.id),
        patient_id=visit.patient_id,
        url=recording_url(rooms, recording.id),
        told=held.created_at,
        start=start,
        end=max(start, recording.completed_at or start),
        encounter_id=visit.encounter_id,
    )


def recording_url(rooms: Rooms, recording_id: str) -> str:
    """Where the chart leads to a recording. Whoever opens it must be signed in."""
    return f"{rooms.settings.base_url}/recordings/{recording_id}"


def _appointment(visit: Visit) -> str:
    if visit.appointment_id is None:
        raise NotNeeded
    return visit.appointment_id


def _reference(told: str | None) -> Reference | None:
    return parse_reference(told) if told else None


def _always(_held: Claim, _visit: Visit) -> bool:
    return True


def _is_so(held: Claim, visit: Visit) -> bool:
    return VisitState(visit.state) in STANDS_FOR[held.subject]


def _is_open(_held: Claim, visit: Visit) -> bool:
    return VisitState(visit.state) in UNFINISHED


def _is_unanswered(_held: Claim, visit: Visit) -> bool:
    """Nobody has started the visit, and no open page has shown that the patient waits."""
    patient = person_in_role(visit, Role.PATIENT)
    if patient is None or patient.told_at is not None or visit.state != VisitState.PLANNED:
        return False
    return waits_since(VisitState.PLANNED, patient) is not None


_FACTS: Mapping[str, Callable[[Rooms, Session, Claim, Visit], object]] = {
    NOTE: _note,
    STATUS: _status,
    PRESENCE: _presence,
    MESSAGE: _message,
    JOIN_LINK: _join_link,
    RECORDING: _recording,
}
_NEEDED: Mapping[str, Callable[[Claim, Visit], bool]] = {
    STATUS: _is_so,
    PRESENCE: _is_open,
    MESSAGE: _is_unanswered,
    JOIN_LINK: _is_open,
}
