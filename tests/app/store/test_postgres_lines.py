"""Connections to PostgreSQL: what somebody holds who is gone is given back."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.store import postgres_lines
from app.store.database import Database

pytestmark = pytest.mark.postgres
HOLD = text("LOCK TABLE rate_pause IN EXCLUSIVE MODE")


@pytest.fixture
def hasty(postgres_url, monkeypatch):
    """A database whose patience with the idle is short."""
    monkeypatch.setattr(postgres_lines, "IDLE_IN_TRANSACTION", "500ms")
    found = Database(postgres_url)
    yield found
    found.dispose()


def test_whoever_freezes_over_a_transaction_loses_it_and_others_go_on(hasty):
    held, let_go = threading.Event(), threading.Event()
    errors = []

    def freeze():
        try:
            with hasty.write() as tx:
                tx.execute(HOLD)
                held.set()
                let_go.wait(20)
                tx.execute(text("SELECT 1"))
        except DBAPIError as lost:
            errors.append(lost)

    frozen = threading.Thread(target=freeze)
    frozen.start()
    held.wait(10)
    began = time.monotonic()
    with hasty.write() as tx:
        tx.execute(HOLD)
    waited = time.monotonic() - began
    let_go.set()
    frozen.join()

    assert len(errors) == 1
    assert waited < 10
    with hasty.write() as tx:
        tx.execute(HOLD)


@pytest.mark.parametrize("kind", ["transactions", "names"])
def test_the_server_notices_our_silence(postgres_url, kind):
    database = Database(postgres_url)
    engine = database.writer if kind == "transactions" else database.alone._engine
    with engine.connect() as connection:
        asked = ("idle_in_transaction_session_timeout", "tcp_keepalives_idle", "tcp_keepalives_count")
        said = [connection.scalar(text(f"SHOW {name}")) for name in asked]
    database.dispose()

    assert said == ["1min", "15", "3"]
