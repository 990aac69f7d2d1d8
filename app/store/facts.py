"""Facts of calls: kept once, read as the domain's values."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.models import CallFactRow, Meeting, VisitMeeting
from app.ports import Told
from app.store.upsert import insert_new
from app.visits.call import CallFact, FactKind

HOST = "host"
STRANGER = "?"
# Made once: every event of a call runs them.
_FACTS = select(
    CallFactRow.kind,
    CallFactRow.at,
    CallFactRow.instance,
    CallFactRow.connection,
    CallFactRow.person,
    CallFactRow.told_ms,
)
_OF_MEETING = _FACTS.where(CallFactRow.meeting_id == bindparam("meeting_id"))
_OF_VISIT = _FACTS.where(
    CallFactRow.meeting_id.in_(
        select(VisitMeeting.meeting_id).where(VisitMeeting.visit_id == bindparam("visit_id"))
    )
)


def keep_fact(tx: Session, meeting_id: str, told: Told, person: str | None, inbox_seq: int | None) -> bool:
    """Keep the fact, whatever number of deliveries tell it. Tells whether it was new."""
    return insert_new(
        tx,
        CallFactRow,
        key="|".join((meeting_id, told.kind, told.at.isoformat(), *_identity(told))),
        meeting_id=meeting_id,
        kind=told.kind,
        at=told.at,
        told_ms=told.told_ms,
        instance=told.instance,
        connection=told.connection,
        person=person,
        guest_id=told.guest_id,
        inbox_seq=inbox_seq,
        derived=False,
    )


def facts_of_meeting(tx: Session, meeting_id: str) -> tuple[CallFact, ...]:
    """All facts of the meeting, in no order."""
    return _facts(tx.execute(_OF_MEETING, {"meeting_id": meeting_id}))


def facts_of_visit(tx: Session, visit_id: str) -> tuple[CallFact, ...]:
    """All facts of all meetings that serve or served the visit, in no order."""
    return _facts(tx.execute(_OF_VISIT, {"visit_id": visit_id}))


def name_guest(tx: Session, meeting_id: str, guest_id: str, participant_id: str) -> bool:
    """Facts of this guest are this participant's, also those told before we knew. Tells if there were any."""
    unnamed = (
        select(CallFactRow.id)
        .where(CallFactRow.meeting_id == meeting_id, CallFactRow.guest_id == guest_id)
        .where(CallFactRow.person.is_(None))
    )
    ids = tx.scalars(unnamed).all()
    if ids:
        tx.execute(update(CallFactRow).where(CallFactRow.id.in_(ids)).values(person=participant_id))
    return bool(ids)


def end_open_runs(tx: Session, meeting: Meeting, open_runs: Iterable[str], at: datetime) -> None:
    """The meeting is no more, so its runs are over by now. Marked as derived."""
    for instance in open_runs:
        insert_new(
            tx,
            CallFactRow,
            key="|".join((meeting.id, "derived", FactKind.ENDED, instance)),
            meeting_id=meeting.id,
            kind=FactKind.ENDED,
            at=at,
            told_ms=0,
            instance=instance,
            derived=True,
        )


def _identity(told: Told) -> tuple[str, str, str]:
    return str(told.told_ms), told.instance, told.connection or ""


def _facts(rows: Iterable[Any]) -> tuple[CallFact, ...]:
    return tuple(
        CallFact(FactKind(kind), at, instance, connection, person or _stranger(connection), told_ms)
        for kind, at, instance, connection, person, told_ms in rows
    )


def _stranger(connection: str | None) -> str | None:
    """Somebody who matches nobody is known by their connection alone."""
    return f"{STRANGER}{connection}" if connection else None
