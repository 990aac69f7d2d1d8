"""A visit that the chart told of, its provider's session, and what happens to it."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from app.models import Participant, Visit
from app.ports import Rooms
from app.services.read_inbox import read_inbox
from app.services.receive_webhook import receive_webhook
from app.services.reread_appointment import Reread
from app.services.see_appointment import SeenAppointment, see_appointment
from app.services.start_visit import start_visit
from app.signin.roles import Grant, StaffRole
from app.signin.session_view import SessionView
from app.store.meetings import active_meeting, guests_of
from app.store.sessions import NewSession, add_session, find_session
from app.store.staff import Identity, meet_staff
from app.store.visits import find_visit
from app.visits.states import Role
from fhir.appointments import ChartAppointment
from fhir.locations import ChartLocation
from fhir.patients import ChartPatient
from fhir.practitioners import ChartPractitioner

DR_OSEI = "amara.osei@clinic.example"


@pytest.fixture
def appointment(minutes) -> Callable[..., ChartAppointment]:
    """Half an hour at the slot, with changes by name."""

    def make(**changes: Any) -> ChartAppointment:
        plain: dict[str, Any] = {
            "id": "appt-1",
            "status": "booked",
            "start": minutes(0),
            "end": minutes(30),
            "minutes": 30,
            "patient_id": "p-1",
            "practitioner_ids": ("dr-1",),
            "primary_practitioner_id": "dr-1",
            "location_id": "harbor",
            "location_name": "Harbor Clinic",
            "service": "Follow-up",
            "service_codes": (),
            "has_video_room": True,
            "version": "1",
            "gaps": (),
        }
        return ChartAppointment(**(plain | changes))

    return make


@pytest.fixture
def patient() -> Callable[..., ChartPatient]:
    """Rosa Diaz, with changes by name."""

    def make(**changes: Any) -> ChartPatient:
        plain: dict[str, Any] = {
            "id": "p-1",
            "name": "Rosa Diaz",
            "given": "Rosa",
            "family": "Diaz",
            "birth_date": date(1961, 4, 2),
            "mrn": "MRN-00417",
            "phones": ("(212) 555-0123",),
            "emails": ("rosa.diaz@mail.example",),
            "language": "es",
            "interpreter_needed": False,
            "gaps": (),
        }
        return ChartPatient(**(plain | changes))

    return make


@pytest.fixture
def seen(appointment, patient, clock) -> Callable[..., SeenAppointment]:
    """What a reading of the chart told, with changes by name."""

    def make(**changes: Any) -> SeenAppointment:
        plain: dict[str, Any] = {
            "appointment": appointment(),
            "patient": patient(),
            "practitioner": ChartPractitioner("dr-1", "Amara Osei", "1234567893", (DR_OSEI,), ()),
            "location": ChartLocation("harbor", "Harbor Clinic", None, None, ()),
            "encounter_id": None,
            "read_at": clock.now(),
        }
        return SeenAppointment(**(plain | changes))

    return make


@pytest.fixture
def sign_in(rooms: Rooms) -> Callable[..., SessionView]:
    """A session of a provider's launch, or of a local account in a role."""

    def begin(kind: str = "launch", role: str = "provider", practitioner: str = "dr-1", department: str = ""):
        session_id = rooms.random.token()
        with rooms.db.write() as tx:
            who = Identity("https://idp.example", session_id, "sandbox", f"Practitioner/{practitioner}")
            grant = Grant(StaffRole(role), "sandbox", department)
            staff_id = meet_staff(tx, who, "Amara Osei", [grant], rooms.random.token(), rooms.wall.now())
            tx.flush()
            site = "sandbox" if kind == "launch" else None
            add_session(tx, NewSession(session_id, kind, "browser", staff_id, site), rooms.wall.now())
        with rooms.db.read() as tx:
            found = find_session(tx, session_id)
        assert found is not None
        return found[0]

    return begin


@pytest.fixture
def session(sign_in) -> SessionView:
    """The provider of the visit, by a launch."""
    return sign_in()


