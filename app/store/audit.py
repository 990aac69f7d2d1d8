"""The audit: deeds appended to a chain, in the transaction of what was done, and listed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.crypto import KEYRING, digest
from app.models import AuditHead, AuditRow
from app.signin.session_view import SessionView
from app.store.upsert import insert_new
from app.visits.deeds import Deed

PURPOSE = "audit"
HEAD = 1
COMMAND = "command"
TOLD_APART_BY = 16
LISTED_AT_ONCE = 1000


@dataclass(frozen=True)
class Who:
    """Whose deed it is."""

    staff_id: str | None
    session: str | None
    session_kind: str
    site: str | None


THE_COMMAND_LINE = Who(None, None, COMMAND, None)
A_RULE = Who(None, None, "rule", None)


@dataclass(frozen=True)
class Entry:
    """A deed to be written down. `details`: words and ids of ours, nothing of a patient."""

    who: Who
    act: Deed
    visit_id: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


def who_is(session: SessionView) -> Who:
    """The person of this session."""
    return Who(session.staff_id, session_mark(session.id), session.kind, session.site)


def session_mark(session_id: str) -> str:
    """Tells sessions apart; the session cannot be opened by it."""
    return digest(session_id)[:TOLD_APART_BY]


def append(tx: Session, entries: Sequence[Entry], at: datetime) -> None:
    """Write them down, in order, behind all that is there.

    The last act of a transaction but for the lines of the event stream: until its end nobody else appends.
    """
    if not entries:
        return
    head = _hold_head(tx)
    for entry in entries:
        row = _row(entry, at, head)
        tx.add(row)
        head.n, head.hash = row.n, row.hash
    head.seal = KEYRING.macs(PURPOSE, spelled_head(head))[0]


def _hold_head(tx: Session) -> AuditHead:
    held = select(AuditHead).where(AuditHead.id == HEAD).with_for_update()
    head = tx.scalar(held.execution_options(populate_existing=True))
    if head is None:
        insert_new(tx, AuditHead, id=HEAD, n=0, hash="", seal="")
        head = tx.scalars(held.execution_options(populate_existing=True)).one()
    return head


def _row(entry: Entry, at: datetime, head: AuditHead) -> AuditRow:
    row = AuditRow(
        **vars(entry.who),
        n=head.n + 1,
        at=at,
        visit_id=entry.visit_id,
        act=entry.act.value,
        details=json.dumps(dict(entry.details), sort_keys=True),
        previous=head.hash,
    )
    row.hash = KEYRING.macs(PURPOSE, spelled(row))[0]
    return row


def spelled(row: AuditRow) -> str:
    """All that the row says, the hash before it included, in one spelling."""
    said = {name: getattr(row, name) for name in _SAID} | {"at": row.at.isoformat(timespec="microseconds")}
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


_SAID = ("n", "staff_id", "session", "session_kind", "site", "visit_id", "act", "details", "previous")


def spelled_head(head: AuditHead) -> str:
    """What the head says. No row is spelled like it."""
    return f"head:{head.n}:{head.hash}"


def count_rows(tx: Session) -> int:
    """How many there are, as the head has it."""
    return tx.scalar(select(AuditHead.n).where(AuditHead.id == HEAD)) or 0


def was_noted(tx: Session, session_id: str, act: Deed, visit_id: str | None, since: datetime) -> bool:
    """Whether this session did so since then."""
    same = (AuditRow.visit_id == visit_id, AuditRow.session == session_mark(session_id), AuditRow.act == act)
    return tx.scalar(select(AuditRow.n).where(*same, AuditRow.at > since).limit(1)) is not None


def listed(tx: Session, visit_id: str | None, since: datetime | None) -> Iterator[AuditRow]:
    """The rows of this visit, or of all, since then or from the first on."""
    wanted = select(AuditRow).order_by(AuditRow.n).limit(LISTED_AT_ONCE)
    if visit_id is not None:
        wanted = wanted.where(AuditRow.visit_id == visit_id)
    if since is not None:
        wanted = wanted.where(AuditRow.at >= since)
    page = tx.scalars(wanted).all()
    while page:
        yield from page
        last = page[-1].n
        # A chain of years does not fit into memory.
        tx.expunge_all()
        page = tx.scalars(wanted.where(AuditRow.n > last)).all()
