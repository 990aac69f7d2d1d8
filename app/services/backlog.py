"""What waits in the deployment's tables, measured when somebody asks."""

import math

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.metrics import AUDIT_ROWS, INBOX_FAILED, INBOX_UNREAD, RECORDINGS_BYTES, RECORDINGS_KEPT
from app.ports import Rooms
from app.services.measure_hosts import measure_hosts
from app.services.measure_owed import forget_owed, measure_owed
from app.services.measure_polling import measure_polling
from app.services.measure_sync import measure_sync
from app.services.measure_waiting import forget_waiting, measure_waiting
from app.store.audit import count_rows
from app.store.failed_deliveries import count_failed
from app.store.inbox import count_unread
from app.store.recordings import count_kept


def measure_backlog(rooms: Rooms) -> None:
    """Set the gauges; to NaN where the database does not answer."""
    try:
        with rooms.db.read() as tx:
            _measure(rooms, tx)
    except SQLAlchemyError:
        for gauge in (INBOX_UNREAD, INBOX_FAILED, AUDIT_ROWS, RECORDINGS_KEPT, RECORDINGS_BYTES):
            gauge.set(math.nan)
        forget_owed()
        forget_waiting(rooms)


def _measure(rooms: Rooms, tx: Session) -> None:
    INBOX_UNREAD.set(count_unread(tx))
    INBOX_FAILED.set(count_failed(tx))
    AUDIT_ROWS.set(count_rows(tx))
    measure_owed(rooms, tx)
    measure_waiting(rooms, tx)
    measure_polling(rooms, tx)
    measure_hosts(rooms, tx)
    measure_sync(rooms, tx)
    count, size = count_kept(tx)
    RECORDINGS_KEPT.set(count)
    RECORDINGS_BYTES.set(size)
