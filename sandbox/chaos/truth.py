"""What the simulators know of each visit, and what the product says; both as plain values to compare."""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.chaos.plan import Script
from sandbox.clinic.places import ZONE
from sandbox.walk.pages import Page

SPAN = re.compile(r"(\d\d:\d\d)–(\d\d:\d\d)")
WHO = {"Provider": "host", "Patient": "patient"}

Spans = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Account:
    """One visit as somebody knows it."""

    state: str
    presence: Mapping[str, Spans]
    notes: tuple[tuple[str, str, str], ...]  # text, author, patient
    appointment: str


def expected(script: Script, meeting: Mapping[str, Any] | None) -> Account:
    """The truth: what its people did, and what the simulated Zoom kept of its meeting."""
    mine = (f"Practitioner/{script.provider}", f"Patient/{script.patient}")
    notes = ((script.note, *mine),) if script.note else ()
    status = {"finished": "fulfilled", "no_show": "noshow"}.get(script.state, "booked")
    return Account(script.state, _kept(meeting), notes, status)


def told(page: Page, written: list[dict[str, Any]], script: Script, appointment: str) -> Account:
    """What the visit's page says and what the chart holds."""
    return Account(
        page.state, _said(page.data_fields.get("note-text", "")), _notes(written, script), appointment
    )


def differences(true: Account, said: Account) -> dict[str, str]:
    """What differs, by the kind of check."""
    return {
        kind: f"true {getattr(true, kind)!r}, told {getattr(said, kind)!r}"
        for kind in KINDS
        if getattr(true, kind) != getattr(said, kind)
    }


KINDS = ("state", "presence", "notes", "appointment")


def meetings_in(folder: Path) -> Mapping[str, Any]:
    """The meetings that the simulated Zoom kept, by number."""
    kept: Mapping[str, Any] = json.loads((folder / "zoom.json").read_text())["meetings"]
    return kept


def notes_of(script: Script, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The notes in the chart as they stand that bear this visit's text, whoever they are filed under."""
    last = {row["reference"]: row["resource"] for row in rows}
    notes = [raw for raw in last.values() if raw["resourceType"] == "DocumentReference"]
    return [raw for raw in notes if _text(raw) == f"Chaos note of visit {script.number}."]


def strays(scripts: Iterable[Script], rows: list[dict[str, Any]]) -> int:
    """How many notes stand in the chart that nobody asked for."""
    wanted = {script.note for script in scripts if script.note}
    last = {row["reference"]: row["resource"] for row in rows}
    notes = [raw for raw in last.values() if raw["resourceType"] == "DocumentReference"]
    return sum(_text(raw) not in wanted for raw in notes)


def _kept(meeting: Mapping[str, Any] | None) -> Mapping[str, Spans]:
    found: dict[str, list[tuple[str, str]]] = {}
    for instance in [*meeting["past"], meeting["instance"]] if meeting else []:
        for person in instance["people"]:
            stays = [one for one in person["stays"] if one["place"] == "in_meeting"]
            spans = found.setdefault("host" if person["is_host"] else "patient", [])
            spans += [(_clock(one["since"]), _clock(one["until"])) for one in stays]
    return {who: tuple(sorted(spans)) for who, spans in sorted(found.items()) if spans}


def _said(text: str) -> Mapping[str, Spans]:
    found = {}
    for line in text.splitlines():
        who = WHO.get(line.split(" ")[0])
        if who and "in the call" in line and SPAN.search(line):
            found[who] = tuple(sorted(SPAN.findall(line)))
    return dict(sorted(found.items()))


def _notes(rows: list[dict[str, Any]], script: Script) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (_text(raw), raw["author"][0]["reference"], raw["subject"]["reference"])
        for raw in notes_of(script, rows)
    )


def _text(raw: Mapping[str, Any]) -> str:
    return base64.b64decode(raw["content"][0]["attachment"].get("data", "")).decode().strip()


def _clock(instant: str | None) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(ZONE):%H:%M}" if instant else ""
