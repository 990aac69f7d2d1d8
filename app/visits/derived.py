"""What a poll found, weighed against what was told: told facts outrank derived ones.

A derived fact speaks where nobody else does: it holds from its time until the next told fact of the same
person. So a late event corrects it, and the outcome is a function of the set of facts, whatever their order.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from app.visits.call import STANDS, CallFact, FactKind, in_order
from app.visits.states import Presence

# The one connection under which a poll's word about a person stands in a run.
POLLED = "~polled"
ARRIVES = frozenset({FactKind.WAITING, FactKind.ADMITTED, FactKind.JOINED})
SHOWS_LIFE = ARRIVES | {FactKind.STARTED, FactKind.PUT_BACK}


def weighed(facts: Collection[CallFact]) -> tuple[CallFact, ...]:
    """The facts that count, in no order: all that were told, and of the others what they leave room for."""
    if not any(fact.derived for fact in facts):
        return tuple(facts)
    runs: dict[str, list[CallFact]] = defaultdict(list)
    for fact in facts:
        runs[fact.instance].append(fact)
    return tuple(fact for run in runs.values() for fact in _weighed_run(run))


def _weighed_run(run: list[CallFact]) -> Iterator[CallFact]:
    end = _end_of(run)
    people: dict[str | None, list[CallFact]] = defaultdict(list)
    for fact in run:
        if fact.kind in STANDS:
            if not fact.derived or end is None or _second(fact.at) <= _second(end.at):
                people[fact.person].append(fact)
        elif not fact.derived or fact is end or fact.kind is not FactKind.ENDED:
            yield fact
    for mine in people.values():
        yield from _weighed_person(mine)


def _end_of(run: list[CallFact]) -> CallFact | None:
    """The told end, the last if there are several; else the first derived one that nothing later belies."""
    ends = [fact for fact in run if fact.kind is FactKind.ENDED]
    told = [fact for fact in ends if not fact.derived]
    if told:
        return max(told, key=lambda fact: fact.at)
    last_life = max((fact.at for fact in run if fact.kind in SHOWS_LIFE), default=None)
    credible = [fact for fact in ends if last_life is None or last_life <= fact.at]
    return min(credible, key=lambda fact: fact.at, default=None)


def _weighed_person(facts: list[CallFact]) -> Iterator[CallFact]:
    """One person's facts in one run, with the ends of what a poll overruled."""
    last: dict[str | None, FactKind] = {}
    polled: list[CallFact] = []
    for fact in _credible(facts):
        if not fact.derived:
            # Who is spoken of again is the one whom the poll saw.
            yield from _as_seen(polled, fact.connection)
            polled.clear()
            last.pop(POLLED, None)
            _hand_over(last, fact)
            last[fact.connection] = fact.kind
            yield fact
        elif STANDS[fact.kind] is _place(last):
            yield from _confirmed(fact)
        else:
            gone = [one for one, kind in last.items() if STANDS[kind] is not Presence.LEFT and one != POLLED]
            polled += [replace(fact, kind=FactKind.LEFT, connection=connection) for connection in gone]
            polled.append(replace(fact, connection=POLLED))
            last = {POLLED: fact.kind}
    yield from polled


def _as_seen(polled: list[CallFact], connection: str | None) -> Iterator[CallFact]:
    """What a poll found, as this connection's own; it did not go when another was seen to take its place."""
    for fact in polled:
        if fact.connection == POLLED:
            yield replace(fact, connection=connection)
        elif fact.connection != connection:
            yield fact


def _confirmed(fact: CallFact) -> Iterator[CallFact]:
    """Nothing new of the person; but whoever is in the call shows that it began."""
    yield replace(fact, kind=FactKind.SEEN, connection=POLLED)
    if fact.kind is FactKind.JOINED:
        yield replace(fact, kind=FactKind.STARTED, connection=None, person=None)


def _credible(facts: list[CallFact]) -> Iterator[CallFact]:
    """In order, without what is derived for a second that was told of, and departures that others belie."""
    told_at = {_second(fact.at) for fact in facts if not fact.derived}
    later: list[CallFact] = []
    for fact in sorted(facts, key=in_order, reverse=True):
        if not fact.derived or (_second(fact.at) not in told_at and not _is_belied(fact, later, facts)):
            later.append(fact)
    return reversed(later)


def _is_belied(fact: CallFact, later: list[CallFact], facts: list[CallFact]) -> bool:
    """A departure is, by the next told fact (`later`: the last comes first) of somebody who was still there.

    Unless it is of a connection that nobody had told of, and they were seen to come back with it.
    """
    next_told = next((one for one in reversed(later) if not one.derived), None)
    if STANDS[fact.kind] is not Presence.LEFT or next_told is None or not _was_there(next_told):
        return False
    came_back = any(one.derived and one.kind in ARRIVES and one.at < next_told.at for one in later)
    told_before = {one.connection for one in facts if not one.derived and one.at <= fact.at}
    return not came_back or next_told.connection in told_before


def _was_there(fact: CallFact) -> bool:
    """Whoever leaves or is put back was there a moment before."""
    return fact.kind not in ARRIVES


def _hand_over(last: dict[str | None, FactKind], fact: CallFact) -> None:
    """Whoever was admitted may go on under another connection, see `call`."""
    if fact.kind is FactKind.JOINED:
        for connection in [one for one, kind in last.items() if kind is FactKind.ADMITTED]:
            del last[connection]


def _place(last: dict[str | None, FactKind]) -> Presence | None:
    places = {STANDS[kind] for kind in last.values()}
    return next((one for one in (Presence.IN_CALL, Presence.WAITING, Presence.LEFT) if one in places), None)


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)
