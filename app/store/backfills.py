"""How far a back-fill came: one row a site, so that the same command goes on after whatever stopped it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Backfill, Visit
from app.store.upsert import insert_new
from app.visits.states import VisitState
from app.visits.windows import Window


@dataclass(frozen=True)
class Progress:
    """Searches that are over, and what became of the appointments, by reason."""

    done: int
    counts: Mapping[str, int]


def go_on(tx: Session, site: str, first: date, last: date, now: datetime) -> Progress:
    """How far the back-fill of these days came; from the beginning if it ended, or was of other days."""
    insert_new(tx, Backfill, site=site, first=first, last=last, done=0, counts="{}", began_at=now)
    row = tx.get_one(Backfill, site, with_for_update=True, populate_existing=True)
    if (row.first, row.last) != (first, last) or row.ended_at is not None:
        row.first, row.last, row.done, row.counts, row.began_at = first, last, 0, "{}", now
        row.ended_at = None
    row.stepped_at = now
    return Progress(row.done, json.loads(row.counts))


def note_done(tx: Session, site: str, progress: Progress, now: datetime, *, is_over: bool) -> None:
    """So far it came by now."""
    row = tx.get_one(Backfill, site)
    row.done, row.counts, row.stepped_at = progress.done, json.dumps(dict(progress.counts)), now
    row.ended_at = now if is_over else None


@dataclass(frozen=True)
class Course:
    """The last back-fill of a site. `ended_at` is None while it runs, and after it was stopped."""

    first: date
    last: date
    progress: Progress
    began_at: datetime
    stepped_at: datetime | None
    ended_at: datetime | None


def course_of(tx: Session, site: str) -> Course | None:
    """The site's last back-fill; None: there was none."""
    row = tx.get(Backfill, site)
    if row is None:
        return None
    progress = Progress(row.done, json.loads(row.counts))
    return Course(row.first, row.last, progress, row.began_at, row.stepped_at, row.ended_at)


def planned_in(tx: Session, site: str, window: Window) -> tuple[str, ...]:
    """Visits of appointments of the window that nobody has opened."""
    wanted = (
        select(Visit.id)
        .where(Visit.site == site, Visit.appointment_id.is_not(None), Visit.state == VisitState.PLANNED)
        .where(Visit.start >= window.start, Visit.start < window.end)
    )
    return tuple(tx.scalars(wanted.order_by(Visit.id)))
