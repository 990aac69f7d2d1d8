"""When meetings are looked at, what looking has cost today, and what the vendor does not offer."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.models import Meeting, MeetingWatch, NotOffered, PollingSpent, Visit, VisitMeeting
from app.store.upsert import insert_new
from app.store.visits import goes_on
from app.visits.states import MeetingState

WATCHED_FOR = timedelta(days=2)


def meetings_due_for_a_look(
    tx: Session, vendors: Collection[str], now: datetime, limit: int
) -> tuple[str, ...]:
    """Meetings whose time to be looked at has come.

    Those under way, those of visits that are not finished, and those of which nothing was ever told.
    """
    unfinished = (
        select(VisitMeeting.meeting_id)
        .join(Visit, Visit.id == VisitMeeting.visit_id)
        .where(VisitMeeting.active, *goes_on())
    )
    wanted = (
        select(Meeting.id)
        .outerjoin(MeetingWatch, MeetingWatch.meeting_id == Meeting.id)
        .where(Meeting.vendor.in_(vendors), Meeting.room_id.is_not(None))
        .where(Meeting.created_at > now - WATCHED_FOR)
        .where(Meeting.state.in_((MeetingState.LIVE, MeetingState.READY, MeetingState.IDLE)))
        .where(or_(Meeting.state != MeetingState.IDLE, Meeting.id.in_(unfinished)))
        .where(or_(MeetingWatch.meeting_id.is_(None), MeetingWatch.next_at <= now))
        .order_by(func.coalesce(MeetingWatch.next_at, Meeting.created_at))
        .limit(limit)
    )
    return tuple(tx.scalars(wanted))


def meetings_left_in_creating(
    tx: Session, vendors: Collection[str], before: datetime, now: datetime, limit: int
) -> tuple[tuple[str, str], ...]:
    """Meetings (and their visit) in the making since before then, whose time to be looked for has come."""
    wanted = (
        select(Meeting.id, VisitMeeting.visit_id)
        .join(Meeting, Meeting.id == VisitMeeting.meeting_id)
        .outerjoin(MeetingWatch, MeetingWatch.meeting_id == Meeting.id)
        .where(Meeting.vendor.in_(vendors), Meeting.state == MeetingState.CREATING, VisitMeeting.active)
        .where(Meeting.created_at < before)
        .where(or_(MeetingWatch.meeting_id.is_(None), MeetingWatch.next_at <= now))
        .order_by(Meeting.created_at)
        .limit(limit)
    )
    return tuple((meeting_id, visit_id) for meeting_id, visit_id in tx.execute(wanted))


def claim_look(tx: Session, meeting_id: str, now: datetime, until: datetime) -> bool:
    """Take the look that is due, so that no other process takes it before then. Tells whether it was free."""
    if insert_new(tx, MeetingWatch, meeting_id=meeting_id, next_at=until, failures=0):
        return True
    mine = (MeetingWatch.meeting_id == meeting_id, MeetingWatch.next_at <= now)
    taken = update(MeetingWatch).where(*mine).values(next_at=until).returning(MeetingWatch.meeting_id)
    return tx.scalar(taken) is not None


def watch_of(tx: Session, meeting_id: str) -> MeetingWatch | None:
    """What is known of looking at the meeting."""
    return tx.get(MeetingWatch, meeting_id, populate_existing=True)


def known_as_of(tx: Session, visit_ids: Collection[str]) -> Mapping[str, datetime]:
    """As of when the calls of these visits are known, where it is not now."""
    late = func.coalesce(MeetingWatch.answered_at, MeetingWatch.late_since)
    found = tx.execute(
        select(VisitMeeting.visit_id, late)
        .join(MeetingWatch, MeetingWatch.meeting_id == VisitMeeting.meeting_id)
        .where(VisitMeeting.visit_id.in_(visit_ids), VisitMeeting.active)
        .where(MeetingWatch.late_since.is_not(None))
    )
    return dict(found.all())


def spent_on(tx: Session, day: date) -> Mapping[str, int]:
    """Calls that looking has cost on this UTC day, by site."""
    rows = tx.execute(select(PollingSpent.site, PollingSpent.spent).where(PollingSpent.day == day))
    return dict(rows.all())


def spend_call(tx: Session, site: str, day: date, budget: int) -> bool:
    """Count one call. False, counting nothing, if the day has none left."""
    mine = (PollingSpent.site == site, PollingSpent.day == day)
    insert_new(tx, PollingSpent, site=site, day=day, spent=0)
    left = update(PollingSpent).where(*mine, PollingSpent.spent < budget)
    return tx.scalar(left.values(spent=PollingSpent.spent + 1).returning(PollingSpent.spent)) is not None


def note_not_offered(tx: Session, vendor: str, what: str, until: datetime) -> None:
    """The vendor does not offer this to us; it is not asked for before then."""
    if not insert_new(tx, NotOffered, vendor=vendor, what=what, until=until):
        mine = (NotOffered.vendor == vendor, NotOffered.what == what)
        tx.execute(update(NotOffered).where(*mine).values(until=until))


def not_offered(tx: Session, vendor: str, now: datetime) -> frozenset[str]:
    """What the vendor is known not to offer."""
    wanted = select(NotOffered.what).where(NotOffered.vendor == vendor, NotOffered.until > now)
    return frozenset(tx.scalars(wanted))


def last_answer(tx: Session) -> datetime | None:
    """When a look was last answered, at any meeting."""
    return tx.scalar(select(func.max(MeetingWatch.answered_at)))
