"""What waits in the deployment's tables, measured when somebody asks."""

import math
from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError

from app.metrics import AUDIT_ROWS, INBOX_FAILED, INBOX_UNREAD, OUTBOX
from app.ports import Rooms
from app.services.measure_polling import measure_polling
from app.store.audit import count_rows
from app.store.failed_deliveries import count_failed
from app.store.inbox import count_unread
from app.store.outbox import UNDELIVERED, count_undelivered
from app.visits.states import WriteState


def measure_backlog(rooms: Rooms) -> None:
    """Set the gauges; to NaN where the database does not answer."""
    try:
        with rooms.db.read() as tx:
            unread: float = count_unread(tx)
            failed: float = count_failed(tx)
            rows: float = count_rows(tx)
            undelivered: Mapping[WriteState, float] = count_undelivered(tx)
            measure_polling(rooms, tx)
    except SQLAlchemyError:
        unread, failed, rows = math.nan, math.nan, math.nan
        undelivered = dict.fromkeys(UNDELIVERED, math.nan)
    INBOX_UNREAD.set(unread)
    INBOX_FAILED.set(failed)
    AUDIT_ROWS.set(rows)
    for state, count in undelivered.items():
        OUTBOX.labels(state.value).set(count)
