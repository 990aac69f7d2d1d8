"""An open chart: the patient's storyboard, the app in a frame of another site, and what was written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.clinic.places import ZONE
from sandbox.ehr.current import ehr
from sandbox.ehr.elements import first_text
from sandbox.ehr.rescheduling import changed_appointment
from sandbox.ehr.schedule import ScheduleLine
from sandbox.ehr.screens.people import patient_from
from sandbox.ehr.screens.schedule import app_launch_url, chosen_provider
from sandbox.ehr.written import Written

FRONT_DESK: Mapping[str, Mapping[str, object]] = {
    "later": {"move_minutes": 30},
    "cancel": {"status": "cancelled"},
    "book": {"status": "booked"},
    "error": {"status": "entered-in-error"},
}


@dataclass(frozen=True)
class WrittenRow:
    """One write as the tab shows it."""

    n: int
    at: datetime
    interaction: str
    reference: str
    user: str
    text: str
    resource: str


def add_to(pages: Blueprint) -> None:
    """Serve a patient's chart and its parts."""
    pages.add_url_rule("/ehr/charts/<patient_id>", "chart", chart)
    pages.add_url_rule("/ehr/charts/<patient_id>/written", "written", written)
    pages.add_url_rule("/ehr/appointments/<appointment_id>", "front_desk", front_desk, methods=["POST"])


def chart(patient_id: str) -> ResponseReturnValue:
    """One patient's chart, opened from an appointment or without one."""
    held, appointment_id = ehr().patient_chart(patient_id), request.args.get("appointment", "")
    line = next((one for one in held.lines if one.appointment_id == appointment_id), None)
    provider = chosen_provider(otherwise=line.practitioner_id if line else "")
    context = {"patient": patient_id, "practitioner": provider.id}
    if line is not None:
        context["appointment"] = line.appointment_id
    return render_template(
        "screens/chart.html",
        chosen=provider,
        patient=patient_from(held.patient),
        line=line,
        lines=held.lines,
        today=ehr().today,
        context=context,
        launch_url=ehr().launch(app_launch_url(), context),
        rows=_written_about(patient_id, held.lines),
    )


def written(patient_id: str) -> ResponseReturnValue:
    """The list of the tab "What was written", to be put in its place while the chart stays open."""
    rows = _written_about(patient_id, ehr().patient_chart(patient_id).lines)
    return render_template("screens/_written.html", rows=rows)


def front_desk(appointment_id: str) -> ResponseReturnValue:
    """What the front desk does behind the app's back: move, cancel, book again."""
    current = ehr().chart.read("Appointment", appointment_id)
    order = FRONT_DESK.get(request.form.get("do", ""), {})
    ehr().chart.update(changed_appointment(current, order), f'W/"{current["meta"]["versionId"]}"')
    line = ehr().view.line(appointment_id)
    return redirect(
        url_for(
            "screens.chart",
            patient_id=line.patient_id,
            appointment=appointment_id,
            provider=request.form.get("provider") or line.practitioner_id,
        ),
        303,
    )


def _written_about(patient_id: str, lines: list[ScheduleLine]) -> list[WrittenRow]:
    """What apps wrote about a patient, newest first."""
    about = {f"Patient/{patient_id}", *(f"Appointment/{one.appointment_id}" for one in lines)}
    found = [row for row in ehr().written() if row.reference in about or _names(row, about)]
    return [_row(row) for row in reversed(found)]


def _names(row: Written, about: set[str]) -> bool:
    return any(f'"{reference}"' in json.dumps(row.resource) for reference in about)


def _row(row: Written) -> WrittenRow:
    said = ("payload", "contentString"), ("description",), ("status",)
    return WrittenRow(
        n=row.n,
        at=datetime.fromisoformat(row.at).astimezone(ZONE),
        interaction=row.interaction,
        reference=row.reference,
        user=row.user,
        text=next((text for path in said if (text := first_text(row.resource, *path))), ""),
        resource=json.dumps(row.resource, indent=2, ensure_ascii=False),
    )
