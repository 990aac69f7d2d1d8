"""A patient comes to a call of which no webhook ever tells: when the provider's open page knows."""

import asyncio
import json
import time
from dataclasses import dataclass

from sqlalchemy import delete, update

from app.models import Meeting, Visit
from app.models.polling import PollingSpent
from app.store.database import Database
from app.visits.states import MeetingState, VisitState
from bench.clinic import OpenVisit, open_visits
from bench.deployment import Deployment
from bench.http_lines import connect, request_bytes
from bench.instant_zoom import HOST, LOOKS
from bench.load import Unexpected, ask
from bench.open_page import PRESENCE, OpenPage, open_page
from bench.plan import Plan
from bench.rows.join import calls_of
from bench.rows.stream import delays, opened

# They come one after the other for as long as it takes until a call is looked at again.
APART_SECONDS = 1.0
GRACE_SECONDS = 60.0


@dataclass(frozen=True)
class Unheard:
    """Seconds from when Zoom knew to when the page did, for each patient; how often a call was looked at."""

    took_seconds: tuple[float, ...]
    missing: int
    looks: float  # a minute, of one call


def come_unheard(here: Deployment, plan: Plan) -> Unheard:
    """A few visits under way, with nothing else to look at. Raises Unexpected if the stream ends."""
    _put_away_the_rest(here.database)
    visits = open_visits(here.database, plan.patients, joined=True)
    page = open_page(here.database, visits)
    before, began = calls_of(here.zoom, LOOKS), time.monotonic()
    came = asyncio.run(_come(here, visits, page))
    minutes = (time.monotonic() - began) / 60
    looks = (calls_of(here.zoom, LOOKS) - before) / plan.patients / minutes
    took = [ms / 1000 for ms in delays(came, page)]
    return Unheard(tuple(took), plan.patients - len(took), looks)


def _put_away_the_rest(database: Database) -> None:
    """What other rows left open would be looked at, too, and has spent calls of the day."""
    with database.write() as tx:
        tx.execute(update(Visit).values(state=VisitState.CANCELLED))
        tx.execute(update(Meeting).values(state=MeetingState.CLOSED))
        tx.execute(delete(PollingSpent))


async def _come(here: Deployment, visits: list[OpenVisit], page: OpenPage) -> list[tuple[str, float]]:
    stream = asyncio.create_task(page.listen(here.events))
    await opened([page], [stream])
    line, came = await connect(here.zoom), []
    for visit in visits:
        row = {"email": f"{visit.patient_id}@visits.invalid", "status": "in_waiting_room"}
        body = json.dumps({"room": visit.room_id, "participants": [{"email": HOST}, row]}).encode()
        answer = await ask(line, request_bytes("POST", f"{here.zoom}/call", {}, body))
        if answer is None or answer.status != 200:
            raise Unexpected("the stand-in takes no call")
        came.append((visit.id, time.time()))
        await asyncio.sleep(APART_SECONDS)
    until = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < until and _known(page) < len(visits):
        await asyncio.sleep(0.05)
    line.close()
    if stream.done():
        raise stream.exception() or Unexpected("the stream ended")
    stream.cancel()
    return came


def _known(page: OpenPage) -> int:
    return len({visit_id for visit_id, kind, _ in page.lines if kind == PRESENCE})
