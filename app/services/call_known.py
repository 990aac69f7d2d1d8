"""How well the call of a visit is known, and whether its host can host: what pages must not hide."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models import Visit
from app.ports import Rooms
from app.services.look_at_call import PEOPLE
from app.services.schedule_page import zone_of
from app.services.visit_events import audience
from app.services.visit_page import strip_of
from app.signin.session_view import SessionView
from app.store.directory import verdicts
from app.store.host_checks import planned_hosts
from app.store.meetings import moved_visits, vendors_serving
from app.store.polling import known_as_of, not_offered
from app.store.schedule import visits_between
from app.store.video_health import silent_since
from app.visits.hosts import HostVerdict, host_problem
from app.visits.states import VisitState
from app.visits.strip import PatientStrip


@dataclass(frozen=True)
class CallKnown:
    """`as_of`: the call is known as it was then, and not as it is; None where all is told or asked in time.

    `cannot_ask`: the vendor does not tell who is in a call, however often it is asked.
    """

    as_of: datetime | None = None
    cannot_ask: bool = False
    host_problem: HostVerdict | None = None
    silent_since: datetime | None = None  # the service of the visit does not answer


@dataclass(frozen=True)
class HostToMend:
    """A visit of tomorrow that could not be started as it stands."""

    visit_id: str
    strip: PatientStrip
    start: datetime
    zone: ZoneInfo
    host_account: str | None
    problem: HostVerdict


def calls_known(rooms: Rooms, visit_ids: Collection[str]) -> Mapping[str, CallKnown]:
    """The same for each of the visits."""
    with rooms.db.read() as tx:
        as_of = known_as_of(tx, visit_ids)
        tell = {
            one for one in rooms.vendors_that_tell if PEOPLE not in not_offered(tx, one, rooms.clock.now())
        }
        vendors = vendors_serving(tx, visit_ids)
        problems = _problems(rooms, tx, planned_hosts(tx, visit_ids))
        silent, moved = silent_since(tx, rooms.clock.now()), moved_visits(tx, visit_ids)
    at = {one: vendors.get(one) or moved.get(one) or rooms.video.vendor for one in visit_ids}
    return {
        one: CallKnown(as_of.get(one), at[one] not in tell, problems.get(one), silent.get(at[one]))
        for one in visit_ids
    }


def hosts_to_mend(rooms: Rooms, session: SessionView, *, mine: bool) -> tuple[HostToMend, ...]:
    """Visits of tomorrow whose host cannot host, soonest first, in the clinic's zone."""
    zone = zone_of(rooms, session)
    tomorrow = rooms.clock.now().astimezone(zone).date() + timedelta(days=1)
    start = datetime.combine(tomorrow, time(), zone)
    end = datetime.combine(tomorrow + timedelta(days=1), time(), zone)
    only = session.practitioner_id if mine else None
    with rooms.db.read() as tx:
        visits = visits_between(tx, audience([session]), start, end, only)
        planned = {
            one.id: one.host_key for one in visits if one.state == VisitState.PLANNED and not one.video
        }
        problems = _problems(rooms, tx, planned)
        return tuple(_to_mend(visit, problems[visit.id]) for visit in visits if visit.id in problems)


def _to_mend(visit: Visit, problem: HostVerdict) -> HostToMend:
    return HostToMend(
        visit_id=visit.id,
        strip=strip_of(visit),
        start=visit.start,
        zone=ZoneInfo(visit.time_zone),
        host_account=visit.host_key,
        problem=problem,
    )


def _problems(rooms: Rooms, tx: Session, hosts: Mapping[str, str | None]) -> Mapping[str, HostVerdict]:
    known = verdicts(tx, rooms.video.vendor, {key for key in hosts.values() if key})
    found = {one: host_problem(key, known.get(key or "")) for one, key in hosts.items()}
    return {visit_id: problem for visit_id, problem in found.items() if problem is not None}
