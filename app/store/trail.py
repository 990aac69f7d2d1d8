"""Moments of visits, and when pages of the clinic were open."""

from datetime import datetime

from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from app.models import (
    CallFactRow,
    InboxRow,
    Listening,
    Meeting,
    Participant,
    SessionVisit,
    Staff,
    StaffSession,
    StreamEvent,
    Visit,
    VisitMeeting,
    VisitMoment,
)
from app.models.staff import StaffRole
from app.signin.roles import MAY
from app.store.upsert import insert_new

PRESENCE, TOLD = "presence", "told"
MOST = 500
_SEEING = [role for role, levels in MAY.items() if "see" in levels]


def note_presence(tx: Session, person: Participant, known_at: datetime) -> None:
    """Where the person is has changed, or who says so."""
    tx.execute(
        insert(VisitMoment).values(
            visit_id=person.visit_id,
            participant_id=person.id,
            kind=PRESENCE,
            at=person.presence_since or known_at,
            known_at=known_at,
            presence=person.presence,
            source=person.presence_source,
        )
    )


def note_told(tx: Session, person: Participant, staff_id: str | None, at: datetime) -> None:
    """A page of this member of staff showed that the person is here."""
    moment = {"visit_id": person.visit_id, "participant_id": person.id, "kind": TOLD}
    tx.execute(insert(VisitMoment).values(**moment, at=at, known_at=at, staff_id=staff_id))


def moments_of(tx: Session, visit_id: str) -> tuple[VisitMoment, ...]:
    """In the order in which they were known, the last five hundred."""
    wanted = select(VisitMoment).where(VisitMoment.visit_id == visit_id)
    rows = tx.scalars(wanted.order_by(VisitMoment.id.desc()).limit(MOST)).all()
    return tuple(reversed(rows))


def lines_of(tx: Session, visit_id: str) -> tuple[StreamEvent, ...]:
    """What open pages were told, of the last day."""
    wanted = select(StreamEvent).where(StreamEvent.visit_id == visit_id)
    return tuple(reversed(tx.scalars(wanted.order_by(StreamEvent.n.desc()).limit(MOST)).all()))


def deliveries_of(tx: Session, visit_id: str) -> tuple[InboxRow, ...]:
    """Deliveries that tell of its meetings, the last five hundred; their bodies stay sealed.

    Of a meeting that serves other visits too, only those that told something of this one, or of the call.
    """
    meetings = select(VisitMeeting.meeting_id).where(VisitMeeting.visit_id == visit_id)
    people = select(Participant.id).where(Participant.visit_id == visit_id)
    sharing = exists().where(VisitMeeting.meeting_id == Meeting.id, VisitMeeting.visit_id != visit_id)
    of_ours = exists().where(
        CallFactRow.meeting_id == Meeting.id,
        CallFactRow.inbox_seq == InboxRow.seq,
        or_(CallFactRow.person.in_(people), CallFactRow.connection.is_(None)),
    )
    wanted = (
        select(*_COVER)
        .join(Meeting, (Meeting.vendor == InboxRow.vendor) & (Meeting.room_id == InboxRow.told_room))
        .where(Meeting.id.in_(meetings), or_(~sharing, of_ours))
    )
    rows = tx.execute(wanted.order_by(InboxRow.seq.desc()).limit(MOST)).all()
    return tuple(InboxRow(**row._mapping) for row in reversed(rows))


_COVER = (
    InboxRow.seq,
    InboxRow.event,
    InboxRow.effect,
    InboxRow.received_at,
    InboxRow.told_ms,
    InboxRow.projected_at,
    InboxRow.attempts,
)


def heard_until(tx: Session, browser_hash: str) -> datetime | None:
    """When a page of this browser was last noted."""
    return tx.scalar(select(func.max(Listening.until)).where(Listening.browser_hash == browser_hash))


def extend_listening(tx: Session, browser_hash: str, now: datetime, since: datetime) -> None:
    """A page is open now: one that was noted since then is the same, else it was opened now."""
    same = (Listening.browser_hash == browser_hash, Listening.until >= since, Listening.until <= now)
    longer = update(Listening).where(*same).values(until=now).returning(Listening.began_at)
    if not tx.scalars(longer, execution_options={"synchronize_session": False}).all():
        insert_new(tx, Listening, browser_hash=browser_hash, began_at=now, until=now)


def open_pages(tx: Session, visit: Visit, since: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """From when to when a page was open, since then, of anybody who may see the visit."""
    granted = exists().where(
        SessionVisit.visit_id == visit.id,
        SessionVisit.session_id == StaffSession.id,
        StaffSession.browser_hash == Listening.browser_hash,
        StaffSession.created_at <= Listening.until,
    )
    by_role = exists().where(
        StaffSession.browser_hash == Listening.browser_hash,
        StaffSession.kind == "local",
        Staff.id == StaffSession.staff_id,
        StaffRole.staff_id == Staff.id,
        StaffRole.role.in_(_SEEING),
        StaffRole.site.in_(("", visit.site)),
        StaffRole.department.in_(("", visit.department)),
    )
    wanted = select(Listening.began_at, Listening.until).where(Listening.until >= since)
    found = tx.execute(wanted.where(or_(granted, by_role)).order_by(Listening.began_at).limit(MOST))
    return tuple((began, until) for began, until in found)


def forget_listening(tx: Session, before: datetime) -> None:
    """Pages that were last noted before then."""
    tx.execute(delete(Listening).where(Listening.until < before))
