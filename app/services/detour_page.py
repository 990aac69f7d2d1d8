"""How video services do, where a clinic's visits of the day are held, and since when."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.models import Detour
from app.ports import Rooms, Video
from app.services.take_detour import day_at
from app.signin.roles import Grant
from app.signin.session_view import SessionView
from app.sites import ClinicSite
from app.store.detours import detours_of_today, visits_of_day
from app.store.video_health import silent_since


@dataclass(frozen=True)
class ServiceShown:
    """A video service. `silent_since`: it does not answer."""

    vendor: str
    title: str
    is_usual: bool
    silent_since: datetime | None


@dataclass(frozen=True)
class VisitInCall:
    """A visit that somebody is in. No patient is named: who tends a site may not know them."""

    id: str
    code: str
    start: datetime
    service: str


@dataclass(frozen=True)
class DetourShown:
    """A site's visits of today are held at `title` since then; `by_rule`: nobody decided it."""

    site: ClinicSite
    vendor: str
    title: str
    since: datetime
    by_rule: bool


@dataclass(frozen=True)
class ClinicDay:
    """A site's unfinished visits of today: how many at which service, by title, and who is in a call."""

    site: ClinicSite
    counts: tuple[tuple[str, int], ...]
    in_call: tuple[VisitInCall, ...]
    detour: DetourShown | None
    ways: tuple[Video, ...]  # where the day could go now


def read_services(rooms: Rooms) -> tuple[ServiceShown, ...]:
    """All that are set up, the usual one first."""
    with rooms.db.read() as tx:
        silent = silent_since(tx, rooms.clock.now())
    usual = rooms.video.vendor
    return tuple(
        ServiceShown(one.vendor, one.title, one.vendor == usual, silent.get(one.vendor))
        for one in rooms.videos
    )


def read_clinic_days(rooms: Rooms, sites: Iterable[ClinicSite]) -> tuple[ClinicDay, ...]:
    """Of each site."""
    with rooms.db.read() as tx:
        detours = detours_of_today(tx, rooms.clock.now())
        return tuple(_clinic_day(rooms, tx, site, detours) for site in sites)


def detours_seen_by(rooms: Rooms, session: SessionView) -> tuple[DetourShown, ...]:
    """Detours in force at the clinics of this person."""
    with rooms.db.read() as tx:
        detours = detours_of_today(tx, rooms.clock.now())
    sites = (rooms.sites.by_name(one.site) for one in detours if one.ended_at is None)
    mine = [site for site in sites if _belongs(session.roles, site)]
    return tuple(shown for site in mine if (shown := _detour_of(rooms, site, detours)))


def _belongs(roles: Collection[Grant], site: ClinicSite) -> bool:
    return any(grant.site in ("", site.name) for grant in roles)


def _clinic_day(rooms: Rooms, tx: Session, site: ClinicSite, detours: Iterable[Detour]) -> ClinicDay:
    titles = {video.vendor: video.title for video in rooms.videos}
    usual = rooms.video.title
    rows = visits_of_day(tx, site.name, day_at(site, rooms.clock.now()))
    held_at = [titles.get(video or "", usual) for _id, _code, _start, video, _in_call in rows]
    detour = _detour_of(rooms, site, detours)
    return ClinicDay(
        site=site,
        counts=tuple((title, held_at.count(title)) for title in titles.values()),
        in_call=tuple(
            VisitInCall(visit_id, code, start, titles.get(video or "", usual))
            for visit_id, code, start, video, in_call in rows
            if in_call
        ),
        detour=detour,
        ways=(rooms.video,) if detour else rooms.other_videos,
    )


def _detour_of(rooms: Rooms, site: ClinicSite, detours: Iterable[Detour]) -> DetourShown | None:
    found = next((one for one in detours if one.site == site.name and one.ended_at is None), None)
    if found is None:
        return None
    title = next((one.title for one in rooms.videos if one.vendor == found.vendor), rooms.video.title)
    return DetourShown(site, found.vendor, title, found.began_at, by_rule=found.staff_id is None)
