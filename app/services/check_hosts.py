"""Those who are to host today and tomorrow are asked about once a day, while there is time to mend it."""

from datetime import timedelta

import structlog

from app.errors.video import HostInactive, HostUnlicensed
from app.ports import HostAccount, Rooms
from app.services.plan_hosts import plan_anew
from app.services.polling_purse import Purse
from app.services.ring import telling
from app.store.host_checks import hosts_to_check, note_verdict, visits_to_be_hosted
from app.visits.hosts import HostVerdict

log = structlog.get_logger()
MOST_AT_ONCE = 5
ONCE_IN = timedelta(hours=20)
BEFORE, AHEAD = timedelta(hours=12), timedelta(days=2)


def check_hosts(rooms: Rooms) -> int:
    """Ask about a few hosts. How many there were."""
    now, vendor = rooms.clock.now(), rooms.video.vendor
    with rooms.db.read() as tx:
        due = hosts_to_check(tx, vendor, now - BEFORE, now + AHEAD, now - ONCE_IN, MOST_AT_ONCE)
    for host_key, site in due:
        try:
            verdict = _verdict(rooms, Purse(rooms, site, vendor), host_key)
        except Exception as fault:
            # The vendor is away, or the day's calls are spent: what is due stays due.
            log.warning("host_not_checked", error=type(fault).__name__)
            break
        with telling(rooms) as told:
            if note_verdict(told.tx, vendor, host_key, verdict, now):
                for visit_id in visits_to_be_hosted(told.tx, host_key, now - BEFORE, now + AHEAD):
                    told.tell(visit_id, "meeting")
                plan_anew(rooms, told, [host_key])
    return len(due)


def verdict_of(fault: Exception) -> HostVerdict | None:
    """What a Start that failed so tells of the host, if it does."""
    if getattr(fault, "user_unknown", False):
        return HostVerdict.UNKNOWN
    if isinstance(fault, HostInactive):
        return HostVerdict.INACTIVE
    return HostVerdict.UNLICENSED if isinstance(fault, HostUnlicensed) else None


def _verdict(rooms: Rooms, purse: Purse, host_key: str) -> HostVerdict:
    try:
        return _verdict_on(purse.ask("host", lambda: rooms.video.host(host_key)))
    except Exception as fault:
        if getattr(fault, "user_unknown", False):
            return HostVerdict.UNKNOWN
        raise


def _verdict_on(account: HostAccount) -> HostVerdict:
    if not account.active:
        return HostVerdict.INACTIVE
    return HostVerdict.OK if account.licensed else HostVerdict.UNLICENSED
