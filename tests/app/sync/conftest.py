"""The strict sandbox EHR with a place of its own, whose appointments a test books, and our reading of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.clock import FrozenClock
from app.models import OutboxRow, SyncLeg, Visit
from app.ports import Rooms
from app.services.deliver_outbox import deliver, due_rows
from app.services.sync_appointments import sync_site
from app.sync_plan import SyncPlan
from tests.app.fake_ehr import FakeEhr
from tests.fhir.clinic import Clinic, open_clinic

PLACE = "vb-location-sync"
EMAIL = {"system": "email", "value": "jo@mail.example"}


@pytest.fixture(scope="module")
def clinic():
    with open_clinic() as found:
        yield found


@dataclass
class Desk:
    """A front desk of the EHR, and what we know of its appointments."""

    clinic: Clinic
    rooms: Rooms
    clock: FrozenClock
    slot: datetime

    def load(self, *resources: dict[str, Any]) -> None:
        told = self.clinic.load(list(resources))
        assert not told["refused"], told

    def book(self, number: int, minutes: float = 0, **changes: Any) -> str:
        """An appointment that starts so many minutes after the slot."""
        start = changes.pop("start", self.slot + timedelta(minutes=minutes))
        self.load(appointment_raw(number, start, **changes))
        return f"sync-{number}"

    def sync(self, most: int = 200) -> int:
        """All searches that are due."""
        for turn in range(most):
            if not sync_site(self.rooms, "sandbox"):
                return turn
        raise AssertionError("always something due")

    def later(self, **units: float) -> None:
        self.clock.forward(**units)
        self.sync()

    def visits(self) -> dict[str, Visit]:
        with self.rooms.db.read() as tx:
            wanted = select(Visit).options(selectinload(Visit.people)).where(Visit.site == "sandbox")
            return {str(one.appointment_id): one for one in tx.scalars(wanted)}

    def visit(self, number: int) -> Visit:
        return self.visits()[f"sync-{number}"]

    def legs(self) -> dict[str, SyncLeg]:
        with self.rooms.db.read() as tx:
            return {one.name: one for one in tx.scalars(select(SyncLeg))}

    def owed(self) -> list[OutboxRow]:
        with self.rooms.db.read() as tx:
            wanted = select(OutboxRow).order_by(OutboxRow.created_at, OutboxRow.key)
            return list(tx.scalars(wanted))

    def deliver(self) -> list[str]:
        """Send what is due; the subjects of all e-mails so far."""
        for row in due_rows(self.rooms):
            deliver(self.rooms, row)
        return [one.subject for one in self.rooms.gateways["email"].sent]

    def asked(self) -> list[str]:
        """Paths of FHIR requests so far."""
        return self.clinic.asked()


def appointment_raw(number: int, start: datetime, **changes: Any) -> dict[str, Any]:
    minutes = changes.pop("minutes", 30)
    patient = changes.pop("patient", "sync-patient")
    practitioner = changes.pop("practitioner", "sync-doctor")
    place = changes.pop("place", PLACE)
    actors = [f"Patient/{patient}", f"Practitioner/{practitioner}", f"Location/{place}"]
    return {
        "resourceType": "Appointment",
        "id": f"sync-{number}",
        "status": "booked",
        "serviceType": [{"coding": [{"system": "urn:x", "code": "video-visit"}]}],
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=minutes)).isoformat(),
        "minutesDuration": minutes,
        "participant": [{"actor": {"reference": actor}, "status": "accepted"} for actor in actors],
        **changes,
    }


def people() -> list[dict[str, Any]]:
    patients = [
        {
            "resourceType": "Patient",
            "id": name,
            "name": [{"family": "Ipsum", "given": ["Jo"]}],
            "birthDate": "1980-01-01",
            "telecom": [EMAIL],
        }
        for name in ("sync-patient", "sync-other")
    ]
    doctors = [
        {"resourceType": "Practitioner", "id": name, "name": [{"family": "Lorem"}]}
        for name in ("sync-doctor", "sync-second")
    ]
    places = [
        {"resourceType": "Location", "id": one, "name": "Sync", "status": "active"}
        for one in (PLACE, "elsewhere")
    ]
    return [*patients, *doctors, *places]


@pytest.fixture
def desk(clinic, rooms, clock, make_site, minutes) -> Desk:
    """A fresh EHR, and a site that reads one place of it."""
    clinic.reset()
    plan = SyncPlan(locations=(PLACE,), horizon_days=3)
    rooms.sites.site = make_site(sync=plan, send_links=True)
    object.__setattr__(rooms, "ehr", FakeEhr(clinic.chart))
    found = Desk(clinic, rooms, clock, minutes(0))
    found.load(*people())
    return found
