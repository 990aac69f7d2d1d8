"""How far appointments have been read, measured when somebody asks."""

from sqlalchemy.orm import Session

from app.metrics import SYNC_READ
from app.ports import Rooms
from app.store.sync import last_read
from app.visits.windows import Band


def measure_sync(rooms: Rooms, tx: Session) -> None:
    """Set the gauges, for sites that are read at all."""
    known = last_read(tx)
    for site in rooms.sites.all():
        if site.sync is None:
            continue
        for band in Band:
            read_at = known.get((site.name, band), (None, 0))[0]
            SYNC_READ.labels(site.name, band).set(read_at.timestamp() if read_at else 0)
