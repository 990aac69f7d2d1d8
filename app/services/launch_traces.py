"""Launch traces: written as launches go by, and read by those who look after EHRs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.crypto import digest
from app.errors.requests import TraceUnknown
from app.errors.session import NotAllowed
from app.ports import Rooms
from app.signin.roles import Grant, may_tend
from app.signin.session_view import SessionView
from app.store.audit import Entry, append, who_is
from app.store.launch_traces import (
    Outcome,
    Trace,
    begun_trace,
    find_trace,
    keep_trace,
    last_good_trace,
    latest_traces,
    trace_of_reference,
)
from app.traces.exchange import Exchange
from app.traces.redaction import CUT
from app.visits.deeds import Deed

LISTED = 50


@dataclass(frozen=True)
class Passage:
    """One request of a launch, as it ended. `state` names the launch, where there is one yet."""

    site: str | None
    state: str | None
    outcome: Outcome
    code: str | None
    reference: str | None
    exchanges: tuple[Exchange, ...]


def note_passage(rooms: Rooms, passage: Passage, at: datetime) -> None:
    """Keep what was exchanged, with what the same launch exchanged before."""
    state_hash = digest(passage.state) if passage.state else None
    with rooms.db.write() as tx:
        before = begun_trace(tx, state_hash) if state_hash else None
        # Of a launch that is over, only a repeated answer can come: it must not hide the first.
        if before is not None and before.outcome != "begun":
            before, state_hash = None, None
        exchanges = (*(before.exchanges if before else ()), *passage.exchanges)
        trace = Trace(
            id=before.id if before else rooms.random.token(),
            at=at,
            site=passage.site or (before.site if before else None),
            outcome=passage.outcome,
            code=passage.code,
            reference=passage.reference,
            asked=_scope(exchange.answer.get("scope") for exchange in exchanges if exchange.way == "in"),
            granted=_scope(exchange.answer.get("scope") for exchange in exchanges if exchange.way == "out"),
            exchanges=exchanges,
        )
        keep_trace(tx, trace, state_hash)


def traces_for(rooms: Rooms, grants: Iterable[Grant]) -> tuple[Trace, ...]:
    """The latest launches at the EHRs that this person looks after."""
    told = tuple(grants)
    mine: list[str | None] = [site.name for site in rooms.sites.all() if may_tend(told, site.name)]
    if may_tend(told, ""):
        mine.append(None)
    with rooms.db.read() as tx:
        return latest_traces(tx, mine, LISTED) if mine else ()


def open_trace(rooms: Rooms, session: SessionView, trace_id: str, *, as_file: bool = False) -> Trace:
    """One of them; who opened it is written down first. Raises TraceUnknown or NotAllowed."""
    with rooms.db.read() as tx:
        trace = _allowed(find_trace(tx, trace_id), session.roles)
    details = {"trace": trace.id, "of": trace.site or "", "as": "file" if as_file else "page"}
    with rooms.db.write() as tx:
        append(tx, [Entry(who_is(session), Deed.TRACE, details=details)], rooms.wall.now())
    return trace


def open_by_reference(rooms: Rooms, grants: Iterable[Grant], reference: str) -> Trace:
    """The one whose failure an error page told under this reference. Raises TraceUnknown or NotAllowed."""
    with rooms.db.read() as tx:
        return _allowed(trace_of_reference(tx, reference.strip().upper()), grants)


def good_one_before(rooms: Rooms, trace: Trace) -> Trace | None:
    """The latest launch of the same EHR that went well."""
    if trace.site is None:
        return None
    with rooms.db.read() as tx:
        return last_good_trace(tx, trace.site, trace.at)


def _allowed(trace: Trace | None, grants: Iterable[Grant]) -> Trace:
    if trace is None:
        raise TraceUnknown
    # One that no EHR is known of is for those who look after all of them.
    if not may_tend(grants, trace.site or ""):
        raise NotAllowed
    return trace


def _scope(found: Iterable[str | None]) -> str:
    return next((one for one in found if one and one != CUT), "")
