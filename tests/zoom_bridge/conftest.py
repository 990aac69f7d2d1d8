"""Zoom as these tests see it: an account's room over faked HTTP, and Zoom's answers."""

import copy
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses

from zoom_bridge.account import connect
from zoom_bridge.auth import ZoomApp
from zoom_bridge.bridge import ZoomBridge
from zoom_bridge.errors import ZoomBusy, ZoomQuotaSpent
from zoom_bridge.meetings import MeetingOrder
from zoom_bridge.ports import StoredToken
from zoom_bridge.quota import MOST_A_DAY, next_utc_midnight
from zoom_bridge.secret import Secret

API = "https://api.zoom.us/v2"
OAUTH = "https://zoom.us/oauth/token"
NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


class StandingClock:
    """Stands until moved."""

    def __init__(self, instant):
        self.instant = instant

    def now(self):
        return self.instant

    def forward(self, **units):
        self.instant += timedelta(**units)


class OneToken:
    """A token store in memory."""

    def __init__(self, token=None):
        self.token = token
        self.saved = 0

    def load(self):
        return self.token

    def renewing(self):
        return nullcontext()

    def save(self, token):
        self.token = token
        self.saved += 1


class Gate:
    """A rate gate in memory."""

    def __init__(self, clock):
        self.clock = clock
        self.until = {}

    def wait_allowed(self, category):
        until = self.until.get(category)
        if until and until > self.clock.now():
            raise ZoomBusy(until)

    def pause(self, category, until):
        self.until[category] = max(until, self.until.get(category, until))


class Book:
    """A quota book in memory."""

    def __init__(self, clock):
        self.clock = clock
        self.spent = Counter()

    def spend(self, host_id, utc_day):
        if self.spent[host_id, utc_day] >= MOST_A_DAY:
            raise ZoomQuotaSpent(next_utc_midnight(self.clock.now()))
        self.spent[host_id, utc_day] += 1

    def note_spent_out(self, host_id, utc_day):
        self.spent[host_id, utc_day] = MOST_A_DAY


@pytest.fixture
def clock():
    return StandingClock(NOW)


@pytest.fixture
def store():
    """Holds a token that lives for an hour."""
    return OneToken(StoredToken(Secret("token-1"), "https://api.zoom.us", NOW + timedelta(hours=1)))


@pytest.fixture
def gate(clock):
    return Gate(clock)


@pytest.fixture
def book(clock):
    return Book(clock)


@pytest.fixture
def app():
    return ZoomApp("account-1", "client-1", Secret("client-secret-1"), OAUTH, API)


@pytest.fixture
def zoom(app, store, gate, book, clock):
    """The client under test."""
    with requests.Session() as session:
        yield connect(session, app, store=store, gate=gate, quota=book, clock=clock)


@pytest.fixture
def bridge(zoom, clock):
    return ZoomBridge(zoom, Secret("webhook-secret-1"), clock)


@pytest.fixture
def http():
    """The wire: what is not registered is refused, what is registered must be asked for."""
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def order():
    """An order of a meeting, with changes by name."""

    def make(**changes):
        plain = {
            "topic": "Video visit · K7Q2M9XW",
            "start": NOW + timedelta(minutes=30),
            "minutes": 25,
            "time_zone": "America/New_York",
        }
        return MeetingOrder(**(plain | changes))

    return make


