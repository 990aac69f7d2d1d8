"""Webhooks are emptied after their time: what came of them stays, what they said of people does not."""

from datetime import timedelta

from app.ports import Rooms
from app.store.journal import shred
from app.store.trail import forget_listening

# Others write to the same rows: each transaction is short.
BATCH = 200
MOST_BATCHES = 250


def shred_old_deliveries(rooms: Rooms) -> int:
    """Empty what is older than the setting says, a batch a transaction. How many there were."""
    now, shredded = rooms.clock.now(), 0
    before = now - timedelta(days=rooms.settings.keep_deliveries_days)
    with rooms.db.write() as tx:
        forget_listening(tx, before)
    for _ in range(MOST_BATCHES):
        with rooms.db.write() as tx:
            count = shred(tx, before, BATCH, now)
        shredded += count
        if count < BATCH:
            break
    return shredded
