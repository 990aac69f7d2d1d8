"""Another EHR than ours, with manners of its own: a note is there once, or somebody is told."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.models import OutboxRow
from app.services import write_chart
from app.services.chart_writes import writes_to_look_at
from app.services.decide_write import give_up_write, retry_write, settle_by_hand
from app.services.deliver_outbox import deliver, due_rows, inherit_rows
from app.services.finish_visit import finish_visit
from app.services.visit_note import NoteDraft
from app.visits.states import WriteState
from app.visits.writes import LOOKS_FOR_RECEIPT, WAITS
from tests.app.fake_ehr import FakeEhr
from tests.app.rough_ehr import Manner, open_rough_ehr

pytestmark = pytest.mark.wire
DROPPED = Manner(says=None)
REFUSED = Manner(503, stores=False, headers={"Retry-After": "120"})


@pytest.fixture
def rough(world, rooms, clock):
    """The EHR of a visit that was just finished with a note."""
    with open_rough_ehr(clock.now) as found:
        object.__setattr__(rooms, "ehr", FakeEhr(found.chart, system=None, user="user/DocumentReference.crs"))
        world.start()
        finish_visit(rooms, world.session, world.visit_id, end_for_all=False, note=NoteDraft("All is well."))
        yield found


def the_note(rooms):
    with rooms.db.read() as tx:
        return tx.scalars(select(OutboxRow).where(OutboxRow.kind == "chart_note")).one()


def deliver_for(rooms, clock, length):
    """Whatever becomes due meanwhile is delivered when it does."""
    until = clock.instant + length
    while clock.instant <= until:
        for row_id in due_rows(rooms):
            deliver(rooms, row_id)
        clock.instant = min(next_time(rooms, clock.instant), until + timedelta(seconds=1))


def next_time(rooms, now):
    """When something is due again; a second later at the earliest."""
    row = the_note(rooms)
    at = row.due_at if row.state == "pending" else row.look_at
    return max(at or datetime.max.replace(tzinfo=UTC), now + timedelta(seconds=1))


def ends(rooms, rough):
    return the_note(rooms).state, len(rough.of("DocumentReference"))


@pytest.mark.parametrize(
    "manner",
    [
        DROPPED,
        Manner(),
        Manner(body=b"<html>Thank you</html>"),
        Manner(200, body=b"<html>Thank you</html>"),
        Manner(headers={"Location": "/fhir/{place}"}),
        Manner(headers={"Location": "{url}/fhir/{place}/_history/1"}),
        Manner(headers={"Location": "DocumentReference/another"}),
        Manner(headers={"Location": "http://[nowhere/{place}"}),
        Manner(204),
        Manner(202),
        Manner(500),
        Manner(503),
        Manner(409),
        Manner(412),
    ],
    ids=lambda manner: f"{manner.says} {manner.headers.get('Location', '')} {manner.body.decode()}".strip(),
)
@pytest.mark.parametrize("lag", [0, 45])
def test_a_note_that_is_stored_is_stored_once_whatever_is_answered(rough, rooms, clock, manner, lag):
    rough.manners, rough.lag = [manner, Manner()], timedelta(seconds=lag)

    deliver_for(rooms, clock, timedelta(minutes=20))

    assert ends(rooms, rough) == ("written", 1)
    assert the_note(rooms).confirmed_at is not None


def test_what_was_told_to_be_there_is_read_where_the_search_lags_behind(rough, rooms, clock):
    rough.manners, rough.lag = [Manner(headers={"Location": "/fhir/{place}"})], timedelta(hours=1)

    deliver_for(rooms, clock, timedelta(hours=2))

    assert ends(rooms, rough) == ("written", 1)
    assert the_note(rooms).confirmed_at is not None


def test_an_ehr_that_drops_our_identifiers_is_not_given_a_second_note(rough, rooms, clock):
    """Whether it is ours cannot be told: neither is it said to be in the chart."""
    rough.manners, rough.keeps_identifiers = [Manner(headers={"Location": "/fhir/{place}"})], False

    deliver_for(rooms, clock, timedelta(hours=1))

    assert ends(rooms, rough) == ("written", 1)
    assert the_note(rooms).confirmed_at is None


@pytest.mark.parametrize("status", [429, 503])
def test_nothing_is_sent_before_the_ehr_wants_it(rough, rooms, clock, status):
    rough.manners = [Manner(status, stores=False, headers={"Retry-After": "600"}), Manner()]

    deliver_for(rooms, clock, timedelta(seconds=599))
    assert (rough.creates, rough.looks) == (1, 0)

    deliver_for(rooms, clock, timedelta(minutes=10))
    assert ends(rooms, rough) == ("written", 1)


def test_nor_is_it_looked_for_before_the_ehr_wants_that(rough, rooms, clock):
    rough.manners = [DROPPED]
    rough.read_faults = [Manner(429, headers={"Retry-After": "3600"})]

    deliver_for(rooms, clock, timedelta(minutes=59))
    assert (the_note(rooms).state, rough.looks) == ("unknown", 0)

    deliver_for(rooms, clock, timedelta(minutes=11))
    assert ends(rooms, rough) == ("written", 1)


def test_an_ehr_that_can_be_read_and_not_written_for_two_hours_gets_the_note_then(rough, rooms, clock):
    rough.manners = [Manner(503, stores=False)]
    deliver_for(rooms, clock, timedelta(hours=2))
    assert the_note(rooms).state in ("pending", "unknown")

    rough.manners = [Manner()]
    deliver_for(rooms, clock, timedelta(hours=3))
    assert ends(rooms, rough) == ("written", 1)


def test_what_could_never_be_written_says_why(rough, rooms, clock):
    rough.manners = [Manner(500, stores=False)]

    deliver_for(rooms, clock, timedelta(hours=10))

    assert (the_note(rooms).state, the_note(rooms).error_code) == ("given_up", "VB-1329")
    assert rough.creates == len(WAITS) + 1


def test_a_database_that_fails_during_a_look_sends_nothing_again(rough, rooms, clock, monkeypatch):
    rough.manners = [DROPPED]
    for row_id in due_rows(rooms):
        deliver(rooms, row_id)
    assert ends(rooms, rough) == ("unknown", 1)

    def failing(*_asked):
        raise OperationalError("SELECT", {}, Exception("locked"))

    with monkeypatch.context() as patch:
        patch.setattr(write_chart, "errand_of", failing)
        deliver_for(rooms, clock, LOOKS_FOR_RECEIPT[0])
        assert the_note(rooms).state == "unknown"
    deliver_for(rooms, clock, timedelta(minutes=9))

    assert (rough.creates, ends(rooms, rough)) == (1, ("written", 1))


def test_what_was_given_up_not_knowing_is_looked_for_before_it_is_sent_again(rough, rooms, world, clock):
    rough.manners, rough.lag = [DROPPED], timedelta(hours=1)
    deliver_for(rooms, clock, timedelta(seconds=5))
    give_up_write(rooms, world.session, the_note(rooms).id, "I shall ask the EHR team.")

    clock.instant += timedelta(hours=1)
    retry_write(rooms, world.session, the_note(rooms).id)
    deliver_for(rooms, clock, timedelta(minutes=5))

    assert (rough.creates, ends(rooms, rough)) == (1, ("written", 1))


def test_what_was_given_up_not_knowing_and_is_not_there_is_sent_again(rough, rooms, world, clock):
    rough.manners = [Manner(says=None, stores=False), Manner()]
    deliver_for(rooms, clock, timedelta(seconds=5))
    give_up_write(rooms, world.session, the_note(rooms).id, "I shall ask the EHR team.")

    retry_write(rooms, world.session, the_note(rooms).id)
    deliver_for(rooms, clock, timedelta(minutes=5))

    assert (rough.creates, ends(rooms, rough)) == (2, ("written", 1))


def test_what_was_given_up_and_tried_again_in_vain_is_listed_again(rough, rooms, world, clock):
    rough.manners = [Manner(429, stores=False)]
    deliver_for(rooms, clock, timedelta(seconds=2))
    give_up_write(rooms, world.session, the_note(rooms).id, "I shall ask the EHR team.")
    assert writes_to_look_at(rooms, world.session) == ()

    retry_write(rooms, world.session, the_note(rooms).id)
    deliver_for(rooms, clock, timedelta(hours=10))

    (owed,) = writes_to_look_at(rooms, world.session)
    assert (owed.write.state, owed.write.reason) == (WriteState.GIVEN_UP, None)


class Killed(BaseException):
    """What no handler catches."""


@dataclass
class Mortal:
    """The database of a process that is killed at the n-th begin or end of a transaction."""

    db: Any
    left: int

    def __getattr__(self, name):
        return getattr(self.db, name)

    @contextmanager
    def write(self):
        self._step()
        with self.db.write() as tx:
            yield tx
            self._step()
        self._step()

    @contextmanager
    def read(self):
        self._step()
        with self.db.read() as tx:
            yield tx
        self._step()

    def _step(self):
        self.left -= 1
        if self.left == 0:
            raise Killed


@pytest.mark.parametrize("manner", [Manner(), DROPPED, Manner(503, stores=False)], ids=["201", "cut", "503"])
@pytest.mark.parametrize("first", [0, 3], ids=["sending", "looking"])
def test_a_process_killed_between_any_two_transactions_leaves_one_note(rough, rooms, clock, manner, first):
    """Each step in turn: the note goes on from there, and the next process begins at the next step."""
    rough.manners, died, db = [manner, Manner(headers={"Location": "/fhir/{place}"})], 0, rooms.db
    row_id, step = the_note(rooms).id, 0
    if first:
        deliver(rooms, row_id)
    while the_note(rooms).confirmed_at is None:
        step, died = step + 1, died + _killed_at(rooms, clock, row_id, step)
        object.__setattr__(rooms, "db", db)
        inherit_rows(rooms)
        clock.instant += timedelta(seconds=40)

    assert ends(rooms, rough) == ("written", 1)
    assert died > 2


def _killed_at(rooms, clock, row_id, step):
    object.__setattr__(rooms, "db", Mortal(rooms.db, step))
    try:
        deliver(rooms, row_id)
    except Killed:
        return 1
    return 0


def test_where_nothing_can_be_looked_for_a_person_is_asked_again_what_they_gave_up(
    rough, rooms, world, clock
):
    rough.manners = [DROPPED]
    object.__setattr__(rooms, "ehr", FakeEhr(rough.chart, system=None, user="user/DocumentReference.c"))
    deliver_for(rooms, clock, timedelta(seconds=5))
    give_up_write(rooms, world.session, the_note(rooms).id, "I shall ask the EHR team.")

    retry_write(rooms, world.session, the_note(rooms).id)
    deliver_for(rooms, clock, timedelta(minutes=5))

    (owed,) = writes_to_look_at(rooms, world.session)
    assert (owed.write.state, owed.write.must_decide, rough.creates) == (WriteState.UNKNOWN, True, 1)
    settle_by_hand(rooms, world.session, owed.write.id, is_there=True)
    assert ends(rooms, rough) == ("written", 1)
