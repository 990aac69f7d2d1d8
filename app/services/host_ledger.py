"""What each host has made of their daily quota, and what is planned against it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app.ports import Rooms
from app.store.coming_visits import meetings_to_make, spent_by_host
from app.store.directory import users_by_key
from app.store.quotas import HOST_DAY


@dataclass(frozen=True)
class HostDay:
    """One host: creates and updates of this UTC day, and visits that still need a meeting then, and next."""

    host: str
    spent: int
    planned: int
    planned_tomorrow: int

    @property
    def left(self) -> int:
        """How many more the vendor takes today."""
        return max(HOST_DAY - self.spent, 0)

    @property
    def is_too_much(self) -> bool:
        """More is planned than the vendor takes."""
        return self.planned > self.left or self.planned_tomorrow > HOST_DAY


def host_ledger(rooms: Rooms, tx: Session) -> tuple[HostDay, ...]:
    """Every host with something spent or planned, those with too much first."""
    now = rooms.clock.now().astimezone(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    day = timedelta(days=1)
    spent = spent_by_host(tx, now.date())
    # What began a while ago and has no meeting may still be started.
    today = meetings_to_make(tx, min(now - timedelta(hours=2), midnight), midnight + day)
    tomorrow = meetings_to_make(tx, midnight + day, midnight + 2 * day)
    names = _names(rooms, tx, {*spent, *today, *tomorrow})
    sums = [_by_name(found, names) for found in (spent, today, tomorrow)]
    hosts = {name for found in sums for name in found}
    rows = [HostDay(host, *(found[host] for found in sums)) for host in hosts]
    return tuple(sorted(rows, key=lambda row: (not row.is_too_much, -row.planned_tomorrow, row.host)))


def _names(rooms: Rooms, tx: Session, keys: set[str]) -> Mapping[str, str]:
    known = users_by_key(tx, rooms.video.vendor, keys)
    return {key: (known[key].email if key in known else key.casefold()) or key for key in keys}


def _by_name(found: Mapping[str, int], names: Mapping[str, str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for key, count in found.items():
        counted[names[key]] += count
    return counted


def tomorrow_of(now: datetime) -> tuple[datetime, datetime]:
    """The day after the one that holds `now`, in its zone."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return midnight + timedelta(days=1), midnight + timedelta(days=2)
