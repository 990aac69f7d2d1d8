"""How far a visit has come, as Appointment.status or Encounter.status.

https://hl7.org/fhir/R4/valueset-appointmentstatus.html, https://hl7.org/fhir/R4/valueset-encounter-status.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from fhir._elements import Raw, many, one, text_of
from fhir.changes import Change, Edit, append, put
from fhir.errors import ChartDisagrees
from fhir.times import format_instant, parse_instant
from fhir.writers._parts import told

Stage = Literal["arrived", "in-progress", "fulfilled", "noshow"]
Standing = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class VisitStatus:
    """The stage that a visit has come to, and when. `reopened`: a person takes it back to there."""

    stage: Stage
    at: datetime
    appointment_id: str | None = field(default=None, repr=False)
    encounter_id: str | None = field(default=None, repr=False)
    reopened: bool = False


def _words(**stages: str) -> Standing:
    return {stage.replace("_", "-"): frozenset(words.split()) for stage, words in stages.items()}


# An appointment has no stage between arrived and fulfilled.
APPOINTMENT = {"arrived": "arrived", "in-progress": "arrived", "fulfilled": "fulfilled", "noshow": "noshow"}
APPOINTMENT_FROM = _words(
    arrived="booked", in_progress="booked", fulfilled="booked arrived checked-in", noshow="booked"
)
APPOINTMENT_REACHED = _words(arrived="checked-in fulfilled", in_progress="checked-in fulfilled")
APPOINTMENT_BACK = _words(arrived="noshow fulfilled", in_progress="noshow fulfilled")

# An encounter to which nobody came "has ended before it has begun": the standard's words for cancelled.
ENCOUNTER = {
    "arrived": "arrived",
    "in-progress": "in-progress",
    "fulfilled": "finished",
    "noshow": "cancelled",
}
ENCOUNTER_FROM = _words(
    arrived="planned",
    in_progress="planned arrived triaged",
    fulfilled="planned arrived triaged in-progress",
    noshow="planned",
)
ENCOUNTER_REACHED = _words(arrived="triaged in-progress finished", in_progress="finished")
ENCOUNTER_BACK = _words(arrived="cancelled finished", in_progress="cancelled finished")
# An inpatient's stay goes on when a video visit is over.
VISIT_CLASSES = ("VR", "AMB")


def appointment_status(raw: Raw, wanted: VisitStatus) -> Change | None:
    """The appointment's new status; None if the chart says so already, or has gone further.

    Raises ChartDisagrees where the chart's word counts: it is cancelled, say, or somebody else's stage.
    """
    status = _status(raw, wanted, APPOINTMENT_REACHED)
    goal = APPOINTMENT[wanted.stage]
    if status is None or status == goal:
        return None
    if status not in _from(wanted, APPOINTMENT_FROM, APPOINTMENT_BACK):
        raise ChartDisagrees("Appointment.status")
    return Change((Edit("/status", goal),))


def encounter_status(raw: Raw, wanted: VisitStatus) -> Change | None:
    """The encounter's new status, the old one in its history, and its period as far as it was silent.

    None if the chart says so already, or has gone further. Raises ChartDisagrees where its word counts.
    """
    status = _status(raw, wanted, ENCOUNTER_REACHED)
    goal = ENCOUNTER[wanted.stage]
    if status is None or status == goal:
        return None
    if status not in _from(wanted, ENCOUNTER_FROM, ENCOUNTER_BACK):
        raise ChartDisagrees("Encounter.status")
    if text_of(one(raw, "class"), "code") not in VISIT_CLASSES:
        raise ChartDisagrees("Encounter.class")
    history = append(raw, "statusHistory", {"status": status, "period": _until(raw, wanted.at)})
    return Change((Edit("/status", goal), history, *_period(raw, goal, wanted.at)), ("/class/code",))


def _status(raw: Raw, wanted: VisitStatus, reached: Standing) -> str | None:
    """The status as it stands; None where the stage is behind us already."""
    status = text_of(raw, "status")
    if status is None:
        raise ChartDisagrees(f"{text_of(raw, 'resourceType')}.status")
    is_behind = not wanted.reopened and status in reached.get(wanted.stage, ())
    return None if is_behind else status


def _from(wanted: VisitStatus, forth: Standing, back: Standing) -> frozenset[str]:
    return forth[wanted.stage] | (back.get(wanted.stage, frozenset()) if wanted.reopened else frozenset())


def _until(raw: Raw, at: datetime) -> Raw:
    """How long the old status stood: since the last one in the history ended, or the encounter began."""
    ends = [text_of(one(entry, "period"), "end") for entry in many(raw, "statusHistory")]
    since = next((end for end in reversed(ends) if end), text_of(one(raw, "period"), "start"))
    start = parse_instant(since)
    return told(
        [("start", since if start is not None and start <= at else None), ("end", format_instant(at))]
    )


def _period(raw: Raw, goal: str, at: datetime) -> tuple[Edit, ...]:
    """An encounter under way has begun, and a finished one has ended."""
    period = one(raw, "period")
    start = parse_instant(period.get("start"))
    if goal == "in-progress" and "start" not in period:
        return (put(raw, "period", {**period, "start": format_instant(at)}),)
    if goal == "finished" and "end" not in period and (start is None or start <= at):
        return (put(raw, "period", {**period, "end": format_instant(at)}),)
    return ()
