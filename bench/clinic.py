"""Visits that have been started and wait for people: written straight into the tables."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.crypto import digest, new_token
from app.models import GuestPass, InboxRow, Meeting, Participant, Visit, VisitMeeting
from app.store.database import Database
from app.visits.codes import make_code, make_reference
from app.visits.states import MeetingState, PassState, Role, VisitState
from bench.deployment import SITE
from bench.instant_zoom import HOST, HOST_ID


@dataclass(frozen=True)
class OpenVisit:
    """A visit in `open` whose meeting exists. The patient is registered there if `guest_id` is set."""

    id: str
    patient_id: str
    token: str
    meeting_id: str
    room_id: str
    guest_id: str | None


def open_visits(database: Database, count: int, *, joined: bool = False) -> list[OpenVisit]:
    """So many visits more; with `joined` each patient is registered at Zoom already."""
    made, now = [_visit(joined) for _ in range(count)], datetime.now(UTC)
    _write(database, _rows(made, now))
    return made


def planned_visits(database: Database, count: int) -> list[OpenVisit]:
    """So many visits more that nobody has started. The meetings that they name do not exist."""
    made, now = [_visit(joined=False) for _ in range(count)], datetime.now(UTC)
    rows = _rows(made, now)
    planned = [{**row, "state": VisitState.PLANNED, "opened_at": None} for row in rows[Visit]]
    _write(database, {Visit: planned, Participant: rows[Participant]})
    return made


def _write(database: Database, rows_of: dict[Any, list[dict[str, Any]]]) -> None:
    with database.write() as tx:
        for table, rows in rows_of.items():
            if rows:
                tx.execute(insert(table), rows)


def unread_deliveries(database: Database) -> int:
    """How many kept deliveries nobody has read yet."""
    with database.read() as tx:
        return _count_unread(tx)


def _count_unread(tx: Session) -> int:
    wanted = select(func.count()).select_from(InboxRow).where(InboxRow.projected_at.is_(None))
    return tx.scalar(wanted) or 0


def _visit(joined: bool) -> OpenVisit:
    room_id = str(secrets.randbelow(9 * 10**10) + 10**10)
    guest_id = new_token() if joined else None
    return OpenVisit(new_token(), new_token(), new_token(), new_token(), room_id, guest_id)


def _rows(made: list[OpenVisit], now: datetime) -> dict[Any, list[dict[str, Any]]]:
    return {
        Visit: [_visit_row(one, now) for one in made],
        Participant: [row for one in made for row in _people(one)],
        Meeting: [_meeting_row(one, now) for one in made],
        VisitMeeting: [{"visit_id": one.id, "meeting_id": one.meeting_id, "active": True} for one in made],
        GuestPass: [_pass_row(one, now) for one in made if one.guest_id],
    }


def _visit_row(one: OpenVisit, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "site": SITE,
        "appointment_id": f"appointment-{one.id}",
        "patient_id": f"patient-{one.id}",
        "practitioner_id": "practitioner-1",
        "practitioner_name": "Amara Osei",
        "department_name": "Harbor Clinic",
        "service": "Follow-up",
        "code": make_code(secrets.choice),
        "state": VisitState.OPEN,
        "start": now,
        "minutes": 30,
        "time_zone": "America/New_York",
        "patient_name": "Rosa Diaz",
        "patient_birth_date": "1961-04-02",
        "patient_mrn": "MRN-00417",
        "chart_status": "booked",
        "chart_read_at": now,
        "host_key": HOST,
        "created_at": now,
        "opened_at": now,
    }


def _people(one: OpenVisit) -> list[dict[str, Any]]:
    patient = {
        "id": one.patient_id,
        "visit_id": one.id,
        "position": 0,
        "role": Role.PATIENT,
        "name": "Rosa Diaz",
        "email": "rosa.diaz@mail.example",
        "language": "es",
        "token_hash": digest(one.token),
        "token": one.token,
    }
    host = {"id": new_token(), "visit_id": one.id, "position": 1, "role": Role.HOST, "name": "Amara Osei"}
    # One statement for all: each row names the same columns.
    return [patient, {**dict.fromkeys(patient), **host}]


def _meeting_row(one: OpenVisit, now: datetime) -> dict[str, Any]:
    return {
        "id": one.meeting_id,
        "vendor": "zoom",
        "reference": f"{make_reference(secrets.choice)}{one.room_id}",
        "state": MeetingState.READY,
        "host_key": HOST,
        "host_id": HOST_ID,
        "host_email": HOST,
        "room_id": one.room_id,
        "created_at": now,
        "ready_at": now,
    }


def _pass_row(one: OpenVisit, now: datetime) -> dict[str, Any]:
    return {
        "id": new_token(),
        "participant_id": one.patient_id,
        "meeting_id": one.meeting_id,
        "address": f"{one.patient_id}@visits.invalid",
        "state": PassState.READY,
        "guest_id": one.guest_id,
        "link": f"http://localhost:1/w/{one.room_id}",
        "created_at": now,
    }
