"""Facts of calls: kept once, read as the domain's values."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.models import CallFactRow, Meeting, VisitMeeting
from app.ports import Told
from app.store.upsert import insert_new, insert_new_rows
from app.visits.call import CallFact, FactKind
from app.visits.derived import weighed

HOST = "host"
STRANGER = "?"
# Made once: every event of a call runs them.
_FACTS = select(
    CallFactRow.kind,
    CallFactRow.at,
    CallFactRow.instance,
    CallFactRow.connection,
    CallFactRow.person,
    CallFactRow.told_ms,
    CallFactRow.derived,
)
_OF_MEETING = _FACTS.where(CallFactRow.meeting_id == bindparam("meeting_id"))
_OF_MEETINGS = _FACTS.add_columns(CallFactRow.meeting_id).where(
    CallFactRow.meeting_id.in_(bindparam("meeting_ids", expanding=True))
)
_OF_VISITS = (
    _FACTS.add_columns(VisitMeeting.visit_id)
    .join(VisitMeeting, VisitMeeting.meeting_id == CallFactRow.meeting_id)
    .where(VisitMeeting.visit_id.in_(bindparam("visit_ids", expanding=True)))
)
_OF_VISIT = _FACTS.where(
    CallFactRow.meeting_id.in_(
        select(VisitMeeting.meeting_id).where(VisitMeeting.visit_id == bindparam("visit_id"))
    )
)


@dataclass(frozen=True)
class FactToKeep:
    """A fact as a delivery told it. `person`: whose it is, None where nobody of ours matches."""

    meeting_id: str
    told: Told
    person: str | None
    inbox_seq: int

    @cached_property
    def key(self) -> str:
        """The same for whatever number of deliveries that tell the fact."""
        told = self.told
        identity = (str(told.told_ms), told.instance, told.connection or "")
        return "|".join((self.meeting_id, told.kind, told.at.isoformat(), *identity))


def keep_facts(tx: Session, facts: Iterable[FactToKeep]) -> frozenset[str]:
    """Keep the facts, whatever number of deliveries tell them. Answers the keys of those that were new."""
    first_told: dict[str, FactToKeep] = {}
    for fact in facts:
        first_told.setdefault(fact.key, fact)
    rows = [_row(key, fact) for key, fact in first_told.items()]
    return frozenset(key for (key,) in insert_new_rows(tx, CallFactRow, ("key",), rows))


def facts_of_meeting(tx: Session, meeting_id: str) -> tuple[CallFact, ...]:
    """All facts of the meeting, in no order."""
    return _facts(tx.execute(_OF_MEETING, {"meeting_id": meeting_id}))


def facts_of_meetings(tx: Session, meeting_ids: Collection[str]) -> Mapping[str, tuple[CallFact, ...]]:
    """As `facts_of_meeting`, of many meetings at once. A meeting without facts is left out."""
    return _by_last_column(tx.execute(_OF_MEETINGS, {"meeting_ids": sorted(meeting_ids)}))


def facts_of_visits(tx: Session, visit_ids: Collection[str]) -> Mapping[str, tuple[CallFact, ...]]:
    """As `facts_of_visit`, of many visits at once. A visit without facts is left out."""
    return _by_last_column(tx.execute(_OF_VISITS, {"visit_ids": sorted(visit_ids)}))


def facts_of_visit(tx: Session, visit_id: str) -> tuple[CallFact, ...]:
    """All facts of all meetings that serve or served the visit, in no order."""
    return _facts(tx.execute(_OF_VISIT, {"visit_id": visit_id}))


def name_guest(tx: Session, meeting_id: str, guest_id: str, participant_id: str) -> bool:
    """Facts of this guest are this participant's, also those told before we knew. Tells if there were any."""
    unnamed = (
        select(CallFactRow.id)
        .where(CallFactRow.meeting_id == meeting_id, CallFactRow.guest_id == guest_id)
        .where(CallFactRow.person.is_(None))
    )
    ids = tx.scalars(unnamed).all()
    if ids:
        tx.execute(update(CallFactRow).where(CallFactRow.id.in_(ids)).values(person=participant_id))
    return bool(ids)


def end_open_runs(tx: Session, meeting: Meeting, open_runs: Iterable[str], at: datetime) -> None:
    """The meeting is no more, so its runs are over by now. Marked as derived."""
    for instance in open_runs:
        insert_new(
            tx,
            CallFactRow,
            key="|".join((meeting.id, "derived", FactKind.ENDED, instance)),
            meeting_id=meeting.id,
            kind=FactKind.ENDED,
            at=at,
            told_ms=0,
            instance=instance,
            derived=True,
        )


def _row(key: str, fact: FactToKeep) -> dict[str, Any]:
    told = fact.told
    return {
        "key": key,
        "meeting_id": fact.meeting_id,
        "kind": told.kind,
        "at": told.at,
        "told_ms": told.told_ms,
        "instance": told.instance,
        "connection": told.connection,
        "person": fact.person,
        "guest_id": told.guest_id,
        "inbox_seq": fact.inbox_seq,
        "derived": False,
    }


def _by_last_column(rows: Iterable[Any]) -> Mapping[str, tuple[CallFact, ...]]:
    grouped: dict[str, list[Any]] = defaultdict(list)
    for *fact, whose in rows:
        grouped[whose].append(fact)
    return {whose: _facts(facts) for whose, facts in grouped.items()}


def _facts(rows: Iterable[Any]) -> tuple[CallFact, ...]:
    return weighed(
        [
            CallFact(FactKind(kind), at, instance, connection, person or _stranger(connection), ms, derived)
            for kind, at, instance, connection, person, ms, derived in rows
        ]
    )


def _stranger(connection: str | None) -> str | None:
    """Somebody who matches nobody is known by their connection alone."""
    return f"{STRANGER}{connection}" if connection else None
