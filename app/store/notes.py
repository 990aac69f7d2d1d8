"""Notes as their authors let them go, and the ways of writing that an EHR turned out not to have."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import OutboxRow, RungRefusal, VisitNote
from app.visits.states import WriteState


def add_note(tx: Session, note: VisitNote) -> None:
    """Keep it."""
    tx.add(note)


def find_note(tx: Session, note_id: str) -> VisitNote | None:
    """The note of this outbox row."""
    return tx.get(VisitNote, note_id)


def last_note(tx: Session, visit_id: str) -> VisitNote | None:
    """The visit's latest note."""
    wanted = select(VisitNote).where(VisitNote.visit_id == visit_id)
    return tx.scalar(wanted.order_by(VisitNote.written_at.desc(), VisitNote.id).limit(1))


def reference_of_note(tx: Session, note_id: str) -> str | None:
    """Where the chart keeps it, such as "DocumentReference/7"; None if it is not there, or not yet."""
    row = tx.get(OutboxRow, note_id)
    return row.receipt if row is not None and row.state == WriteState.WRITTEN else None


def refuse_rung(tx: Session, site: str, rung: str, now: datetime) -> None:
    """This EHR does not have this way, whatever it says of itself."""
    tx.merge(RungRefusal(site=site, rung=rung, at=now))


def refused_rungs(tx: Session, site: str, since: datetime) -> frozenset[str]:
    """The ways that this EHR refused since then."""
    wanted = select(RungRefusal.rung).where(RungRefusal.site == site, RungRefusal.at > since)
    return frozenset(tx.scalars(wanted))
