"""A clinic's day goes on at another video service: by an act of staff, or by the site's own rule."""

from datetime import datetime, time, timedelta

import structlog

from app.models import Detour
from app.ports import Rooms
from app.services.change_video import move_to, video_named
from app.services.ring import telling
from app.signin.session_view import SessionView
from app.sites import ClinicSite
from app.store.audit import A_RULE, Entry, append, who_is
from app.store.detours import begin_detour, detours_of_today, end_detour, is_left_behind, visits_to_follow
from app.store.video_health import silent_since
from app.visits.deeds import Deed

log = structlog.get_logger()
MOST_AT_ONCE = 500


def take_detour(rooms: Rooms, session: SessionView | None, site: ClinicSite, vendor: str) -> bool:
    """From now to midnight the site's visits are held there, also those that are booked meanwhile.

    Visits that somebody is in follow once nobody is. Without `session` it is the site's rule. Going to the
    usual service ends the detour: what it moved goes back. False if it is so already. Raises VideoUnknown.
    """
    video = video_named(rooms, vendor)
    now = rooms.clock.now()
    with rooms.db.write() as tx:
        if video.vendor == rooms.video.vendor:
            is_new = end_detour(tx, site.name, now)
        else:
            staff_id = session.staff_id if session else None
            is_new = begin_detour(tx, site.name, vendor, day_at(site, now), now, staff_id)
        if is_new:
            who = who_is(session) if session else A_RULE
            deed = Entry(who, Deed.MOVE_DAY, details={"site": site.name, "to": vendor})
            append(tx, [deed], rooms.wall.now())
    follow_detours(rooms)
    return is_new


def follow_detours(rooms: Rooms) -> int:
    """Move what has not followed yet, a transaction a visit. How many were moved."""
    with rooms.db.read() as tx:
        detours = detours_of_today(tx, rooms.clock.now())
        left = [(one, visit_id) for one in detours for visit_id in visits_to_follow(tx, one, MOST_AT_ONCE)]
    return sum(_follow(rooms, detour, visit_id) for detour, visit_id in left)


def go_by_rules(rooms: Rooms) -> None:
    """Where a site wants it, a usual service that has been silent for so long loses the rest of the day."""
    if not rooms.other_videos:
        return
    now = rooms.clock.now()
    with rooms.db.read() as tx:
        since = silent_since(tx, now).get(rooms.video.vendor)
        # Whoever came back today by hand has decided.
        decided = {one.site for one in detours_of_today(tx, now)}
    for site in rooms.sites.all():
        patience = site.video_fallback_minutes
        if since is None or patience is None or site.name in decided:
            continue
        if now - since >= timedelta(minutes=patience):
            log.warning("video_service_silent", site=site.name, vendor=rooms.video.vendor)
            take_detour(rooms, None, site, rooms.other_videos[0].vendor)


def day_at(site: ClinicSite, now: datetime) -> tuple[datetime, datetime]:
    """The clinic's midnights around an instant."""
    today = now.astimezone(site.zone).date()
    return (
        datetime.combine(today, time(), site.zone),
        datetime.combine(today + timedelta(days=1), time(), site.zone),
    )


def _follow(rooms: Rooms, detour: Detour, visit_id: str) -> bool:
    """One that fails is tried again at the next turn, and holds up no other."""
    is_over = detour.ended_at is not None
    try:
        video = rooms.video if is_over else video_named(rooms, detour.vendor)
        with telling(rooms) as told:
            # Somebody may have come into the call, or moved the visit, since the list was made.
            return is_left_behind(told.tx, detour, visit_id) and move_to(rooms, told, visit_id, video)
    except Exception as fault:
        log.warning("visit_not_moved", visit=visit_id, error=type(fault).__name__)
        return False
