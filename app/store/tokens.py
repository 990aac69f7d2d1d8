"""The EHR tokens of launch sessions, sealed: the launch room's TokenVault, and how long they are kept."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, tuple_
from sqlalchemy.orm import Session

from app.models import Staff, StaffSession
from app.models import TokenSet as TokenRow
from app.ports import Clock, Owner
from app.store.database import Database
from app.store.sessions import IDLE
from launch.ports import TokenSet

TOKEN_FIELDS = tuple(field.name for field in fields(TokenSet))


def save_tokens(tx: Session, session_id: str, tokens: TokenSet) -> None:
    """Keep or replace, in a transaction of the caller's. New ones are refused no more."""
    tx.merge(TokenRow(session_id=session_id, **vars(tokens), refused_at=None))


def forget_tokens(
    tx: Session, now: datetime, keep: Collection[Owner], at_most: int | None = None
) -> tuple[TokenSet, ...]:
    """Delete the tokens of sessions that are over; what they were. `now` is real time, as sessions keep.

    Those of the people in `keep`, who still owe their EHR a write, stay while they are good for it.
    """
    useless = or_(TokenRow.refused_at.is_not(None), Staff.active.is_(False))
    owing = tuple_(TokenRow.site, StaffSession.staff_id).in_([tuple(owner) for owner in keep])
    forgotten = (
        select(TokenRow.session_id)
        .join(StaffSession, StaffSession.id == TokenRow.session_id)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(_over(now), or_(useless, ~owing))
        .limit(at_most)
    )
    gone = tx.execute(
        delete(TokenRow)
        .where(TokenRow.session_id.in_(forgotten))
        .returning(*(getattr(TokenRow, name) for name in TOKEN_FIELDS))
        .execution_options(synchronize_session=False)
    )
    return tuple(TokenSet(*row) for row in gone)


def _over(now: datetime) -> ColumnElement[bool]:
    """As `app.store.sessions.is_over`."""
    return or_(
        StaffSession.ended_at.is_not(None),
        StaffSession.expires_at <= now,
        StaffSession.seen_at <= now - IDLE,
        Staff.active.is_(False),
    )


def last_granted(tx: Session, site: str) -> str | None:
    """The scopes that the latest launch from this EHR was granted, while its tokens are kept."""
    newest = (
        select(TokenRow.scope)
        .join(StaffSession, StaffSession.id == TokenRow.session_id)
        .where(TokenRow.site == site)
        .order_by(StaffSession.created_at.desc())
    )
    return tx.scalar(newest.limit(1))


class Vault:
    """Keeps one set of tokens a session."""

    def __init__(self, db: Database, wall: Clock) -> None:
        self._db = db
        self._wall = wall

    def save(self, session_id: str, tokens: TokenSet) -> None:
        """Keep or replace."""
        with self._db.write() as tx:
            save_tokens(tx, session_id, tokens)

    def load(self, session_id: str) -> TokenSet | None:
        """The tokens, or None."""
        with self._db.read() as tx:
            row = tx.get(TokenRow, session_id)
        if row is None:
            return None
        return TokenSet(*(getattr(row, name) for name in TOKEN_FIELDS))

    def sessions_of(self, owner: Owner) -> tuple[str, ...]:
        """The person's sessions at this EHR, over or not, whose tokens may still do; the newest first."""
        mine = (
            select(StaffSession.id)
            .join(TokenRow, TokenRow.session_id == StaffSession.id)
            .join(Staff, Staff.id == StaffSession.staff_id)
            .where(StaffSession.staff_id == owner.staff_id, Staff.active.is_(True))
            .where(StaffSession.site == owner.site, TokenRow.site == owner.site)
            .where(TokenRow.refused_at.is_(None))
            .order_by(StaffSession.created_at.desc(), StaffSession.id)
        )
        with self._db.read() as tx:
            return tuple(tx.scalars(mine))

    def set_aside(self, session_id: str, access_token: str) -> None:
        """The EHR refuses these tokens for good, unless others were saved meanwhile."""
        with self._db.write() as tx:
            row = tx.get(TokenRow, session_id, with_for_update=True)
            if row is not None and row.access_token == access_token:
                row.refused_at = self._wall.now()
