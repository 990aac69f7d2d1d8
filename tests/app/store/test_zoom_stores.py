"""What the Zoom room keeps with us: its token, its pauses, its hosts' quotas."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from app.store.quotas import SharedQuotaBook, SharedRateGate
from app.store.video_token import SharedTokenStore
from zoom_bridge.errors import ZoomBusy, ZoomQuotaSpent
from zoom_bridge.ports import RateCategory, StoredToken
from zoom_bridge.secret import Secret

TODAY = date(2026, 11, 23)


@pytest.fixture
def gate(database, clock):
    return SharedRateGate(database, clock)


@pytest.fixture
def book(database, clock):
    return SharedQuotaBook(database, clock)


def test_the_token_saved_last_is_the_token(database):
    store = SharedTokenStore(database)
    assert store.load() is None

    for text in ("first", "second"):
        ends = datetime(2026, 11, 23, 16, tzinfo=UTC)
        store.save(StoredToken(Secret(text), "https://api.zoom.us/v2", ends))

    found = store.load()
    assert (found.access_token.reveal(), found.expires_at) == ("second", ends)


def test_the_token_is_not_readable_in_the_database(database):
    SharedTokenStore(database).save(
        StoredToken(Secret("very-secret"), "https://api.zoom.us/v2", datetime(2026, 11, 23, tzinfo=UTC))
    )

    with database.read() as tx:
        raw = tx.connection().exec_driver_sql("SELECT access_token FROM video_token").scalar()
    assert b"very-secret" not in bytes(raw)


def test_calls_of_a_paused_category_wait_and_others_do_not(gate, clock):
    gate.pause(RateCategory.LIGHT, clock.now() + timedelta(seconds=2))

    with pytest.raises(ZoomBusy):
        gate.wait_allowed(RateCategory.LIGHT)
    gate.wait_allowed(RateCategory.HEAVY)
    clock.forward(seconds=2)
    gate.wait_allowed(RateCategory.LIGHT)


def test_a_shorter_pause_never_ends_a_longer_one(gate, clock):
    gate.pause(RateCategory.LIGHT, clock.now() + timedelta(minutes=5))
    gate.pause(RateCategory.LIGHT, clock.now() + timedelta(seconds=1))
    clock.forward(minutes=4)

    with pytest.raises(ZoomBusy):
        gate.wait_allowed(RateCategory.LIGHT)


def test_a_clock_that_was_moved_back_does_not_pause_for_days(gate, clock):
    gate.pause(RateCategory.LIGHT, clock.now() + timedelta(hours=1))
    clock.forward(days=-3)

    gate.wait_allowed(RateCategory.LIGHT)


def test_the_hundredth_create_of_a_day_is_the_last(book):
    for _ in range(100):
        book.spend("host-1", TODAY)

    with pytest.raises(ZoomQuotaSpent) as spent:
        book.spend("host-1", TODAY)
    assert spent.value.retry_at == datetime(2026, 11, 24, tzinfo=UTC)
    book.spend("host-2", TODAY)
    book.spend("host-1", TODAY + timedelta(days=1))


def test_zooms_word_that_the_day_is_spent_is_believed(book):
    book.spend("host-1", TODAY)

    book.note_spent_out("host-1", TODAY)

    with pytest.raises(ZoomQuotaSpent):
        book.spend("host-1", TODAY)


def test_many_at_once_spend_no_more_than_there_is(book):
    spent = []

    def spend():
        for _ in range(15):
            try:
                book.spend("host-1", TODAY)
            except ZoomQuotaSpent:
                continue
            spent.append(1)

    threads = [threading.Thread(target=spend) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(spent) == 100
