"""Facts that looking found: kept once, marked as derived."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.models import CallFactRow
from app.store.facts import STRANGER
from app.store.upsert import insert_new
from app.visits.call import CallFact


def keep_derived(tx: Session, meeting_id: str, facts: Iterable[CallFact]) -> bool:
    """Keep the facts of a meeting that is held. Tells whether any was new."""
    new = [_keep(tx, meeting_id, fact) for fact in facts]
    return any(new)


def _keep(tx: Session, meeting_id: str, fact: CallFact) -> bool:
    name = fact.person or ""
    stranger = name.startswith(STRANGER)
    return insert_new(
        tx,
        CallFactRow,
        key="|".join((meeting_id, "polled", fact.kind, fact.at.isoformat(), fact.instance, name)),
        meeting_id=meeting_id,
        kind=fact.kind,
        at=fact.at,
        told_ms=0,
        instance=fact.instance,
        connection=name.removeprefix(STRANGER) if stranger else None,
        person=None if stranger else fact.person,
        derived=True,
    )
