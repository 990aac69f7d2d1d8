"""How far each EHR's appointments have been read: searches that are due, requests spent, what was seen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.models import SyncLeg, SyncPurse, SyncSeen, Visit
from app.store.upsert import insert_new
from app.visits.allowance import Allowance, spent_by
from app.visits.states import UNFINISHED
from app.visits.windows import Band, Window


def legs_of(tx: Session, site: str) -> Mapping[str, SyncLeg]:
    """The site's searches, by name."""
    return {leg.name: leg for leg in tx.scalars(select(SyncLeg).where(SyncLeg.site == site))}


def claim_leg(tx: Session, site: str, name: str, band: Band, now: datetime, until: datetime) -> bool:
    """Take a search that is due, so that no other process takes it before then. Tells whether it was free."""
    if insert_new(tx, SyncLeg, site=site, name=name, band=band, next_at=until, found=0, tried_at=now):
        return True
    # A time that lies too far ahead was written before the clock was set back.
    free = or_(SyncLeg.next_at <= now, SyncLeg.tried_at > now)
    mine = (SyncLeg.site == site, SyncLeg.name == name, free)
    taken = update(SyncLeg).where(*mine).values(next_at=until, tried_at=now).returning(SyncLeg.name)
    return tx.scalar(taken) is not None


def end_leg(
    tx: Session, site: str, name: str, next_at: datetime, *, read_at: datetime | None = None, found: int = 0
) -> None:
    """The search is free again from then on; with `read_at` all of it was read."""
    values: dict[str, object] = {"next_at": next_at}
    if read_at is not None:
        values |= {"read_at": read_at, "found": found, "error_code": None}
    tx.execute(update(SyncLeg).where(SyncLeg.site == site, SyncLeg.name == name).values(**values))


def note_failure(tx: Session, site: str, name: str, next_at: datetime, code: str) -> None:
    """The search failed, and is tried again from then on."""
    mine = (SyncLeg.site == site, SyncLeg.name == name)
    tx.execute(update(SyncLeg).where(*mine).values(next_at=next_at, error_code=code))


def forget_legs(tx: Session, site: str, names: Collection[str]) -> None:
    """Searches that nobody makes any more: days that are past, places that the file no longer names."""
    if names:
        tx.execute(delete(SyncLeg).where(SyncLeg.site == site, SyncLeg.name.in_(names)))


def spend(tx: Session, site: str, band: Band, per_hour: int, now: datetime) -> timedelta | None:
    """Count one request. Otherwise how long to wait: the hour's are spent, or the EHR asked for a pause."""
    _make_purse(tx, site, now)
    purse = _held(tx, site)
    if purse.paused_until is not None and now < purse.paused_until:
        return purse.paused_until - now
    after = spent_by(allowance_in(purse), band, per_hour, now)
    if isinstance(after, timedelta):
        return after
    purse.thousandths, purse.at = int(after.tokens * 1000), after.at
    purse.spent += 1
    return None


def pause(tx: Session, site: str, until: datetime) -> None:
    """The EHR is left alone until then."""
    _make_purse(tx, site, until)
    purse = _held(tx, site)
    purse.paused_until, purse.failures = until, purse.failures + 1


def resume(tx: Session, site: str) -> None:
    """The EHR has answered."""
    mine = (SyncPurse.site == site, SyncPurse.failures > 0)
    tx.execute(update(SyncPurse).where(*mine).values(failures=0, paused_until=None))


def purse_of(tx: Session, site: str) -> SyncPurse | None:
    """What the site may still be asked."""
    return tx.get(SyncPurse, site)


def allowance_in(purse: SyncPurse) -> Allowance | None:
    """What could be asked at once when it was counted last; None: nothing has been asked yet."""
    return Allowance(purse.thousandths / 1000, purse.at) if purse.spent else None


