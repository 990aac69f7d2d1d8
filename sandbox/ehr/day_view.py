"""The synthetic day as the control API answers it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.clinic.people import Clinician, Person
from sandbox.clinic.places import ZONE, Place
from sandbox.clock import instant
from sandbox.ehr.schedule import ChartView, ScheduleLine


def day_as_json(
    now: datetime,
    today: date,
    view: ChartView,
    clinicians: Iterable[Clinician],
    patients: Iterable[Person],
    places: Iterable[Place],
) -> dict[str, object]:
    """The body of ``GET /_day``: people, places, and the appointments of yesterday, today and tomorrow."""
    days = [today - timedelta(days=1), today, today + timedelta(days=1)]
    lines = [line for day in days for line in view.schedule(None, day)]
    return {
        "date": today.isoformat(),
        "zone": ZONE.key,
        "now": instant(now),
        "practitioners": [_clinician(one) for one in clinicians],
        "patients": [_person(one) for one in patients],
        "locations": [{"id": one.id, "name": one.name, "phone": one.phone} for one in places],
        "appointments": [_appointment(line) for line in lines],
    }


def _clinician(clinician: Clinician) -> dict[str, Any]:
    return {
        "id": clinician.id,
        "name": clinician.display,
        "npi": clinician.npi,
        "email": clinician.email,
        "zoom_email": clinician.email,
        "zoom_licensed": clinician.zoom_licensed,
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.display,
        "given": list(person.given),
        "family": person.family,
        "birth_date": person.birth_date,
        "mrn": person.mrn,
        "phone": person.phone or None,
        "email": person.email or None,
        "language": person.language.code,
        "interpreter": person.interpreter,
    }


def _appointment(line: ScheduleLine) -> dict[str, Any]:
    return {
        "id": line.appointment_id,
        "start": instant(line.start) if line.start else None,
        "minutes": line.minutes,
        "status": line.status,
        "reason": line.reason,
        "video": line.telehealth,
        "patient": line.patient_id,
        "practitioner": line.practitioner_id,
        "location": line.location_id,
        "encounter": line.encounter_id,
    }
