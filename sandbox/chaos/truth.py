"""What the simulators know of each visit, and what the product says; both as plain values to compare."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.chaos.plan import Script
from sandbox.walk.pages import Page

AGAIN_AFTER = 15.0  # minutes
SETTLED = {"confirmed", "rejected"}
OURSELVES = "client visitbridge-backend"
AS_DUE = "no more than were due"

Spans = tuple[tuple[str, str], ...]
Meeting = Mapping[str, Any]


@dataclass(frozen=True)
class Account:
    """One visit as somebody knows it."""

    state: str
    presence: Mapping[str, Spans]  # who was in the call, from when to when, UTC to the second
    notes: tuple[tuple[str, str, str, str], ...]  # text, author, patient, in whose name it was written
    appointment: str
    messages: str  # to the care team, that the patient waits
    registrants: int
    writers: tuple[str, ...]  # of whatever was written about it, but its provider and we ourselves
    owed: tuple[str, ...]


KINDS = tuple(field.name for field in fields(Account))


class Chart:
    """What the simulated EHR holds of what apps wrote: the last version of each resource."""

    def __init__(self, written: Iterable[Mapping[str, Any]], appointments: Mapping[str, str]) -> None:
        self._rows = tuple(written)
        self._last = {row["reference"]: row for row in self._rows}
        self.appointments = appointments

    def notes_of(self, script: Script) -> tuple[tuple[str, str, str, str], ...]:
        """The notes that bear this visit's text, whoever they are filed under."""
        return tuple(
            (_text(raw), raw["author"][0]["reference"], raw["subject"]["reference"], row["user"])
            for row in self._of("DocumentReference")
            if _text(raw := row["resource"]) == script.wording
        )

    def messages_of(self, script: Script) -> list[str]:
        """The patients of the messages about this visit's appointment."""
        about = {"reference": f"Appointment/{script.appointment}"}
        raws = [row["resource"] for row in self._of("Communication")]
        return [raw["subject"]["reference"] for raw in raws if about in raw.get("about", ())]

    def strangers_to(self, script: Script) -> tuple[str, ...]:
        """Who else than the visit's provider and our own client wrote of its appointment."""
        about = {"reference": f"Appointment/{script.appointment}"}
        users = {
            row["user"]
            for row in self._rows
            if row["reference"] == about["reference"] or about in row["resource"].get("about", ())
        }
        return tuple(sorted(users - {f"Practitioner/{script.provider}", OURSELVES}))

    def unasked(self, scripts: Iterable[Script]) -> list[str]:
        """Notes that are nobody's."""
        wanted = {script.note for script in scripts if script.note}
        notes = self._of("DocumentReference")
        return [row["reference"] for row in notes if _text(row["resource"]) not in wanted]

    def _of(self, resource_type: str) -> list[Mapping[str, Any]]:
        return [row for row in self._last.values() if row["resource"]["resourceType"] == resource_type]


def expected(script: Script, meeting: Meeting | None) -> Account:
    """The truth: what its people did, and what the simulated Zoom kept of its meeting."""
    provider, patient = f"Practitioner/{script.provider}", f"Patient/{script.patient}"
    return Account(
        state=script.state,
        presence=_kept(meeting),
        notes=((script.note, provider, patient, provider),) if script.note else (),
        appointment=script.chart_status,
        messages=AS_DUE,
        registrants=int("join" in script.steps),
        writers=(),
        owed=(),
    )


def told(script: Script, page: Page, chart: Chart, meeting: Meeting | None, waited: float | None) -> Account:
    """What the visit's page says, what the chart holds, and who was registered. ``waited`` is in minutes."""
    return Account(
        state=page.state,
        presence=_said(page),
        notes=chart.notes_of(script),
        appointment=chart.appointments.get(script.appointment, "none"),
        messages=_as_due(chart.messages_of(script), script, waited),
        registrants=len(meeting["registrants"]) if meeting else 0,
        writers=chart.strangers_to(script),
        owed=tuple(sorted(f"{kind} {state}" for kind, state in page.writes.items() if state not in SETTLED)),
    )


def differences(true: Account, said: Account) -> dict[str, str]:
    """What differs, by the kind of check."""
    return {
        kind: f"true {getattr(true, kind)!r}, told {getattr(said, kind)!r}"
        for kind in KINDS
        if getattr(true, kind) != getattr(said, kind)
    }


def appointments_in(folder: Path) -> Mapping[str, str]:
    """The status of each appointment that the simulated EHR kept, by id."""
    kept: list[Mapping[str, Any]] = json.loads((folder / "ehr.json").read_text())["chart"]
    return {raw["id"]: raw["status"] for raw in kept if raw["resourceType"] == "Appointment"}


def meetings_in(folder: Path) -> Mapping[str, Meeting]:
    """The meetings that the simulated Zoom kept, by number."""
    kept: Mapping[str, Meeting] = json.loads((folder / "zoom.json").read_text())["meetings"]
    return {number: meeting for number, meeting in kept.items() if not meeting["deleted"]}


def _kept(meeting: Meeting | None) -> Mapping[str, Spans]:
    found: dict[str, list[tuple[str, str]]] = {}
    for instance in [*meeting["past"], meeting["instance"]] if meeting else []:
        for person in instance["people"]:
            stays = [one for one in person["stays"] if one["place"] == "in_meeting"]
            spans = found.setdefault("host" if person["is_host"] else "patient", [])
            spans += [(_second(one["since"]), _second(one["until"])) for one in stays]
    return {who: tuple(sorted(spans)) for who, spans in sorted(found.items()) if spans}


def _said(page: Page) -> Mapping[str, Spans]:
    return {
        who: tuple(sorted(zip(times[::2], times[1::2], strict=False)))
        for who, times in sorted(page.times.items())
        if times
    }


def _as_due(subjects: list[str], script: Script, waited: float | None) -> str:
    """None for who never waited; for who did one at the most, and one more for each quarter of an hour.

    None may come, too: where the EHR fails at it, the patient is not waiting any more when it could be told.
    """
    most = 0 if waited is None else 1 + int(waited // AGAIN_AFTER)
    right = len(subjects) <= most and set(subjects) <= {f"Patient/{script.patient}"}
    return AS_DUE if right else f"{subjects} after {waited} min"


def _text(raw: Mapping[str, Any]) -> str:
    return base64.b64decode(raw["content"][0]["attachment"].get("data", "")).decode().strip()


def _second(instant: str | None) -> str:
    """As the pages write it."""
    return f"{datetime.fromisoformat(instant):%Y-%m-%dT%H:%M:%SZ}" if instant else ""
