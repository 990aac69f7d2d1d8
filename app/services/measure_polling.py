"""How looking at calls goes, measured when somebody asks."""

from datetime import UTC

from sqlalchemy.orm import Session

from app.metrics import POLL_ANSWERED, POLL_BUDGET_LEFT, POLL_NOT_OFFERED, VIDEO_SILENT
from app.ports import Rooms
from app.services.look_at_call import PAST, PEOPLE
from app.store.polling import last_answer, not_offered, spent_on
from app.store.video_health import silent_since


def measure_polling(rooms: Rooms, tx: Session) -> None:
    """Set the gauges."""
    now = rooms.clock.now()
    answered, spent = last_answer(tx), spent_on(tx, now.astimezone(UTC).date())
    POLL_ANSWERED.set(answered.timestamp() if answered else 0)
    for site in rooms.sites.all():
        POLL_BUDGET_LEFT.labels(site.name).set(max(site.polling_budget - spent.get(site.name, 0), 0))
    silent = silent_since(tx, now)
    for vendor in rooms.vendors:
        VIDEO_SILENT.labels(vendor).set((now - silent.get(vendor, now)).total_seconds())
    refused = not_offered(tx, rooms.video.vendor, now)
    for what in (PEOPLE, PAST):
        POLL_NOT_OFFERED.labels(what).set(what in refused)
