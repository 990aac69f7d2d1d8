"""Who listens by a browser's open pages: asked at every beat of every page, so in one small question."""

from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.models import Staff, StaffRole, StaffSession
from app.signin import roles
from app.signin.roles import Grant
from app.store.sessions import IDLE
from app.store.stream import Audience

# Made once: thousands of pages ask it every fifteen seconds.
_LIVE = (
    select(StaffSession.id, StaffSession.kind, StaffRole.role, StaffRole.site, StaffRole.department)
    .join(Staff, Staff.id == StaffSession.staff_id)
    # Rights of a launch are the visits that it may open.
    .outerjoin(StaffRole, and_(StaffRole.staff_id == Staff.id, StaffSession.kind == "local"))
    .where(StaffSession.browser_hash == bindparam("browser"), StaffSession.ended_at.is_(None))
    .where(StaffSession.expires_at > bindparam("now"), StaffSession.seen_at > bindparam("used_since"))
    .where(Staff.active)
)


def audience_of(tx: Session, browser_hash: str, now: datetime) -> Audience | None:
    """What the browser's live sessions may hear; None if none lives."""
    asked = {"browser": browser_hash, "now": now, "used_since": now - IDLE}
    rows = tx.execute(_LIVE, asked).all()
    if not rows:
        return None
    launches = frozenset(row.id for row in rows if row.kind == "launch")
    held = (row for row in rows if row.role is not None)
    grants = frozenset(Grant(roles.StaffRole(row.role), row.site, row.department) for row in held)
    return Audience(launches, grants)
