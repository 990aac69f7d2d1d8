"""One write to a chart: sent by the best way that there is, or looked for where it may be there already."""

from datetime import datetime, timedelta

import structlog

from app.errors import explain
from app.errors.writes import NoWayOfWriting, SignInNeeded
from app.ports import Rooms
from app.services.chart_errands import Errand, check_needed, errand_of
from app.services.chart_ways import Charts, Way
from app.store.notes import refuse_rung, refused_rungs
from app.store.outbox import Claim, bar_rung, note_rung
from app.visits.states import WriteState
from app.visits.writes import Ending, Look, found, not_found, unsure, written
from fhir.errors import (
    ChangeImpossible,
    ChartForbidden,
    ChartNotFound,
    ChartRefused,
    ChartUnauthorized,
    FhirError,
)
from launch.errors import LaunchError, RefreshRefused
from launch.vendors.ladder import is_lasting

log = structlog.get_logger()
# Somebody may have mended the EHR by then.
REFUSED_FOR = timedelta(days=1)
# A refusal of the way, not of the fact: the next rung may do.
BARS = (ChangeImpossible, ChartForbidden, ChartNotFound, ChartRefused)


class TakenOver(Exception):
    """This process was so slow that another has taken the row over: it writes nothing."""


def write(rooms: Rooms, held: Claim) -> Ending:
    """Send it, or look for it. Raises NotNeeded, TakenOver, and the errors of both rooms.

    What it raises of a claim that is not `sending` says that it could not be looked for, and nothing else.
    """
    return _sent(rooms, held) if held.state is WriteState.SENDING else _looked_for(rooms, held)


def look_of(held: Claim) -> Look:
    """The look that this claim is for."""
    return Look(held.state, held.looks, held.error, held.receipt)


def asked_for(fault: Exception, now: datetime) -> datetime | None:
    """When the other system wants to be asked again, if it told."""
    wait = getattr(fault, "retry_after", None)
    at: datetime | None = now + wait if wait is not None else getattr(fault, "retry_at", None)
    return at


def _sent(rooms: Rooms, held: Claim) -> Ending:
    with rooms.db.read() as tx:
        check_needed(tx, held)
        errand = errand_of(rooms, tx, held)
        lasting = refused_rungs(tx, errand.site, rooms.clock.now() - REFUSED_FOR)
    charts, refused = Charts(rooms, errand.site, held.staff_id), {*held.refused, *lasting}
    last: FhirError | None = None
    while True:
        try:
            way = charts.way(errand, refused)
        except NoWayOfWriting:
            raise last or NoWayOfWriting from None
        try:
            return _tried(rooms, held, errand, way)
        except RefreshRefused:
            charts.forget_owner()
        except BARS as no:
            if no.retryable or not no.outcome_known:
                raise
            last = no
            refused.add(way.rung.name)
            _bar(rooms, held, errand, way, no)


def _tried(rooms: Rooms, held: Claim, errand: Errand, way: Way) -> Ending:
    with rooms.db.write() as tx:
        if not note_rung(tx, held, way.rung.name):
            raise TakenOver
    try:
        answer = way.rung.write(way.chart, errand.fact, way.capabilities)
    except ChartUnauthorized:
        if way.whose == "user":
            raise SignInNeeded from None
        raise
    except Exception as fault:
        if _was_not_done(fault):
            raise
        log.warning("outcome_unknown", kind=held.kind, error=type(fault).__name__)
        now = rooms.clock.now()
        return unsure(explain(fault).code, now, asked_for(fault, now), can_look=way.can_look)
    if not answer.is_done:
        return unsure("accepted", rooms.clock.now(), can_look=way.can_look)
    return written(answer.reference, rooms.clock.now(), can_look=way.can_look)


def _was_not_done(fault: Exception) -> bool:
    """Whether a failure proves that the chart has nothing of it. One that nobody thought of does not."""
    is_known: bool = getattr(fault, "outcome_known", isinstance(fault, LaunchError))
    return is_known


def _bar(rooms: Rooms, held: Claim, errand: Errand, way: Way, no: FhirError) -> None:
    log.warning("rung_refused", site=errand.site, kind=held.kind, hint=way.rung.name, error=type(no).__name__)
    with rooms.db.write() as tx:
        bar_rung(tx, held, way.rung.name)
        if is_lasting(no):
            refuse_rung(tx, errand.site, way.rung.name, rooms.clock.now())


def _looked_for(rooms: Rooms, held: Claim) -> Ending:
    with rooms.db.read() as tx:
        errand = errand_of(rooms, tx, held)
    rung = next((one for one in errand.rungs if one.name == held.rung), None)
    chart = Charts(rooms, errand.site, held.staff_id).to_look(rung) if rung else None
    if rung is None or rung.look is None or chart is None:
        return Ending(held.state, held.error, held.receipt)
    receipt = rung.look(chart, errand.fact, held.receipt)
    now = rooms.clock.now()
    if receipt is not None:
        return found(receipt.reference, receipt.copies, now)
    return not_found(look_of(held), held.attempts, now)
