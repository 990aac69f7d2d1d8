"""A provider's click on Start and the redirect to the host's link: the meeting is made before, or exists."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import update

from app.crypto import KEYRING
from app.models import Meeting
from bench.clinic import OpenVisit, open_visits, planned_visits
from bench.deployment import Deployment
from bench.http_lines import request_bytes
from bench.instant_zoom import CREATE, MEETING, USER
from bench.load import Load, load
from bench.open_page import OpenPage, open_page
from bench.plan import Plan
from bench.rows.join import calls_of

# What is so old is not looked at any more, so no look is counted as a click's.
LONG_AGO = timedelta(days=3)
CLICKS = 60


def click_start(here: Deployment, plan: Plan, *, first: bool) -> tuple[Load, float]:
    """A few clicks, one after another. The load, and what each asked of Zoom.

    A `first` click has its meeting made. What is counted are the calls of a click only, though Zoom is also
    asked about meetings that have just been made.
    """
    visits = planned_visits(here.database, CLICKS) if first else _unwatched(here)
    page = open_page(here.database, visits)
    ready = [start_request(here.app, page, visit) for visit in visits]
    theirs = () if first else tuple(f"{MEETING} {visit.room_id}" for visit in visits)
    counted = (USER, CREATE, *theirs)
    before = calls_of(here.zoom, *counted)
    done = load(here.app, iter(ready), seconds=plan.seconds * 4, connections=1, expect=303)
    return done, (calls_of(here.zoom, *counted) - before) / len(done.took_ms)


def start_request(url: str, page: OpenPage, visit: OpenVisit) -> bytes:
    """The form of the visit page, sent in a tab of its own, which has no cookie."""
    ticket = KEYRING.signer("ticket").dumps([page.session_id, visit.id, "start"])
    form = urlencode({"ticket": ticket, "agreed": "host"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": url}
    address = f"{url}/clinic/s/{page.session_id}/visits/{visit.id}/start"
    return request_bytes("POST", address, headers, form.encode())


def _unwatched(here: Deployment) -> list[OpenVisit]:
    visits = open_visits(here.database, CLICKS, joined=True)
    theirs = Meeting.id.in_([visit.meeting_id for visit in visits])
    with here.database.write() as tx:
        tx.execute(update(Meeting).where(theirs).values(created_at=datetime.now(UTC) - LONG_AGO))
    return visits
