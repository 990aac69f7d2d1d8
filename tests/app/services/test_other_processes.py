"""What one process commits wakes another over PostgreSQL, with no look at the database in between."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.jobs import projector
from app.models import InboxRow
from app.rooms import connect_bells
from app.services import newsroom
from app.services.newsroom import Newsroom
from app.services.receive_webhook import receive_webhook
from app.services.ring import telling
from app.signin.roles import Grant, StaffRole
from app.store.database import Database
from tests.app.webhooks.conftest import sign
from tests.patience import PATIENCE, until

__all__ = ["sign"]

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]
NEVER = 3600.0
EVENT = b'{"event":"meeting.started","payload":{"object":{"id":"1","uuid":"u"}}}'
# The second of their two words was said, and heard.
LISTENING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND query = 'LISTEN "visitbridge_inbox"' AND state = 'idle'
"""


@pytest.fixture
def other(rooms, database_url, monkeypatch):
    """Another process over the same database; neither ever looks of its own accord."""
    monkeypatch.setattr(newsroom, "LOOK_EVERY", timedelta(seconds=NEVER))
    monkeypatch.setattr(projector, "PATIENCE_SECONDS", NEVER)
    database = Database(database_url)
    bell, inbox_bell = connect_bells(database)
    yield replace(rooms, db=database, bell=bell, inbox_bell=inbox_bell)
    bell._exchange.end()
    database.dispose()


@pytest.fixture
def here(rooms):
    """This process, which listens already."""
    bell, inbox_bell = connect_bells(rooms.db)
    yield replace(rooms, bell=bell, inbox_bell=inbox_bell)
    bell._exchange.end()


def begin_to_hear(*processes):
    for one in processes:
        one.bell.wait(0, 0)
    until(lambda: _count(processes[0], LISTENING) == len(processes))


def _count(rooms, question):
    with rooms.db.read() as tx:
        return tx.scalar(text(question))


def test_an_open_page_hears_a_line_of_another_process(here, other, world):
    with Newsroom(here).ear("browser") as ear:
        ear.grants = frozenset({Grant(StaffRole.SCHEDULER)})
        begin_to_hear(here, other)

        with telling(other) as told:
            told.tell(world.visit_id, "presence")
        heard = ear.listen(PATIENCE)

    assert [event.visit_id for event in heard] == [world.visit_id]


def test_a_delivery_that_another_process_kept_is_read_at_once(here, other, sign):
    reader = projector.Projector(here)
    reader.start()
    try:
        begin_to_hear(here, other)
        receive_webhook(other, "zoom", sign(EVENT), EVENT)

        until(lambda: _effects(here) == ["no_facts"])
    finally:
        reader._stopping.set()
        here.inbox_bell.ring(1_000_000)
        reader.stop()


def _effects(rooms):
    with rooms.db.read() as tx:
        return list(tx.scalars(select(InboxRow.effect)))
