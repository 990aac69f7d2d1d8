"""What we owe is delivered: claimed in one transaction, handed over in none, settled in another."""

from collections.abc import Callable, Mapping

import structlog

from app.errors import explain
from app.errors.writes import SignInNeeded
from app.ports import Rooms
from app.services.chart_errands import JOIN_LINK, MESSAGE, NOTE, PRESENCE, RECORDING, STATUS
from app.services.deliver_end import deliver_end
from app.services.deliver_link import deliver_link
from app.services.deliver_wait import deliver_wait
from app.services.fetch_recording import fetch_recording
from app.services.finish_visit import END_MEETING
from app.services.keep_recording import FETCH
from app.services.owed import NotNeeded
from app.services.ring import telling
from app.services.say_wait import KIND as WAITING_WORDS
from app.services.send_link import KIND as SEND_LINK
from app.services.take_pass_back import KIND as TAKE_PASS_BACK
from app.services.take_pass_back import deliver_pass_back
from app.services.tell_people import MOVED, OFF
from app.services.write_chart import TakenOver, asked_for, look_of, write
from app.store.outbox import Claim, claim, due, settle, take_from_the_dead
from app.visits.states import WriteState
from app.visits.writes import NOT_NEEDED, Ending, failed, unseen
from fhir.errors import ChartUnauthorized
from launch.errors import LaunchError

log = structlog.get_logger()


def _handed_over(deliver: Callable[[Rooms, Claim], str | None]) -> Callable[[Rooms, Claim], Ending]:
    return lambda rooms, held: Ending(WriteState.WRITTEN, receipt=deliver(rooms, held))


HANDLERS: Mapping[str, Callable[[Rooms, Claim], Ending]] = {
    SEND_LINK: _handed_over(deliver_link),
    MOVED: _handed_over(deliver_link),
    OFF: _handed_over(deliver_link),
    END_MEETING: _handed_over(deliver_end),
    FETCH: _handed_over(fetch_recording),
    TAKE_PASS_BACK: _handed_over(deliver_pass_back),
    WAITING_WORDS: _handed_over(deliver_wait),
    NOTE: write,
    STATUS: write,
    PRESENCE: write,
    MESSAGE: write,
    JOIN_LINK: write,
    RECORDING: write,
}


def due_rows(rooms: Rooms) -> tuple[str, ...]:
    """What is to be delivered now, longest due first."""
    with rooms.db.read() as tx:
        return due(tx, rooms.clock.now())


def inherit_rows(rooms: Rooms) -> None:
    """All that was being delivered is due at once, for whoever knows that nobody else delivers."""
    with rooms.db.write() as tx:
        take_from_the_dead(tx, rooms.clock.now())


def deliver(rooms: Rooms, row_id: str) -> WriteState | None:
    """Deliver one row, or look for it, unless it is not due or somebody else does.

    Safe to call at any time, by anybody. A row ends in one of the states of a write, with the time of the
    next try or look where there is one.
    """
    with rooms.db.write() as tx:
        held = claim(tx, row_id, rooms.clock.now())
    if held is None:
        return None
    try:
        ending = _try(rooms, held)
    except TakenOver:
        return None
    with telling(rooms) as told:
        if settle(told.tx, held, ending, told.now):
            told.tell(held.visit_id, "state")
    return ending.state


def _try(rooms: Rooms, held: Claim) -> Ending:
    try:
        return HANDLERS[held.kind](rooms, held)
    except NotNeeded:
        return Ending(WriteState.REJECTED, NOT_NEEDED)
    except TakenOver:
        raise
    except Exception as fault:
        event = "delivery_failed" if held.state is WriteState.SENDING else "look_failed"
        log.warning(event, kind=held.kind, error=type(fault).__name__)
        return _after(rooms, held, fault)


def _after(rooms: Rooms, held: Claim, fault: Exception) -> Ending:
    code, now, may_pass = explain(fault).code, rooms.clock.now(), getattr(fault, "retryable", True)
    # Who we are to an EHR is set up by people, who may mend it while we try.
    may_be_mended = isinstance(fault, LaunchError)
    if held.state is not WriteState.SENDING:
        may_pass = may_pass or may_be_mended or isinstance(fault, ChartUnauthorized)
        return unseen(look_of(held), code, now, asked_for(fault, now), may_pass=may_pass)
    if isinstance(fault, SignInNeeded):
        return Ending(WriteState.NEEDS_SIGN_IN, code)
    if not (may_pass or may_be_mended):
        return Ending(WriteState.REJECTED, code)
    return failed(code, held.attempts, now, asked_for(fault, now))