ANSWERS = {
    "meetingCreate": {
        "uuid": "aDYlohsHRtCd4ii1uC2+hA==",
        "id": 92674392836,
        "host_id": "30R7kT7bTIKSNUFEuH_Qlg",
        "host_email": "d.lee@clinic.example",
        "topic": "Video visit · K7Q2M9XW",
        "type": 2,
        "status": "waiting",
        "start_time": "2026-03-04T15:30:00Z",
        "duration": 25,
        "timezone": "America/New_York",
        "created_at": "2026-03-04T15:00:01Z",
        "start_url": "https://zoom.example/s/92674392836?zak=host-zak",
        "join_url": "https://zoom.example/j/92674392836?pwd=pass",
        "registration_url": "https://zoom.example/meeting/register/7ksAkRCoEpt1",
        "password": "a1b2c3",
        "settings": {"waiting_room": True, "approval_type": 0, "join_before_host": False},
    },
    "meetings": {
        "page_size": 300,
        "next_page_token": "",
        "meetings": [
            {
                "uuid": "other==",
                "id": 91111111111,
                "host_id": "30R7kT7bTIKSNUFEuH_Qlg",
                "topic": "Team meeting",
                "type": 2,
                "created_at": "2026-03-01T15:00:01Z",
            },
            {
                "uuid": "aDYlohsHRtCd4ii1uC2+hA==",
                "id": 92674392836,
                "host_id": "30R7kT7bTIKSNUFEuH_Qlg",
                "topic": "Video visit · K7Q2M9XW",
                "type": 2,
                "created_at": "2026-03-04T15:00:01Z",
            },
        ],
    },
    "meetingRegistrantCreate": {
        "id": 92674392836,
        "registrant_id": "fdgsfh2ey82fuh",
        "join_url": "https://zoom.example/w/92674392836?tk=registrant-token",
        "start_time": "2026-03-04T15:30:00Z",
        "topic": "Video visit · K7Q2M9XW",
    },
    "meetingRegistrants": {
        "page_size": 300,
        "next_page_token": "",
        "registrants": [
            {
                "id": "fdgsfh2ey82fuh",
                "email": "k7q2@visits.example",
                "first_name": "Patient K7Q2",
                "status": "approved",
                "create_time": "2026-03-04T15:20:00Z",
                "join_url": "https://zoom.example/w/92674392836?tk=registrant-token",
            }
        ],
    },
    "user": {
        "id": "30R7kT7bTIKSNUFEuH_Qlg",
        "email": "d.lee@clinic.example",
        "first_name": "David",
        "last_name": "Lee",
        "type": 2,
        "status": "active",
    },
    "userToken": {"token": "zak-1"},
    "pastMeetingParticipants": {
        "page_size": 300,
        "next_page_token": "",
        "participants": [
            {
                "id": "30R7kT7bTIKSNUFEuH_Qlg",
                "name": "",
                "user_id": "16778240",
                "registrant_id": "fdgsfh2ey82fuh",
                "user_email": "",
                "join_time": "2026-03-04T15:31:00Z",
                "leave_time": "2026-03-04T15:50:00Z",
                "duration": 1140,
                "status": "in_meeting",
            }
        ],
    },
}
ANSWERS["pastMeetingDetails"] = {
    "uuid": "aDYlohsHRtCd4ii1uC2+hA==",
    "id": 92674392836,
    "start_time": "2026-03-04T15:30:00Z",
    "end_time": "2026-03-04T15:52:00Z",
}
ANSWERS["users"] = {
    "page_size": 300,
    "next_page_token": "",
    "users": [{**ANSWERS["user"], "timezone": "America/New_York", "employee_unique_id": "1234567893"}],
}
ANSWERS["pastMeetings"] = {
    "meetings": [{"uuid": "aDYlohsHRtCd4ii1uC2+hA==", "start_time": "2026-03-04T15:30:00Z"}]
}
ANSWERS["dashboardMeetingParticipants"] = {
    "page_size": 300,
    "next_page_token": "",
    "meeting_number": "92674392836",
    "participants": [
        {
            "user_id": "16778240",
            "participant_uuid": "D444CD06-2ABB-2FCC-019B-39E41D8DADF7",
            "participant_user_id": "30R7kT7bTIKSNUFEuH_Qlg",
            "user_name": "",
            "email": "d.lee@clinic.example",
            "role": "host",
            "join_time": "2026-03-04T15:30:00Z",
            "status": "in_meeting",
        },
        {
            "user_id": "16779264",
            "participant_uuid": "E555CD06-2ABB-2FCC-019B-39E41D8DADF7",
            "participant_user_id": "",
            "user_name": "Patient K7Q2",
            "email": "k7q2@visits.example",
            "role": "attendee",
            "join_time": "2026-03-04T15:31:00Z",
            "status": "in_waiting_room",
        },
    ],
}
ANSWERS["meeting"] = ANSWERS["meetingCreate"] | {"status": "started"}


@pytest.fixture
def answers():
    """Zoom's answers by operation, free to be changed."""
    return copy.deepcopy(ANSWERS)
