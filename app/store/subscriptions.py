"""Being told of changed appointments: our requests to be told, and what was said so far."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.models import EhrSubscription, SyncHint, SyncLeg
from app.store.upsert import insert_new
from app.visits.windows import Band

WANTED, ASKED, ACTIVE, FAILED = "wanted", "asked", "active", "failed"


def subscription_of(tx: Session, site: str) -> EhrSubscription | None:
    """The site's subscription."""
    return tx.get(EhrSubscription, site)


def find_by_key(tx: Session, site: str, key: str) -> EhrSubscription | None:
    """The subscription of an address, kept from others until the end."""
    wanted = select(EhrSubscription).where(EhrSubscription.site == site, EhrSubscription.key == key)
    return tx.scalar(wanted.with_for_update())


def claim_subscription(tx: Session, site: str, now: datetime, until: datetime) -> bool:
    """Take it, if it is due, so that no other process tends it before then."""
    mine = (EhrSubscription.site == site, EhrSubscription.next_at <= now)
    taken = update(EhrSubscription).where(*mine).values(next_at=until).returning(EhrSubscription.site)
    return tx.scalar(taken) is not None


def begin_first(tx: Session, site: str, key: str, secret: str, now: datetime) -> None:
    """One is wanted, unless there is one."""
    begun = {"key": key, "secret": secret, "state": WANTED, "next_at": now, "events": 0}
    insert_new(tx, EhrSubscription, site=site, **begun)


def begin_subscription(tx: Session, site: str, key: str, secret: str, next_at: datetime) -> EhrSubscription:
    """A fresh one is wanted, in the place of whatever was there; nobody tends it before then."""
    tx.execute(delete(EhrSubscription).where(EhrSubscription.site == site))
    row = EhrSubscription(site=site, key=key, secret=secret, state=WANTED, next_at=next_at, events=0)
    tx.add(row)
    return row


def forget_subscription(tx: Session, site: str) -> None:
    """Nobody wants to be told any more."""
    tx.execute(delete(EhrSubscription).where(EhrSubscription.site == site))
    tx.execute(delete(SyncHint).where(SyncHint.site == site))


def is_healthy(row: EhrSubscription | None, now: datetime, heartbeat: timedelta) -> bool:
    """Whether changes are told: it is active, and was heard of within three beats."""
    return (
        row is not None
        and row.state == ACTIVE
        and row.heard_at is not None
        and now - row.heard_at < 3 * heartbeat
    )


def hint(tx: Session, site: str, appointment_ids: Collection[str], now: datetime) -> None:
    """These appointments are to be read soon."""
    for appointment_id in sorted(appointment_ids):
        if not insert_new(tx, SyncHint, site=site, appointment_id=appointment_id, told_at=now):
            mine = (SyncHint.site == site, SyncHint.appointment_id == appointment_id)
            tx.execute(update(SyncHint).where(*mine).values(told_at=now, taken_until=None))


def take_hints(tx: Session, site: str, now: datetime, until: datetime, limit: int) -> dict[str, datetime]:
    """What is to be read, the oldest first, with when it was told last; nobody else takes it before then."""
    free = (SyncHint.site == site, or_(SyncHint.taken_until.is_(None), SyncHint.taken_until <= now))
    oldest = select(SyncHint.appointment_id).where(*free).order_by(SyncHint.told_at).limit(limit)
    taken = (
        update(SyncHint)
        .where(*free, SyncHint.appointment_id.in_(oldest.scalar_subquery()))
        .values(taken_until=until)
    )
    found = tx.execute(taken.returning(SyncHint.appointment_id, SyncHint.told_at))
    return {row.appointment_id: row.told_at for row in found}


def give_back_hints(tx: Session, site: str, taken: Collection[str]) -> None:
    """They could not be read now."""
    mine = (SyncHint.site == site, SyncHint.appointment_id.in_(taken))
    tx.execute(update(SyncHint).where(*mine).values(taken_until=None))


def drop_hints(tx: Session, site: str, read: dict[str, datetime]) -> None:
    """They were read; one that was told again meanwhile stays."""
    for appointment_id, told_at in read.items():
        mine = (SyncHint.site == site, SyncHint.appointment_id == appointment_id, SyncHint.told_at <= told_at)
        tx.execute(delete(SyncHint).where(*mine))


def read_all_soon(tx: Session, site: str, now: datetime) -> None:
    """Something was not told: what is near and today is searched again at once."""
    near = (SyncLeg.site == site, SyncLeg.band.in_((Band.NEAR, Band.TODAY)))
    tx.execute(update(SyncLeg).where(*near).values(read_at=None, next_at=now))
