"""Where everybody of a visit is, worked out anew in the transaction that may have changed it."""

from collections.abc import Collection
from datetime import datetime

from app.models import Participant, Visit
from app.services.ring import Telling
from app.store.facts import HOST, facts_of_visit
from app.store.people import NOT_HERE, patients_side, trace_of
from app.store.trail import note_presence
from app.store.visits import forget_wait, move_visit
from app.visits.call import CallFact, met_at, stretches_of
from app.visits.presence import next_change_at, presence_of
from app.visits.put_back import put_back_at
from app.visits.states import Act, Presence, Role, VisitState, allows

# What open pages show of a person's presence.
SHOWN = {"presence", "presence_since", "presence_source", "put_back_at"}


def refresh_presence(telling: Telling, visit: Visit, facts: Collection[CallFact] | None = None) -> None:
    """Work out presence and, once host and patient met, the visit's state. The visit must be held.

    `facts`: all of its calls, for whoever has read them already.
    """
    if facts is None:
        facts = facts_of_visit(telling.tx, visit.id)
    for person in visit.people:
        if _refresh(person, facts, telling.now):
            telling.tell(visit.id, "presence")
            note_presence(telling.tx, person, telling.now)
    _let_words_end(visit)
    _note_that_they_met(telling, visit, facts)


def name_in_facts(person: Participant) -> str:
    """How facts of calls name this participant."""
    return HOST if person.role == Role.HOST else person.id


def _refresh(person: Participant, facts: Collection[CallFact], now: datetime) -> bool:
    trace, name = trace_of(person), name_in_facts(person)
    fresh = presence_of(trace, facts, name, now)
    after = {
        "presence": fresh.presence,
        "presence_since": fresh.since,
        "presence_source": fresh.source,
        "presence_derived": fresh.derived,
        "was_in_call": bool(stretches_of(facts, name)),
        "put_back_at": put_back_at(facts, name) if fresh.presence is Presence.WAITING else None,
        "look_again_at": next_change_at(trace, now),
    }
    if fresh.presence in NOT_HERE:
        # Whoever comes back is to be told of again.
        after["told_at"] = None
    changed = {column for column, value in after.items() if getattr(person, column) != value}
    for column in changed:
        setattr(person, column, after[column])
    return not changed.isdisjoint(SHOWN)


def _let_words_end(visit: Visit) -> None:
    """Whoever was let in is not told any more how long it takes."""
    if visit.wait_said_at is not None and any(
        person.presence == Presence.IN_CALL for person in patients_side(visit)
    ):
        forget_wait(visit)


def _note_that_they_met(telling: Telling, visit: Visit, facts: Collection[CallFact]) -> None:
    met = _met_at(visit, facts)
    if visit.met_at != met:
        visit.met_at = met
    if visit.met_at is None or not allows(VisitState(visit.state), Act.MEET):
        return
    # A reopened visit is in progress again when they meet again.
    met_again = _met_at(visit, facts, since=visit.opened_at)
    if met_again is not None and move_visit(telling.tx, visit, Act.MEET, met_again):
        telling.tell(visit.id, "state")


def _met_at(visit: Visit, facts: Collection[CallFact], since: datetime | None = None) -> datetime | None:
    """When the host and the patient, or who acts for them, were first in the call together."""
    found = [met_at(facts, HOST, person.id, since=since) for person in patients_side(visit)]
    return min((met for met in found if met is not None), default=None)
