"""The past that growth is measured beside is one that the product could have."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.crypto import KEYRING
from app.models import GuestPass, InboxRow, Meeting, Participant, Visit, VisitMeeting
from app.store.database import Database
from app.store.inbox import NewDelivery, ReadDelivery, count_unread, keep, mark_read
from app.store.migrate import migrate
from bench.history import add_past

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    KEYRING.load(["a key for tests that is long enough to be one"])
    made = Database(f"sqlite:///{tmp_path / 'past.db'}")
    migrate(made)
    with made.write() as tx:
        (seq,) = keep(tx, [NewDelivery("zoom", b"{}", NOW, 1)])
        mark_read(tx, [ReadDelivery(seq, "applied")], NOW)
    yield made
    made.dispose()


def test_visits_of_the_past_are_over_and_whole(database):
    add_past(database, 30)

    with database.read() as tx:
        past = select(func.count()).select_from(Visit).where(Visit.state == "finished")
        assert tx.scalar(past) == 30
        whole = past.join(Participant).join(VisitMeeting).join(Meeting).join(GuestPass)
        assert tx.scalar(whole.where(Meeting.state == "idle", Visit.closed_at < NOW)) == 30


def test_deliveries_of_the_past_were_read(database):
    add_past(database, 30)

    with database.read() as tx:
        assert tx.scalar(select(func.count()).select_from(InboxRow)) == 31
        assert count_unread(tx) == 0
