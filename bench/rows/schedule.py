"""A day out of the chart: a bundle of a hundred appointments, read into the values of the product."""

import gc
import json
import time
from collections.abc import Callable

from fhir.appointments import ChartAppointment, appointment_from

APPOINTMENTS = 100
REPEATED = 2
BASE = "https://ehr.example/fhir"


def handling_over_loading(seconds: float) -> float:
    """How many times `json.loads` of the bundle it takes to load and read it: the fastest of each."""
    bundle = bundle_of(APPOINTMENTS)
    # As timeit does: what the bench itself has in memory is not to be looked through meanwhile.
    gc.disable()
    try:
        return _measured(bundle, seconds)
    finally:
        gc.enable()


def _measured(bundle: bytes, seconds: float) -> float:
    loading = handling = float("inf")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        loading = min(loading, _took(lambda: json.loads(bundle)))
        handling = min(handling, _took(lambda: read(bundle)))
    return handling / loading


def read(bundle: bytes) -> list[ChartAppointment]:
    """The appointments of the bundle."""
    return [appointment_from(entry["resource"], BASE) for entry in json.loads(bundle)["entry"]]


def bundle_of(count: int) -> bytes:
    """A searchset as servers write it: about 1.2 kB an appointment.

    https://hl7.org/fhir/R4/bundle.html
    """
    entries = [{"fullUrl": f"{BASE}/Appointment/{n}", "resource": _appointment(n)} for n in range(count)]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}, indent=1).encode()


def _appointment(number: int) -> dict[str, object]:
    hour, minute = 8 + number // 12, number % 12 * 5
    return {
        "resourceType": "Appointment",
        "id": f"appointment-{number}",
        "meta": {"versionId": "3", "lastUpdated": "2026-11-20T16:04:11Z"},
        "identifier": [{"system": "https://ehr.example/ids/appointment", "value": f"{100000 + number}"}],
        "status": "booked",
        "serviceType": [_concept("https://ehr.example/service", "124", "Family medicine")],
        "appointmentType": _concept("http://terminology.hl7.org/CodeSystem/v2-0276", "FOLLOWUP", "Follow-up"),
        "start": f"2026-11-23T{hour:02}:{minute:02}:00-05:00",
        "end": f"2026-11-23T{hour:02}:{minute + 4:02}:59-05:00",
        "minutesDuration": 20,
        "participant": [
            _participant("Patient", f"patient-{number}", "A patient"),
            _participant("Practitioner", "practitioner-1", "Amara Osei"),
            _participant("Location", "location-1", "Harbor Clinic"),
        ],
    }


def _concept(system: str, code: str, display: str) -> dict[str, object]:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def _participant(kind: str, its_id: str, display: str) -> dict[str, object]:
    actor = {"reference": f"{kind}/{its_id}", "display": display}
    return {"actor": actor, "required": "required", "status": "accepted"}


def _took(work: Callable[[], object]) -> float:
    began = time.thread_time()
    for _ in range(REPEATED):
        work()
    return time.thread_time() - began