@dataclass
class World:
    """One visit, and what happens to it."""

    rooms: Rooms
    session: SessionView
    visit_id: str
    delivered: int = 0

    @property
    def visit(self) -> Visit:
        """The visit as it is now."""
        with self.rooms.db.read() as tx:
            found = find_visit(tx, self.visit_id)
        assert found is not None
        return found

    @property
    def patient(self) -> Participant:
        return next(person for person in self.visit.people if person.role == Role.PATIENT)

    @property
    def host(self) -> Participant:
        return next(person for person in self.visit.people if person.role == Role.HOST)

    @property
    def token(self) -> str:
        assert self.patient.token is not None
        return self.patient.token

    @property
    def room_id(self) -> str:
        with self.rooms.db.read() as tx:
            meeting = active_meeting(tx, self.visit_id)
        assert meeting is not None and meeting.room_id is not None
        return meeting.room_id

    @property
    def guest_id(self) -> str:
        with self.rooms.db.read() as tx:
            meeting = active_meeting(tx, self.visit_id)
            assert meeting is not None
            (found,) = guests_of(tx, [meeting.id])
        assert found.guest_id is not None
        return found.guest_id

    def refresh_session(self) -> None:
        with self.rooms.db.read() as tx:
            found = find_session(tx, self.session.id)
        assert found is not None
        self.session = found[0]

    def start(self, *agreed: str, chart: Reread = Reread()) -> Any:  # noqa: B008  # immutable
        """Press Start as somebody who has said yes to the host question."""
        return start_visit(self.rooms, self.session, self.visit_id, agreed={"host", *agreed}, chart=chart)

    def event(self, name: str, at: datetime, *, who: str | None = None, **more: Any) -> bytes:
        """Zoom's event of this visit's meeting. `who`: host, patient or stranger."""
        meeting: dict[str, Any] = {
            "id": more.pop("id", self.room_id),
            "uuid": more.pop("uuid", "uuid-1"),
            "host_id": f"id-of-{DR_OSEI}",
        }
        if who is None:
            meeting["start_time"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
            meeting["end_time"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        else:
            meeting["participant"] = self._participant(who, at, more)
        told = more.pop("event_ts", int(at.timestamp() * 1000))
        body = {"event": f"meeting.{name}", "event_ts": told, "payload": {"object": meeting}}
        return json.dumps(body, separators=(",", ":")).encode()

    def _participant(self, who: str, at: datetime, more: dict[str, Any]) -> dict[str, Any]:
        time = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        person = {
            "participant_uuid": more.pop("connection", f"{who}-1"),
            "user_name": "",
            "date_time": time,
            "join_time": time,
            "leave_time": time,
        }
        if who == "patient":
            person["registrant_id"] = more.pop("registrant_id", None) or self.guest_id
        if who == "host":
            person["participant_user_id"] = f"id-of-{DR_OSEI}"
        return person

    def deliver(self, body: bytes) -> int:
        """Sign and send, and have it read."""
        status = self.send(body)
        read_inbox(self.rooms)
        return status

    def send(self, body: bytes, signed_at: datetime | None = None) -> int:
        """Sign and send only."""
        return receive_webhook(self.rooms, "zoom", self.signed(body, signed_at), body).status

    def signed(self, body: bytes, at: datetime | None = None) -> dict[str, str]:
        """The headers that Zoom sends with a body."""
        timestamp = str(int((at or self.rooms.clock.now()).timestamp()))
        message = b":".join((b"v0", timestamp.encode(), body))
        signature = "v0=" + hmac.new(b"webhook-secret", message, hashlib.sha256).hexdigest()
        return {"x-zm-request-timestamp": timestamp, "x-zm-signature": signature}

    def tell(self, name: str, at: datetime, who: str | None = None, **more: Any) -> None:
        """An event, delivered and read."""
        assert self.deliver(self.event(name, at, who=who, **more)) == 204


@pytest.fixture
def world(rooms: Rooms, session: SessionView, seen) -> World:
    """A planned visit that the provider's launch has seen."""
    site = rooms.sites.by_name("sandbox")
    visit_id = see_appointment(rooms, site, seen(), session_id=session.id)
    return World(rooms, session, visit_id)
