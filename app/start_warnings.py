"""What a start goes on with all the same, and what should not stay so."""

import structlog

from app.ports import Rooms
from app.services.readiness import missing_for_work
from app.sites import sharing_a_callback


def warn_at_start(rooms: Rooms) -> None:
    """A line in the log for each."""
    log = structlog.get_logger()
    if "schema" in missing_for_work(rooms):
        log.warning("database_not_migrated", hint="run python -m app migrate")
    for name in sharing_a_callback(rooms.sites.all()):
        log.warning("ehr_shares_its_callback", site=name, hint="set own_callback in its file")
