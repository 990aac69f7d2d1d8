"""Launches on their way, found by the hash of their `state`: the launch room's StateStore."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.crypto import digest
from app.models import LaunchState
from app.ports import Clock
from app.store.database import Database
from launch.errors import StateExpired, StateOfAnotherBrowser, StateUnknown, StateUsed
from launch.ports import PendingLaunch

# Used and expired states are kept for a while, so that a second click is told what it is.
FORGOTTEN_AFTER = timedelta(days=1)


class LaunchBook:
    """Keeps each launch sealed; gives it once, to the browser in which it began."""

    def __init__(self, db: Database, wall: Clock) -> None:
        self._db = db
        self._wall = wall

    def put(self, pending: PendingLaunch) -> None:
        """Keep it until it expires."""
        row = LaunchState(
            state_hash=digest(pending.state),
            site=pending.site,
            browser_hash=pending.browser,
            pending=_as_json(pending),
            created_at=pending.created_at,
            expires_at=pending.expires_at,
        )
        with self._db.write() as tx:
            forget_launches(tx, self._wall.now())
            tx.add(row)

    def take(self, state: str, browser: str) -> PendingLaunch:
        """Give it once.

        Raises StateUnknown, StateUsed, StateExpired or StateOfAnotherBrowser; the last leaves it untaken.
        """
        now = self._wall.now()
        with self._db.write() as tx:
            row = tx.get(LaunchState, digest(state))
            if row is None:
                raise StateUnknown
            if row.browser_hash != browser:
                raise StateOfAnotherBrowser
            if row.used_at is not None:
                raise StateUsed
            if now >= row.expires_at:
                raise StateExpired
            mine = update(LaunchState).where(
                LaunchState.state_hash == row.state_hash, LaunchState.used_at.is_(None)
            )
            if not tx.execute(mine.values(used_at=now).returning(LaunchState.state_hash)).first():
                raise StateUsed
            return _from_json(row.pending)

    def peek(self, state: str) -> PendingLaunch | None:
        """The launch, whoever asks, without taking it: only to say where it came from."""
        with self._db.read() as tx:
            kept = tx.scalar(select(LaunchState.pending).where(LaunchState.state_hash == digest(state)))
        return _from_json(kept) if kept else None


def forget_launches(tx: Session, now: datetime) -> None:
    """Launches that expired a day ago go. `now` is real time."""
    tx.execute(delete(LaunchState).where(LaunchState.expires_at < now - FORGOTTEN_AFTER))


def _as_json(pending: PendingLaunch) -> str:
    return json.dumps(asdict(pending), default=datetime.isoformat)


def _from_json(kept: str) -> PendingLaunch:
    told = json.loads(kept)
    for name in ("created_at", "expires_at"):
        told[name] = datetime.fromisoformat(told[name])
    return PendingLaunch(**{**told, "scopes": tuple(told["scopes"])})
