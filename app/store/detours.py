"""Clinics' days at another video service, and which visits have not followed yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from app.models import Detour, Participant, Visit
from app.store.upsert import insert_new
from app.store.visits import goes_on
from app.visits.states import Presence

IN_CALL = (
    select(Participant.id)
    .where(Participant.visit_id == Visit.id, Participant.presence == Presence.IN_CALL)
    .exists()
)


def begin_detour(
    tx: Session,
    site: str,
    vendor: str,
    day: tuple[datetime, datetime],
    now: datetime,
    staff_id: str | None = None,
) -> bool:
    """The visits of this day go there from now on. False if a detour of this site goes on already."""
    over = update(Detour).where(Detour.site == site, Detour.ended_at.is_(None), Detour.ends_at <= now)
    tx.execute(over.values(ended_at=Detour.ends_at))
    began, ends = day
    row = {"site": site, "vendor": vendor, "day_began": began, "began_at": now, "ends_at": ends}
    return insert_new(tx, Detour, **row, ended_at=None, staff_id=staff_id)


def end_detour(tx: Session, site: str, now: datetime) -> bool:
    """The site's visits go back. False if there is no detour."""
    mine = (Detour.site == site, Detour.ended_at.is_(None), Detour.ends_at > now)
    return bool(tx.scalars(update(Detour).where(*mine).values(ended_at=now).returning(Detour.id)).all())


def detours_of_today(tx: Session, now: datetime) -> tuple[Detour, ...]:
    """Those whose day is not over, also if they were ended; the newest last."""
    return tuple(tx.scalars(select(Detour).where(Detour.ends_at > now).order_by(Detour.id)))


def visits_to_follow(tx: Session, detour: Detour, limit: int) -> tuple[str, ...]:
    """Visits that nobody is in at this moment and that are not yet where the detour wants them."""
    return tuple(tx.scalars(select(Visit.id).where(*_left_behind(detour), ~IN_CALL).limit(limit)))


def is_left_behind(tx: Session, detour: Detour, visit_id: str) -> bool:
    """The same, of one visit."""
    wanted = select(Visit.id).where(Visit.id == visit_id, *_left_behind(detour), ~IN_CALL)
    return tx.scalar(wanted) is not None


def visits_of_day(
    tx: Session, site: str, day: tuple[datetime, datetime]
) -> Sequence[tuple[str, str, datetime, str | None, bool]]:
    """The site's unfinished visits of the day: id, code, start, service (None: the usual), is in a call."""
    began, ends = day
    wanted = (
        select(Visit.id, Visit.code, Visit.start, Visit.video, IN_CALL)
        .where(Visit.site == site, Visit.start >= began, Visit.start < ends, *goes_on())
        .order_by(Visit.start, Visit.id)
    )
    return [(one, code, start, video, in_call) for one, code, start, video, in_call in tx.execute(wanted)]


def _left_behind(detour: Detour) -> tuple[ColumnElement[bool], ...]:
    """What somebody moved by itself after the detour began is left where they moved it."""
    of_the_day = (
        Visit.site == detour.site,
        Visit.start >= detour.day_began,
        Visit.start < detour.ends_at,
        *goes_on(),
    )
    if detour.ended_at is None:
        untouched = or_(Visit.video_since.is_(None), Visit.video_since < detour.began_at)
        return (*of_the_day, Visit.video.is_distinct_from(detour.vendor), untouched)
    moved_by_it = Visit.video_since.between(detour.began_at, detour.ended_at)
    return (*of_the_day, Visit.video == detour.vendor, moved_by_it)