@dataclass(frozen=True)
class LastSeen:
    """What an appointment was at the last reading of ours, and when what is around it was read."""

    fingerprint: str
    read_at: datetime
    around_at: datetime

    def is_still(self, fingerprint: str, since: datetime) -> bool:
        """Whether it is the same now, and what is around it was read since then."""
        return self.fingerprint == fingerprint and self.around_at > since


def seen_before(tx: Session, site: str, ids: Collection[str]) -> Mapping[str, LastSeen]:
    """What these appointments were at the last reading."""
    wanted = select(SyncSeen).where(SyncSeen.site == site, SyncSeen.appointment_id.in_(ids))
    return {
        row.appointment_id: LastSeen(row.fingerprint, row.read_at, row.around_at)
        for row in tx.scalars(wanted)
    }


def note_seen(
    tx: Session, site: str, appointment_id: str, fingerprint: str, read_at: datetime, around_at: datetime
) -> None:
    """An appointment was this at the reading."""
    values = {"fingerprint": fingerprint, "read_at": read_at, "around_at": around_at}
    if not insert_new(tx, SyncSeen, site=site, appointment_id=appointment_id, **values):
        mine = (SyncSeen.site == site, SyncSeen.appointment_id == appointment_id)
        tx.execute(update(SyncSeen).where(*mine, SyncSeen.read_at <= read_at).values(**values))


def read_again(tx: Session, site: str, appointment_id: str, was_read_at: datetime, read_at: datetime) -> bool:
    """The chart said the same again. False, and nothing changes, if somebody else read it meanwhile."""
    mine = (Visit.site == site, Visit.appointment_id == appointment_id, Visit.chart_read_at == was_read_at)
    moved = update(Visit).where(*mine).values(chart_read_at=read_at).returning(Visit.id)
    if tx.scalar(moved) is None:
        return False
    seen = (SyncSeen.site == site, SyncSeen.appointment_id == appointment_id)
    tx.execute(update(SyncSeen).where(*seen).values(read_at=read_at))
    return True


def unfinished_in(
    tx: Session, site: str, window: Window, *, practitioner: str | None = None, department: str | None = None
) -> tuple[str, ...]:
    """Appointments whose unfinished visit starts in the window, in this order of starts."""
    wanted = (
        select(Visit.appointment_id)
        .where(Visit.site == site, Visit.appointment_id.is_not(None), Visit.state.in_(UNFINISHED))
        .where(Visit.start >= window.start, Visit.start < window.end)
        .order_by(Visit.start, Visit.id)
    )
    if practitioner is not None:
        # A visit that was handed over is still the first one's in the chart.
        by_chart = func.coalesce(Visit.handed_from_id, Visit.practitioner_id)
        wanted = wanted.where(by_chart == practitioner)
    if department is not None:
        wanted = wanted.where(Visit.department == department)
    return tuple(found for found in tx.scalars(wanted) if found)


def last_read(tx: Session) -> Mapping[tuple[str, str], tuple[datetime | None, int]]:
    """As of when the whole of each band is known, by site and band, and how many of its searches failed."""
    failed = func.count(SyncLeg.error_code)
    unread = func.count().filter(SyncLeg.read_at.is_(None))
    rows = tx.execute(
        select(SyncLeg.site, SyncLeg.band, func.min(SyncLeg.read_at), failed, unread).group_by(
            SyncLeg.site, SyncLeg.band
        )
    )
    return {(site, band): (None if unread_ else read, bad) for site, band, read, bad, unread_ in rows}


def forget_seen(tx: Session, before: datetime) -> None:
    """Appointments that no search has found for long."""
    tx.execute(delete(SyncSeen).where(SyncSeen.read_at < before))


def _make_purse(tx: Session, site: str, now: datetime) -> None:
    insert_new(tx, SyncPurse, site=site, thousandths=0, at=now, failures=0, spent=0)


def _held(tx: Session, site: str) -> SyncPurse:
    return tx.get_one(SyncPurse, site, with_for_update=True, populate_existing=True)
