"""The audit's chain: whatever is changed, taken out, put in or cut off is found."""

import threading

import pytest
from sqlalchemy import text

from app.crypto import KEYRING
from app.store.audit import THE_COMMAND_LINE, Entry, append, listed
from app.store.audit_check import Mark, check_chain
from app.visits.deeds import Deed

KEY = "a key for tests that is long enough to be one"
ANOTHER = "another key that is long enough to be one"
CHANGE = "UPDATE audit SET … WHERE n = 2"
COPY = """
INSERT INTO audit (n, at, staff_id, session, session_kind, site, visit_id, act, details, previous, hash)
SELECT …, at, staff_id, session, session_kind, site, visit_id, act, details, ?, hash FROM audit WHERE n = 2
"""


@pytest.fixture
def note(database, clock):
    """Write down so many deeds, a transaction each."""

    def write(count: int = 1, visit_id: str = "v-1") -> None:
        for _ in range(count):
            with database.write() as tx:
                append(tx, [Entry(THE_COMMAND_LINE, Deed.SEEN, visit_id)], clock.now())

    return write


@pytest.fixture
def verdict(database):
    def check(kept: Mark | None = None):
        with database.read() as tx:
            return check_chain(tx, kept)

    return check


@pytest.fixture
def tamper(database):
    """What somebody does who can write to the database, and has no key."""

    def run(*statements: str) -> None:
        with database.write() as tx:
            for statement in statements:
                tx.execute(text(statement))

    return run


def test_an_empty_chain_is_whole(verdict):
    assert verdict() == verdict(Mark(0, ""))
    assert verdict().broken is None


def test_what_was_written_down_is_whole_and_numbered_without_a_gap(note, verdict, database):
    note(3)

    with database.read() as tx:
        numbers = [row.n for row in listed(tx, None, None)]

    assert numbers == [1, 2, 3]
    assert (verdict().broken, verdict().head.n) == (None, 3)


@pytest.mark.parametrize(
    "change",
    [
        "visit_id = 'v-2'",
        "visit_id = NULL",
        "act = 'finish'",
        "staff_id = 'somebody else'",
        "session = 'another'",
        "session_kind = 'local'",
        "site = 'elsewhere'",
        'details = \'{"channel": "sms"}\'',
        "at = '2020-01-01 00:00:00+00:00'",
        "previous = 'another'",
        "hash = 'another'",
    ],
)
def test_a_changed_row_is_found(note, verdict, tamper, change):
    note(4)

    tamper(CHANGE.replace("…", change))

    assert verdict().broken == 2


def test_a_deleted_row_is_found(note, verdict, tamper):
    note(4)

    tamper("DELETE FROM audit WHERE n = 2")

    assert (verdict().broken, verdict().why) == (2, "it is missing")


def test_a_deleted_row_is_found_when_those_after_it_move_up(note, verdict, tamper):
    note(4)

    tamper(
        "DELETE FROM audit WHERE n = 2",
        "UPDATE audit SET n = 2, previous = (SELECT hash FROM audit WHERE n = 1) WHERE n = 3",
        "UPDATE audit SET n = 3 WHERE n = 4",
    )

    assert verdict().broken == 2


def test_a_row_put_in_between_is_found(note, verdict, tamper):
    note(3)

    tamper(
        "UPDATE audit SET n = 4 WHERE n = 3",
        COPY.replace("…", "3").replace("?", "previous"),
    )

    assert verdict().broken == 3


def test_a_row_before_the_first_is_found(note, verdict, tamper):
    note(2)
    tamper(COPY.replace("…", "0").replace("?", "previous"))

    assert verdict().broken == 0


def test_a_row_behind_the_last_is_found(note, verdict, tamper):
    note(2)
    tamper(COPY.replace("…", "3").replace("?", "hash"))

    assert verdict().broken == 3


def test_an_end_that_was_cut_off_is_found(note, verdict, tamper):
    note(4)

    tamper("DELETE FROM audit WHERE n > 2")

    assert (verdict().broken, verdict().head.n) == (3, 2)


def test_a_head_cannot_be_made_to_fit_an_end_that_was_cut_off(note, verdict, tamper):
    note(4)

    tamper(
        "DELETE FROM audit WHERE n > 2",
        "UPDATE audit_head SET n = 2, hash = (SELECT hash FROM audit WHERE n = 2)",
    )

    assert verdict().broken == 3


def test_a_head_that_is_gone_is_found(note, verdict, tamper):
    note(2)

    tamper("DELETE FROM audit_head")

    assert verdict().broken == 3


def test_an_older_state_of_the_whole_table_is_found_by_a_head_that_was_kept(note, verdict, tamper, database):
    note(2)
    with database.read() as tx:
        old = tx.execute(text("SELECT n, hash, seal FROM audit_head")).one()._asdict()
    note(2)
    kept = verdict().head

    tamper("DELETE FROM audit WHERE n > 2")
    with database.write() as tx:
        tx.execute(text("UPDATE audit_head SET n = :n, hash = :hash, seal = :seal"), old)

    assert verdict().broken is None  # nothing inside the database can tell
    assert verdict(kept).broken == 3


def test_a_chain_made_anew_is_found_by_a_head_that_was_kept(note, verdict, tamper):
    note(3)
    kept = verdict().head
    tamper("DELETE FROM audit", "DELETE FROM audit_head")

    note(4, "v-other")

    assert verdict().broken is None
    assert verdict(kept).broken == 3


def test_a_kept_head_is_still_there_when_the_chain_has_grown(note, verdict):
    note(2)
    kept = verdict().head

    note(2)

    assert (verdict(kept).broken, verdict(kept).head.n) == (None, 4)


def test_a_chain_goes_on_under_a_new_key_and_needs_the_old_one_to_be_read(note, verdict):
    note(2)
    try:
        KEYRING.load([ANOTHER, KEY])
        note(1)
        both = verdict()
        KEYRING.load([ANOTHER])
        new_alone = verdict()
    finally:
        KEYRING.load([KEY])

    assert both.broken is None
    assert new_alone.broken == 1


def test_many_at_a_time_make_one_chain(database, note, verdict):
    threads = [threading.Thread(target=note, args=(5,)) for _ in range(6)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (verdict().broken, verdict().head.n) == (None, 30)


def test_what_is_undone_leaves_no_gap(database, note, verdict, clock):
    note(1)

    with pytest.raises(ZeroDivisionError), database.write() as tx:
        append(tx, [Entry(THE_COMMAND_LINE, Deed.FINISH, "v-1")], clock.now())
        raise ZeroDivisionError
    note(1)

    assert (verdict().broken, verdict().head.n) == (None, 2)


def test_rows_are_listed_by_visit_and_time(database, note, clock):
    note(2, "v-1")
    clock.forward(hours=1)
    later = clock.now()
    note(1, "v-1")
    note(1, "v-2")

    with database.read() as tx:
        of_visit = [row.n for row in listed(tx, "v-1", None)]
        since = [row.n for row in listed(tx, None, later)]
        both = [row.n for row in listed(tx, "v-1", later)]

    assert (of_visit, since, both) == ([1, 2, 3], [3, 4], [3])
