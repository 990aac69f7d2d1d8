"""What the chart is to be told is promised, where this EHR has a way of taking it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.models import Visit
from app.ports import Rooms
from app.services.chart_errands import LANES, STATUS, rungs_of
from app.services.ring import Telling
from app.signin.session_view import SessionView
from app.store.outbox import Promise, promise
from app.store.visits import staff_of_act
from app.visits.states import Act
from launch.vendors.rung import Identity

AT_ONCE = timedelta(0)


def owe(
    rooms: Rooms,
    tx: Session,
    visit: Visit,
    kind: str,
    subject: str,
    now: datetime,
    *,
    staff_id: str | None = None,
    occasion: str = "",
    row_id: str | None = None,
    after: timedelta = AT_ONCE,
) -> bool:
    """Owe the chart this fact, once for each occasion. Tells if it is owed anew.

    `staff_id`: in whose name it may go. Nothing is owed where all ways are switched off.
    """
    identity = identity_of(rooms, visit.site, kind)
    if identity is None:
        return False
    found = row_id or rooms.random.token()
    owed = Promise(
        found, f"{kind}:{visit.id}:{subject}:{occasion}", visit.id, kind, subject, lane=LANES[kind]
    )
    return promise(tx, owed, now, staff_id, identity=identity, after=after)


def owe_stage(rooms: Rooms, told: Telling, visit: Visit, session: SessionView, stage: str) -> None:
    """Owe the stage: `fulfilled`, `noshow` or `reopened`. Each act is an occasion of its own."""
    owe(
        rooms,
        told.tx,
        visit,
        STATUS,
        stage,
        told.now,
        staff_id=name_of(session, visit),
        occasion=told.now.isoformat(),
    )


def identity_of(rooms: Rooms, site_name: str, kind: str) -> Identity | None:
    """Whose name the best way asks for; None if this site has no way of this kind, or switched all off."""
    switches = rooms.sites.by_name(site_name).ladder
    rungs = rungs_of(rooms, site_name, kind)
    return next((rung.identity for rung in rungs if switches.get(rung.name, rung.on_by_default)), None)


def sites_taking(rooms: Rooms, kind: str) -> tuple[str, ...]:
    """The EHRs that are to be told facts of this kind."""
    return tuple(site.name for site in rooms.sites.all() if identity_of(rooms, site.name, kind))


def name_of(session: SessionView, visit: Visit) -> str | None:
    """The person of the session, if the visit's EHR knows them: others cannot write in their own name."""
    return session.staff_id if session.kind == "launch" and session.site == visit.site else None


def opener_of(tx: Session, visit: Visit) -> str | None:
    """Who started the visit, if its EHR knows them."""
    return staff_of_act(tx, visit, Act.START)
