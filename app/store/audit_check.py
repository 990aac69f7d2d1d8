"""Whether the audit's chain is whole: every row as it was written, in its place, to the very end."""

import hmac
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.crypto import KEYRING
from app.models import AuditHead, AuditRow
from app.store.audit import HEAD, PURPOSE, listed, spelled, spelled_head


@dataclass(frozen=True)
class Mark:
    """A row's number and hash: the whole chain up to it, in one line that can be kept elsewhere."""

    n: int
    hash: str

    def __str__(self) -> str:
        return f"{self.n}:{self.hash}"


@dataclass(frozen=True)
class Verdict:
    """How far the chain is whole; `broken` and `why` say where it is not."""

    head: Mark
    broken: int | None = None
    why: str = ""


START = Mark(0, "")


def check_chain(tx: Session, kept: Mark | None = None) -> Verdict:
    """The first row that is not as it was written, if any. `kept`: a head that the chain must still hold.

    What is appended meanwhile is not judged, and is no fault.
    """
    head = tx.scalar(select(AuditHead).where(AuditHead.id == HEAD))
    last = START
    for row in listed(tx, None, None):
        if head is not None and row.n > head.n:
            break
        fault = _fault(row, last) or _differs(row, kept)
        if fault:
            return Verdict(last, min(row.n, last.n + 1), fault)
        last = Mark(row.n, row.hash)
    return _judge_end(tx, head, last, kept)


def _fault(row: AuditRow, last: Mark) -> str:
    if row.n != last.n + 1:
        return "it is missing" if row.n > last.n else "its number is not one that we give"
    if row.previous != last.hash:
        return "it does not follow the row before it"
    return "" if _is_ours(row.hash, spelled(row)) else "it is not as it was written"


def _differs(row: AuditRow, kept: Mark | None) -> str:
    changed = kept is not None and row.n == kept.n and row.hash != kept.hash
    return "it is another than when this head was kept" if changed else ""


def _judge_end(tx: Session, head: AuditHead | None, last: Mark, kept: Mark | None) -> Verdict:
    if head is None:
        there = tx.scalar(select(func.count()).select_from(AuditRow))
        if there:
            return Verdict(last, last.n + 1, "the head of the chain is missing")
    elif not _is_ours(head.seal, spelled_head(head)):
        return Verdict(last, last.n + 1, "the head of the chain is not as it was written")
    elif head.n != last.n or head.hash != last.hash:
        return Verdict(last, last.n + 1, "it is missing, and all that came after it")
    elif _rows_beyond(tx):
        return Verdict(last, last.n + 1, "it is beyond the head of the chain")
    if kept is not None and kept.n > last.n:
        return Verdict(last, last.n + 1, "it is missing: the chain was longer when this head was kept")
    return Verdict(last)


def _rows_beyond(tx: Session) -> bool:
    """Asked in one statement, since rows and head grow together."""
    head = select(AuditHead.n).where(AuditHead.id == HEAD).scalar_subquery()
    return tx.scalar(select(AuditRow.n).where(AuditRow.n > head).limit(1)) is not None


def _is_ours(hash_given: str, message: str) -> bool:
    made = KEYRING.macs(PURPOSE, message)
    return any(hmac.compare_digest(hash_given.encode(), one.encode()) for one in made)
