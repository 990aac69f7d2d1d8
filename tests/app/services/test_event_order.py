"""Whatever the order in which a visit's nine events arrive, and how often: it ends in the same state.

So it does with what polls found in between. The expectation comes from a model of its own, written over what
the events and the polls say and nothing of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models import CallFactRow, Meeting, MeetingInstance
from app.services.join_visit import join_visit
from app.services.read_inbox import read_inbox
from app.services.refresh_meeting import refresh_meeting
from app.services.ring import telling
from app.services.see_appointment import see_appointment
from app.store.derived_facts import keep_derived
from app.store.meetings import hold_meetings_in_rooms
from app.visits.call import CallFact, FactKind, meeting_state_of, met_at
from app.visits.derived import weighed
from app.visits.presence import PageTrace, presence_of

# Seconds after the host came, the event, who.
NINE = (
    (0, "started", None),
    (0, "participant_joined", "host"),
    (20, "participant_joined_waiting_room", "patient"),
    (30, "participant_admitted", "patient"),
    (31, "participant_joined", "patient"),
    (60, "participant_put_in_waiting_room", "patient"),
    (90, "participant_left", "patient"),
    (120, "participant_left", "host"),
    (121, "ended", None),
)
# What polls saw of the same call: never at the second at which it happened.
EIGHT_SEEN = (
    (12, "started", None),
    (13, "participant_joined", "host"),
    (25, "participant_joined_waiting_room", "patient"),
    (40, "participant_joined", "patient"),
    (70, "participant_joined_waiting_room", "patient"),
    (100, "participant_left", "patient"),
    (123, "participant_left", "host"),
    (124, "ended", None),
)
STANDS = {
    "participant_joined_waiting_room": "waiting",
    "participant_put_in_waiting_room": "waiting",
    "participant_admitted": "in_call",
    "participant_joined": "in_call",
    "participant_left": "left",
}


BEGIN = datetime(2026, 11, 1, 5, 59, tzinfo=UTC)  # an hour that New York has twice
KINDS = {
    "started": FactKind.STARTED,
    "ended": FactKind.ENDED,
    "participant_joined": FactKind.JOINED,
    "participant_joined_waiting_room": FactKind.WAITING,
    "participant_admitted": FactKind.ADMITTED,
    "participant_put_in_waiting_room": FactKind.PUT_BACK,
    "participant_left": FactKind.LEFT,
}
FACTS = [
    CallFact(KINDS[name], BEGIN + timedelta(seconds=at), "run", who and f"{who}-1", who)
    for at, name, who in NINE
]

SEEN = [
    CallFact(KINDS[name], BEGIN + timedelta(seconds=at), "run", None, who, derived=True)
    for at, name, who in EIGHT_SEEN
]


@dataclass(frozen=True)
class Outcome:
    """What somebody sees in the end."""

    patient: str
    patient_since: int | None
    host: str
    host_since: int | None
    state: str
    meeting: str
    met: int | None


def model(told: frozenset[int], seen: frozenset[int] = frozenset()) -> Outcome:
    """By the clock on the wall: the last thing said of somebody holds, and the end empties the room.

    Whoever was told to end the call knows best when that was, so nothing is seen after it.
    """
    ends = [at for at, name, _ in [NINE[index] for index in told] if name == "ended"]
    events = sorted([NINE[index] for index in told] + [EIGHT_SEEN[index] for index in seen])
    events = [one for one in events if not ends or one[0] <= ends[0]]
    ended = next((at for at, name, _ in events if name == "ended"), None)
    stands, since = {"patient": "on_the_way", "host": "invited"}, {"patient": None, "host": None}
    inside: dict[str, list[list[int | None]]] = {"patient": [], "host": []}
    for at, name, who in events:
        if who is None:
            continue
        stand = STANDS[name]
        if stand != stands[who]:
            since[who] = at
            if stand == "in_call":
                inside[who].append([at, None])
            elif stands[who] == "in_call":
                inside[who][-1][1] = at
        stands[who] = stand
    if ended is not None:
        for who in stands:
            if stands[who] in ("in_call", "waiting"):
                if stands[who] == "in_call":
                    inside[who][-1][1] = ended
                stands[who], since[who] = "left", ended
    met = _met(inside["host"], inside["patient"])
    live = any(name in ("started", "participant_joined") for _, name, _ in events)
    meeting = ("idle" if ended is not None else "live") if live else "ready"
    state = "open" if met is None else "in_progress"
    return Outcome(stands["patient"], since["patient"], stands["host"], since["host"], state, meeting, met)


def _met(ones, others) -> int | None:
    far = 10**9
    times = [
        max(one[0], other[0])
        for one in ones
        for other in others
        if max(one[0], other[0]) < min(one[1] or far, other[1] or far)
    ]
    return min(times, default=None)


@pytest.fixture
def fresh_visit(rooms, seen, appointment, session, clock):
    """A started visit whose patient clicked Join; a new one at each call."""
    from tests.app.services.conftest import World

    numbers = iter(range(10_000))

    def make():
        reading = seen(appointment=appointment(id=f"order-{next(numbers)}"))
        site = rooms.sites.by_name("sandbox")
        world = World(rooms, session, see_appointment(rooms, site, reading, session_id=None))
        world.start()
        join_visit(rooms, world.token)
        return world

    return make


def outcome_of(world, begin) -> Outcome:
    visit, seconds = world.visit, lambda instant: instant and int((instant - begin).total_seconds())
    with world.rooms.db.read() as tx:
        meeting = tx.scalar(select(Meeting.state).where(Meeting.room_id == world.room_id))
    return Outcome(
        world.patient.presence,
        seconds(world.patient.presence_since) if world.patient.presence != "on_the_way" else None,
        world.host.presence,
        seconds(world.host.presence_since),
        visit.state,
        meeting,
        seconds(visit.met_at),
    )


def _seconds(instant) -> int | None:
    return instant and int((instant - BEGIN).total_seconds())


def deliver(world, begin, order: Sequence[int], together: int = 1) -> None:
    """`together`: how many of them are kept before they are read."""
    for copy, index in enumerate(order):
        at, name, who = NINE[index]
        # A repeat comes in other bytes, so that the inbox cannot know it: the projector has to.
        body = world.event(name, begin + timedelta(seconds=at), who=who) + b" " * order[:copy].count(index)
        assert world.send(body) == 204
        if copy % together == together - 1:
            read_inbox(world.rooms)
    read_inbox(world.rooms)


def look(world, begin, index: int) -> None:
    """A poll found this."""
    at, name, who = EIGHT_SEEN[index]
    person = world.patient.id if who == "patient" else who
    fact = CallFact(KINDS[name], begin + timedelta(seconds=at), "uuid-1", None, person, derived=True)
    with telling(world.rooms) as told:
        meeting = hold_meetings_in_rooms(told.tx, "zoom", [world.room_id])[world.room_id]
        if keep_derived(told.tx, meeting.id, [fact]):
            refresh_meeting(told, meeting)


def outcome_by_the_rules(facts: Sequence[CallFact]) -> Outcome:
    page = PageTrace(join_clicked_at=BEGIN - timedelta(seconds=5))
    later = BEGIN + timedelta(seconds=200)

    patient = presence_of(page, facts, "patient", later)
    host = presence_of(PageTrace(), facts, "host", later)
    met = met_at(facts, "host", "patient")

    return Outcome(
        patient.presence,
        _seconds(patient.since) if patient.presence != "on_the_way" else None,
        host.presence,
        _seconds(host.since),
        "in_progress" if met else "open",
        meeting_state_of(facts),
        _seconds(met),
    )


SUBSETS = st.sets(st.integers(0, 8), min_size=1)


@st.composite
def arrivals(draw):
    """Which of the nine ever came, in an order, with repeats."""
    came = sorted(draw(SUBSETS))
    repeats = draw(st.lists(st.sampled_from(came), max_size=4))
    return draw(st.permutations([*came, *repeats]))


def test_any_order_with_any_repeats_ends_in_the_state_of_the_model(fresh_visit, clock, rooms):
    @given(arrivals(), st.sampled_from((1, 2, 3, 5, 13)))
    @settings(max_examples=200 if rooms.db.is_sqlite else 30, deadline=None)
    def check(order, together):
        world, begin = fresh_visit(), clock.now() + timedelta(seconds=5)

        deliver(world, begin, order, together)

        assert outcome_of(world, begin) == model(frozenset(order))

    check()


@st.composite
def arrivals_with_looks(draw):
    """The same, with what polls found among them."""
    order, seen = draw(arrivals()), draw(st.lists(st.integers(0, 7), max_size=8))
    return draw(st.permutations([*(("told", one) for one in order), *(("seen", one) for one in seen)]))


def both(order) -> tuple[frozenset[int], frozenset[int]]:
    told, seen = (frozenset(one for how, one in order if how == wanted) for wanted in ("told", "seen"))
    return told, seen


def test_looks_among_the_events_leave_the_outcome_to_the_set_of_both(fresh_visit, clock, rooms):
    @given(arrivals_with_looks())
    @settings(max_examples=60 if rooms.db.is_sqlite else 15, deadline=None)
    def check(order):
        world, begin = fresh_visit(), clock.now() + timedelta(seconds=5)

        for copy, (how, index) in enumerate(order):
            if how == "seen":
                look(world, begin, index)
            else:
                at, name, who = NINE[index]
                body = world.event(name, begin + timedelta(seconds=at), who=who)
                world.deliver(body + b" " * order[:copy].count((how, index)))

        assert outcome_of(world, begin) == model(*both(order))

    check()


@given(arrivals_with_looks())
@settings(max_examples=3000, deadline=None)
def test_the_rules_alone_say_the_same_of_thousands_with_looks(order):
    facts = weighed([(FACTS if how == "told" else SEEN)[index] for how, index in order])

    assert outcome_by_the_rules(facts) == model(*both(order))


@given(st.frozensets(st.integers(0, 7)))
def test_once_all_nine_were_told_looks_change_nothing(seen):
    facts = weighed([*FACTS, *(SEEN[index] for index in seen)])

    assert outcome_by_the_rules(facts) == model(frozenset(range(9)))


@given(arrivals())
@settings(max_examples=3000, deadline=None)
def test_the_rules_alone_say_the_same_of_thousands(order):
    facts = [FACTS[index] for index in order]

    assert outcome_by_the_rules(facts) == model(frozenset(order))


def test_the_model_says_what_happened():
    assert model(frozenset(range(9))) == Outcome("left", 90, "left", 120, "in_progress", "idle", 30)
    assert model(frozenset({0, 2})) == Outcome("waiting", 20, "invited", None, "open", "live", None)


def test_the_calls_of_many_visits_are_read_in_one_go(fresh_visit, clock, rooms):
    worlds, begin = [fresh_visit() for _ in range(5)], clock.now() + timedelta(seconds=5)
    for at, name, who in NINE:
        for world in worlds:
            world.send(world.event(name, begin + timedelta(seconds=at), who=who, uuid=f"of-{world.visit_id}"))

    assert read_inbox(rooms) == 45

    assert {outcome_of(world, begin) for world in worlds} == {model(frozenset(range(9)))}


def test_all_nine_backwards_and_doubled_leave_nine_facts(fresh_visit, clock, rooms):
    world, begin = fresh_visit(), clock.now() + timedelta(seconds=5)

    deliver(world, begin, [*reversed(range(9)), *range(9)])

    assert outcome_of(world, begin) == model(frozenset(range(9)))
    with rooms.db.read() as tx:
        assert len(tx.scalars(select(CallFactRow.id)).all()) == 9
        assert len(tx.scalars(select(MeetingInstance.uuid)).all()) == 1
