"""Notes of calls: kept once, read as the domain's values."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import CallFactRow, CallNoteRow, VisitMeeting
from app.store.upsert import insert_new_rows
from app.visits.notes import CallNote, NoteKind

_NOTES = select(
    CallNoteRow.kind,
    CallNoteRow.at,
    CallNoteRow.told_ms,
    CallNoteRow.instance,
    CallNoteRow.connection,
    CallNoteRow.person,
    CallNoteRow.detail,
)


def keep_notes(tx: Session, rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Keep the notes by their keys. Answers the keys of those that were new."""
    first = {row["key"]: row for row in reversed(rows)}
    in_order = [first[key] for key in sorted(first)]
    return frozenset(key for (key,) in insert_new_rows(tx, CallNoteRow, ("key",), in_order))


def notes_of_meeting(tx: Session, meeting_id: str) -> tuple[CallNote, ...]:
    """All notes of the meeting, in no order."""
    return _notes(tx.execute(_NOTES.where(CallNoteRow.meeting_id == meeting_id)))


def notes_of_visit(tx: Session, visit_id: str) -> tuple[CallNote, ...]:
    """All notes of all meetings that serve or served the visit, in no order."""
    meetings = select(VisitMeeting.meeting_id).where(VisitMeeting.visit_id == visit_id)
    return _notes(tx.execute(_NOTES.where(CallNoteRow.meeting_id.in_(meetings))))


def name_bound_phones(tx: Session, meeting_ids: Collection[str]) -> frozenset[str]:
    """A phone that was bound to somebody is theirs in all facts. Answers in which meetings that was news."""
    bound = select(CallNoteRow).where(
        CallNoteRow.meeting_id.in_(meeting_ids), CallNoteRow.kind == NoteKind.BOUND
    )
    changed = set()
    for note in tx.scalars(bound.order_by(CallNoteRow.id)):
        person = note.person or _person_at(tx, note.meeting_id, note.detail)
        if person is not None and note.connection is not None:
            unnamed = (
                update(CallFactRow)
                .where(CallFactRow.meeting_id == note.meeting_id, CallFactRow.connection == note.connection)
                .where(CallFactRow.person.is_(None))
                .values(person=person)
                .returning(CallFactRow.id)
            )
            if tx.scalars(unnamed, execution_options={"synchronize_session": False}).all():
                changed.add(note.meeting_id)
    return frozenset(changed)


def _person_at(tx: Session, meeting_id: str, connection: str) -> str | None:
    """Whose connection it is, by any fact of it."""
    same = (CallFactRow.meeting_id == meeting_id, CallFactRow.connection == connection)
    return tx.scalar(select(CallFactRow.person).where(*same, CallFactRow.person.is_not(None)).limit(1))


def _notes(rows: Iterable[Any]) -> tuple[CallNote, ...]:
    return tuple(CallNote(NoteKind(kind), *rest) for kind, *rest in rows)
