"""The directory of hosts, for those who look after it: who hosts for whom, what is wrong, what is planned."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models import PractitionerHost, VideoUser
from app.ports import Rooms
from app.services.host_ledger import HostDay, host_ledger, tomorrow_of
from app.sites import ClinicSite
from app.store.coming_visits import ComingVisit, coming_visits, hosts_of_coming
from app.store.directory import (
    LICENSED,
    last_reading,
    named_by,
    practitioners,
    users,
    users_by_key,
    verdicts,
)
from app.visits.hosts import Candidate, Conflict, HostVerdict, Named, Source, UserStatus, own_host

AHEAD, MOST = timedelta(days=60), 200


@dataclass(frozen=True)
class HostRow:
    """A practitioner, their account, by which rule, and what is wrong with that."""

    site: str
    title: str
    practitioner_id: str
    name: str
    account: str | None
    source: Source | None
    chosen: str | None
    cover: str | None
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True)
class VisitToMend:
    """A planned visit whose host cannot host."""

    visit: ComingVisit
    title: str
    zone: ZoneInfo
    is_tomorrow: bool
    problem: HostVerdict


@dataclass(frozen=True)
class HostsPage:
    """`read_at`: as of when all users of the account are known; `error`: why the last reading broke off."""

    read_at: datetime | None
    error: str | None
    rows: tuple[HostRow, ...]
    to_mend: tuple[VisitToMend, ...]
    ledger: tuple[HostDay, ...]
    accounts: tuple[str, ...]  # those who can host
    counts: Mapping[str, int]  # users by what they are

    @property
    def tomorrow(self) -> tuple[VisitToMend, ...]:
        """Visits of tomorrow without a licensed host."""
        return tuple(one for one in self.to_mend if one.is_tomorrow)

    @property
    def later(self) -> tuple[VisitToMend, ...]:
        """The others to come."""
        return tuple(one for one in self.to_mend if not one.is_tomorrow)


def read_hosts_page(rooms: Rooms, sites: Collection[ClinicSite]) -> HostsPage:
    """The same for these EHRs; quotas and users are the whole account's."""
    vendor = rooms.video.vendor
    with rooms.db.read() as tx:
        reading, everybody = last_reading(tx, vendor), users(tx, vendor)
        able = tuple(one.email for one in everybody if _what(one) == LICENSED)
        return HostsPage(
            read_at=reading.read_at if reading else None,
            error=reading.error_code if reading else None,
            rows=_rows(rooms, tx, sites, is_listed=reading is not None and reading.read_at is not None),
            to_mend=visits_to_mend(rooms, tx, sites),
            ledger=host_ledger(rooms, tx),
            accounts=able,
            counts=_counts(everybody),
        )


def visits_to_mend(
    rooms: Rooms, tx: Session, sites: Collection[ClinicSite], ahead: timedelta = AHEAD
) -> tuple[VisitToMend, ...]:
    """Planned visits whose host is known to be unable, or not named, soonest first; at most MOST."""
    now, by_name = rooms.clock.now(), {site.name: site for site in sites}
    hosts = hosts_of_coming(tx, by_name, now, now + ahead)
    known = verdicts(tx, rooms.video.vendor, hosts)
    bad = {key for key, verdict in known.items() if verdict is not HostVerdict.OK}
    found = []
    for one in coming_visits(tx, by_name, now, now + ahead, bad, MOST):
        problem = known[one.host_key] if one.host_key else HostVerdict.NOBODY
        begin, end = tomorrow_of(now.astimezone(by_name[one.site].zone))
        title, zone = by_name[one.site].title, ZoneInfo(one.time_zone)
        found.append(VisitToMend(one, title, zone, begin <= one.start < end, problem))
    return tuple(found)


def _rows(
    rooms: Rooms, tx: Session, sites: Collection[ClinicSite], *, is_listed: bool
) -> tuple[HostRow, ...]:
    found: list[HostRow] = []
    for site in sites:
        people = [(row, named_by(tx, rooms.video.vendor, row)) for row in practitioners(tx, [site.name])]
        keys = {key for _, who in people for key in _keys(site, who)}
        known = users_by_key(tx, rooms.video.vendor, keys)
        able = {key.casefold(): verdict for key, verdict in verdicts(tx, rooms.video.vendor, keys).items()}
        hosts = {who.id: own_host(site.zoom_hosts, who, able) for _, who in people}
        shared = _shared([one.key for one in hosts.values() if one], known)
        for row, who in people:
            own = hosts[who.id]
            conflicts = _conflicts(own, who, known, able)
            if own and _id(own.key, known) in shared:
                conflicts = (*conflicts, Conflict.SHARED)
            if not is_listed:
                conflicts = tuple(one for one in conflicts if one is not Conflict.OTHER_ACCOUNT)
            found.append(_row(site, row, who, own, conflicts))
    return tuple(sorted(found, key=lambda one: (not one.conflicts, one.title, one.name)))


def _row(
    site: ClinicSite,
    row: PractitionerHost,
    who: Named,
    own: Candidate | None,
    conflicts: tuple[Conflict, ...],
) -> HostRow:
    return HostRow(
        site=site.name,
        title=site.title,
        practitioner_id=who.id,
        name=row.name,
        account=own.key if own else None,
        source=own.source if own else None,
        chosen=who.chosen,
        cover=who.cover,
        conflicts=conflicts,
    )


def _conflicts(
    own: Candidate | None,
    who: Named,
    known: Mapping[str, VideoUser],
    able: Mapping[str, HostVerdict],
) -> tuple[Conflict, ...]:
    found = [_about(known.get(own.key))] if own else [Conflict.NO_USER]
    if (
        own
        and own.source is Source.EMAIL
        and len({known[one].user_id for one in who.emails if one in known}) > 1
    ):
        found.append(Conflict.SEVERAL)
    if who.cover and able.get(who.cover.casefold()) not in (None, HostVerdict.OK):
        found.append(Conflict.COVER)
    return tuple(one for one in found if one is not None)


def _about(user: VideoUser | None) -> Conflict | None:
    wrong = {
        UserStatus.GONE: Conflict.OTHER_ACCOUNT,
        UserStatus.INACTIVE: Conflict.INACTIVE,
        UserStatus.PENDING: Conflict.PENDING,
    }
    if user is None:
        return Conflict.OTHER_ACCOUNT
    told = wrong.get(UserStatus(user.status))
    return told or (None if user.licence == LICENSED else Conflict.UNLICENSED)


def _keys(site: ClinicSite, who: Named) -> set[str]:
    files = {site.zoom_hosts[key] for key in (who.id, who.npi) if key and key in site.zoom_hosts}
    return files | {one for one in (*who.emails, who.chosen, who.cover, who.numbered) if one}


def _id(key: str, known: Mapping[str, VideoUser]) -> str:
    return known[key].user_id if key in known else key.casefold()


def _shared(keys: Collection[str], known: Mapping[str, VideoUser]) -> frozenset[str]:
    ids = [_id(key, known) for key in keys]
    return frozenset(one for one in ids if ids.count(one) > 1)


def _what(user: VideoUser) -> str:
    return user.licence if user.status == UserStatus.ACTIVE else user.status


def _counts(everybody: Collection[VideoUser]) -> Mapping[str, int]:
    told = [_what(one) for one in everybody]
    return {what: told.count(what) for what in sorted(set(told))}
