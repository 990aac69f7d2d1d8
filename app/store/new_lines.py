"""Lines of the event stream with everybody who may hear them: asked once for all open pages of a process."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.models import SessionVisit, StaffSession, StreamEvent, Visit
from app.store.sessions import IDLE
from app.store.stream import MOST_AT_ONCE, VisitEvent

# Made once: every ring of the bell runs them.
_LINES = (
    select(
        StreamEvent.n,
        StreamEvent.visit_id,
        StreamEvent.kind,
        StreamEvent.received_ms,
        Visit.site,
        Visit.department,
    )
    .join(Visit, Visit.id == StreamEvent.visit_id)
    .where(StreamEvent.n > bindparam("after"))
    .order_by(StreamEvent.n)
    .limit(MOST_AT_ONCE)
)
_GRANTED = (
    select(SessionVisit.visit_id, StaffSession.browser_hash)
    .join(StaffSession, StaffSession.id == SessionVisit.session_id)
    .where(SessionVisit.visit_id.in_(bindparam("visits", expanding=True)), StaffSession.kind == "launch")
    .where(StaffSession.ended_at.is_(None))
    .where(StaffSession.expires_at > bindparam("now"), StaffSession.seen_at > bindparam("used_since"))
)


@dataclass(frozen=True)
class NewLine:
    """A line, where its visit belongs, and the browsers whose live launches may open the visit."""

    event: VisitEvent
    site: str
    department: str
    browsers: frozenset[str]


def lines_after(tx: Session, after: int, now: datetime) -> tuple[NewLine, ...]:
    """Lines after that number, in order, at most 500, with whoever may hear them."""
    rows = tx.execute(_LINES, {"after": after}).all()
    if not rows:
        return ()
    granted = _granted(tx, {row.visit_id for row in rows}, now)
    return tuple(
        NewLine(VisitEvent(n, visit_id, kind, ms), site, place, frozenset(granted.get(visit_id, ())))
        for n, visit_id, kind, ms, site, place in rows
    )


def _granted(tx: Session, visits: Collection[str], now: datetime) -> Mapping[str, set[str]]:
    asked = {"visits": sorted(visits), "now": now, "used_since": now - IDLE}
    found: dict[str, set[str]] = defaultdict(set)
    for visit_id, browser_hash in tx.execute(_GRANTED, asked):
        found[visit_id].add(browser_hash)
    return found
