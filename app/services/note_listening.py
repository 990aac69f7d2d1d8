"""That a page of the clinic is open is written down, at most once a minute for a browser."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from app.ports import Rooms
from app.store.trail import extend_listening, heard_until

NOTED_EVERY = timedelta(minutes=1)
# A page that was silent for longer was closed meanwhile.
SILENT_FOR = timedelta(seconds=90)


def note_listening(rooms: Rooms, browser_hash: str) -> None:
    """A page of this browser hears of visits now. Nobody's page ends over it."""
    now = rooms.clock.now()
    with suppress(SQLAlchemyError):
        with rooms.db.read() as tx:
            until = heard_until(tx, browser_hash)
        if until is None or not timedelta(0) <= now - until < NOTED_EVERY:
            with rooms.db.write() as tx:
                extend_listening(tx, browser_hash, now, now - SILENT_FOR)
