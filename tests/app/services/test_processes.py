"""Start in several real processes over one PostgreSQL database and the sandbox's strict Zoom."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
import requests
from sqlalchemy import select

from app.models import Meeting, VisitMeeting
from app.services.meeting_record import expected_host, reserve
from app.services.see_appointment import see_appointment
from app.signin.roles import Grant, StaffRole
from app.store.sessions import NewSession, add_session
from app.store.staff import Identity, meet_staff
from sandbox.serving import served
from sandbox.zoom.app import create_app
from sandbox.zoom.config import ZoomConfig
from tests.app.services.starting_process import rooms_over
from tests.patience import PATIENCE, until

POSTGRES = "VISITBRIDGE_TEST_POSTGRES_URL"
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.wire,
    pytest.mark.skipif(not os.environ.get(POSTGRES), reason=f"no PostgreSQL server ({POSTGRES} is not set)"),
]


@pytest.fixture
def zoom():
    """The address of a fresh sandbox Zoom."""
    app = create_app(ZoomConfig())
    with served(app) as url:
        yield url
    app.extensions["zoom"].close()


@pytest.fixture
def deployment(postgres_url, zoom):
    found = rooms_over(postgres_url, zoom)
    yield found
    found.db.dispose()


@pytest.fixture
def visit(deployment, seen, appointment, root):
    """A visit at this very hour, its provider's session, and a way to have it started."""
    now = datetime.now(UTC)
    reading = seen(
        appointment=appointment(id=f"at-{now.timestamp()}", start=now + timedelta(minutes=1)), read_at=now
    )
    visit_id = see_appointment(deployment, deployment.sites.by_name("sandbox"), reading, session_id=None)
    session_id = deployment.random.token()
    with deployment.db.write() as tx:
        who = Identity("https://idp.example", session_id, "sandbox", "Practitioner/dr-1")
        staff_id = meet_staff(tx, who, "Amara", [Grant(StaffRole.PROVIDER)], deployment.random.token(), now)
        tx.flush()
        add_session(tx, NewSession(session_id, "launch", "browser", staff_id, "sandbox"), now)
    return visit_id, session_id


@pytest.fixture
def process(postgres_url, zoom, visit, root):
    """Starts processes that are ready to press Start; whatever is left of them is ended."""
    started = []

    def begin():
        command = [sys.executable, "-m", "tests.app.services.starting_process", postgres_url, zoom, *visit]
        found = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(found)
        assert found.stdout.readline() == "ready\n"
        return found

    yield begin
    for one in started:
        one.kill()
        one.wait()
        one.stdin.close()
        one.stdout.close()


def press(process):
    process.stdin.write("start\n")
    process.stdin.flush()


def creates(zoom):
    rows = requests.get(f"{zoom}/_requests", timeout=PATIENCE).json()
    return [row["status"] for row in rows if row["method"] == "POST" and row["path"].endswith("/meetings")]


def slow_creates(zoom, seconds):
    order = {"name": "slow", "seconds": seconds, "operation": "meetingCreate"}
    assert requests.post(f"{zoom}/_break", json=order, timeout=PATIENCE).ok


def meetings_of(deployment, visit):
    served_by = select(VisitMeeting.meeting_id).where(VisitMeeting.visit_id == visit[0])
    with deployment.db.read() as tx:
        wanted = select(Meeting.state).where(Meeting.id.in_(served_by)).order_by(Meeting.created_at)
        return list(tx.scalars(wanted))


def test_two_processes_that_start_at_once_make_one_meeting(deployment, zoom, process):
    slow_creates(zoom, 1)
    both = [process(), process()]

    for one in both:
        press(one)
    links = [one.stdout.readline() for one in both]

    assert all("/s/" in link for link in links)
    assert creates(zoom) == [201]


def test_a_process_killed_while_zoom_makes_the_meeting_leaves_one_meeting(deployment, zoom, process, visit):
    slow_creates(zoom, 2)
    doomed = process()
    press(doomed)
    until(lambda: meetings_of(deployment, visit) == ["creating"])
    time.sleep(0.3)
    doomed.kill()

    heir = process()
    press(heir)

    assert "/s/" in heir.stdout.readline()
    until(lambda: creates(zoom) == [201])
    assert meetings_of(deployment, visit) == ["ready"]


def test_a_process_killed_before_it_asked_zoom_is_made_up_for(deployment, zoom, process, visit):
    video, host_key = expected_host(deployment, visit[0])
    reserve(deployment, visit[0], video, host_key, video.host(host_key))

    heir = process()
    press(heir)

    assert "/s/" in heir.stdout.readline()
    assert creates(zoom) == [201]
    assert meetings_of(deployment, visit) == ["failed", "ready"]
