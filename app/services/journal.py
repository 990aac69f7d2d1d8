"""Deliveries on record, for those who look after EHRs: listed, opened, and read again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import structlog

from app.errors.webhooks import DeliveryShredded, DeliveryUnknown
from app.ports import Rooms
from app.services.project_event import project
from app.signin.roles import Grant, may_tend
from app.signin.session_view import SessionView
from app.store.audit import Entry, append, who_is
from app.store.facts import HOST
from app.store.journal import (
    PAGE,
    UNREAD,
    Entered,
    FactTold,
    Search,
    facts_first_told,
    find_delivery,
    list_deliveries,
    unread_again,
)
from app.visits.deeds import Deed

log = structlog.get_logger()


@dataclass(frozen=True)
class JournalPage:
    """Deliveries, the newest first. `before` asks for those behind them, None: there are none."""

    rows: tuple[Entered, ...]
    before: int | None


@dataclass(frozen=True)
class DeliveryShown:
    """One delivery. `body`: nothing in it names a person; None: it was shredded."""

    row: Entered
    body: str | None = field(repr=False)
    facts: tuple[FactTold, ...]


def read_journal(rooms: Rooms, session: SessionView, search: Search) -> JournalPage:
    """A page of what this person looks after."""
    with rooms.db.read() as tx:
        rows = list_deliveries(tx, search, _scope(rooms, session.roles))
    return JournalPage(rows, rows[-1].seq if len(rows) == PAGE else None)


def open_delivery(rooms: Rooms, session: SessionView, seq: int) -> DeliveryShown:
    """One of them; who opened it is written down first. Raises DeliveryUnknown."""
    with rooms.db.read() as tx:
        found = find_delivery(tx, seq, _scope(rooms, session.roles))
        if found is None:
            raise DeliveryUnknown
        row, body = found
        facts = tuple(_without_ids(fact) for fact in facts_first_told(tx, row))
    with rooms.db.write() as tx:
        append(tx, [Entry(who_is(session), Deed.DELIVERY, details={"n": str(seq)})], rooms.wall.now())
    is_whole = row.shredded_at is None
    return DeliveryShown(row, rooms.video_of(row.vendor).masked(body.encode()) if is_whole else None, facts)


def replay(rooms: Rooms, session: SessionView, seq: int) -> str:
    """Read it once more, now. What is known stays as it is. Answers its effect, or `unread`.

    Raises DeliveryUnknown or DeliveryShredded.
    """
    with rooms.db.read() as tx:
        if find_delivery(tx, seq, _scope(rooms, session.roles)) is None:
            raise DeliveryUnknown
    with rooms.db.write() as tx:
        if not unread_again(tx, seq):
            raise DeliveryShredded
    effect = _read(rooms, seq)
    entry = Entry(who_is(session), Deed.REPLAY, details={"n": str(seq), "effect": effect})
    with rooms.db.write() as tx:
        append(tx, [entry], rooms.wall.now())
    return effect


def _read(rooms: Rooms, seq: int) -> str:
    try:
        return project(rooms, seq) or UNREAD
    except Exception as fault:
        # It is unread: who reads what was left comes back to it, and sets it aside in the end.
        log.error("delivery_not_read", error=type(fault).__name__)
        return UNREAD


def _scope(rooms: Rooms, grants: Iterable[Grant]) -> Collection[str] | None:
    """The EHRs of whose visits this person may read; None: all deliveries, whatever they tell of."""
    told, sites = tuple(grants), rooms.sites.all()
    mine = [site.name for site in sites if may_tend(told, site.name)]
    return None if len(mine) == len(sites) else mine


def _without_ids(fact: FactTold) -> FactTold:
    whose = None if fact.whose is None else "host" if fact.whose == HOST else "guest"
    return FactTold(fact.kind, fact.at, whose)
