"""Launch traces: kept, found, and gone after a day, but for the last good one of each EHR."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from app.models import LaunchTrace
from app.traces.exchange import Exchange

LIVES = timedelta(days=1)
# What a failed launch is compared with.
LAST_GOOD_LIVES = timedelta(days=7)
# Anybody can call /launch: more failures than these in a day say nothing new.
MOST_OF_NOBODY = 200
Outcome = Literal["begun", "entered", "failed"]


@dataclass(frozen=True)
class Trace:
    """One launch. `asked` and `granted` are scopes; `exchanges` stand in the order of their beginning."""

    id: str
    at: datetime
    site: str | None
    outcome: str
    code: str | None
    reference: str | None
    asked: str = ""
    granted: str = ""
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)


def begun_trace(tx: Session, state_hash: str) -> Trace | None:
    """The launch that this state belongs to."""
    row = tx.scalar(select(LaunchTrace).where(LaunchTrace.state_hash == state_hash).limit(1))
    return _trace(row) if row else None


def keep_trace(tx: Session, trace: Trace, state_hash: str | None) -> None:
    """Keep or replace."""
    if trace.site is None and _of_nobody(tx) >= MOST_OF_NOBODY:
        return
    story = {
        "asked": trace.asked,
        "granted": trace.granted,
        "exchanges": [one.as_json() for one in trace.exchanges],
    }
    tx.merge(
        LaunchTrace(
            id=trace.id,
            at=trace.at,
            site=trace.site,
            state_hash=state_hash,
            outcome=trace.outcome,
            code=trace.code,
            reference=trace.reference,
            story=json.dumps(story),
        )
    )


def find_trace(tx: Session, trace_id: str) -> Trace | None:
    """By its id."""
    row = tx.get(LaunchTrace, trace_id)
    return _trace(row) if row else None


def trace_of_reference(tx: Session, reference: str) -> Trace | None:
    """By the reference that an error page showed."""
    wanted = select(LaunchTrace).where(LaunchTrace.reference == reference)
    row = tx.scalar(wanted.order_by(LaunchTrace.at.desc()).limit(1))
    return _trace(row) if row else None


def latest_traces(tx: Session, sites: Sequence[str | None], most: int) -> tuple[Trace, ...]:
    """Launches at these EHRs, the newest first; None: of nobody that we know."""
    wanted = select(LaunchTrace).where(or_(*(_of(site) for site in sites)))
    return tuple(map(_trace, tx.scalars(wanted.order_by(LaunchTrace.at.desc()).limit(most))))


def last_good_trace(tx: Session, site: str, before: datetime) -> Trace | None:
    """The latest launch at this EHR that ended in a session, before that time."""
    wanted = select(LaunchTrace).where(
        LaunchTrace.site == site, LaunchTrace.outcome == "entered", LaunchTrace.at < before
    )
    row = tx.scalar(wanted.order_by(LaunchTrace.at.desc()).limit(1))
    return _trace(row) if row else None


def forget_traces(tx: Session, now: datetime) -> None:
    """Traces older than a day go; the last good one of each EHR after a week. `now` is real time."""
    newest = (
        select(func.max(LaunchTrace.at)).where(LaunchTrace.outcome == "entered").group_by(LaunchTrace.site)
    )
    is_last_good = and_(LaunchTrace.outcome == "entered", LaunchTrace.at.in_(newest))
    old = or_(
        and_(LaunchTrace.at < now - LIVES, ~is_last_good),
        LaunchTrace.at < now - LAST_GOOD_LIVES,
    )
    tx.execute(delete(LaunchTrace).where(old).execution_options(synchronize_session=False))


def _of(site: str | None) -> ColumnElement[bool]:
    return LaunchTrace.site.is_(None) if site is None else LaunchTrace.site == site


def _of_nobody(tx: Session) -> int:
    return tx.scalar(select(func.count()).where(LaunchTrace.site.is_(None))) or 0


def _trace(row: LaunchTrace) -> Trace:
    story: Mapping[str, Any] = json.loads(row.story)
    return Trace(
        id=row.id,
        at=row.at,
        site=row.site,
        outcome=row.outcome,
        code=row.code,
        reference=row.reference,
        asked=story["asked"],
        granted=story["granted"],
        exchanges=tuple(Exchange(**one) for one in story["exchanges"]),
    )
