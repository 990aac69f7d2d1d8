"""Every payload of a vendor reads without an exception into the right values or a named gap."""

import json
from datetime import UTC, date, datetime

import pytest

from fhir.appointments import appointment_from
from fhir.encounters import Performer, encounter_from
from fhir.locations import location_from
from fhir.patients import patient_from
from fhir.practitioners import practitioner_from
from fhir.times import Period

READERS = {
    "Patient": patient_from,
    "Practitioner": practitioner_from,
    "Appointment": appointment_from,
    "Encounter": encounter_from,
    "Location": location_from,
}

EXPECTED = {
    "oracle_patient_entry": {
        "id": "12724067",
        # The official name; the one that ended is passed over.
        "name": "JOE SMART",
        "given": "JOE",
        "family": "SMART",
        "birth_date": date(1976, 4, 29),
        # Of two record numbers the second ended.
        "mrn": "6931",
        "phones": ("8168888886",),
        "emails": ("joesmart@yopmail.com",),
        # The local code 151 comes before the language tag.
        "language": "en",
        "interpreter_needed": None,
        "gaps": (),
    },
    "oracle_practitioner_entry": {
        "id": "4122622",
        "name": "Physician - Hospitalist Cerner Cerner Test",
        "npi": "1111111111",
        "emails": (),
        "gaps": ("Practitioner.telecom",),
    },
    "oracle_location_address_entry": {
        "id": "20573078",
        "name": "Model Behavioral Health Clinic",
        "phone": "555 555 0001",
        "time_zone": None,
        "gaps": (),
    },
    "oracle_appointment_entry": {
        "id": "4822366",
        "status": "cancelled",
        "is_void": True,
        "start": datetime(2020, 1, 23, 22, 10, tzinfo=UTC),
        "end": datetime(2020, 1, 23, 23, 10, tzinfo=UTC),
        "minutes": 60,
        "patient_id": "12724066",
        # The primary performer is a room without a reference.
        "practitioner_ids": (),
        "primary_practitioner_id": None,
        "location_id": "32216049",
        "location_name": "Endoscopy",
        "service": "Surgery Rapid",
        "service_codes": ("4047611", "394576009"),
        "has_video_room": False,
        "version": "2",
        "gaps": ("Appointment.practitioner",),
    },
    "oracle_appointment_video_visit_entry": {
        "id": "4817572",
        "status": "noshow",
        "is_void": False,
        "start": datetime(2020, 7, 10, 13, 0, tzinfo=UTC),
        "end": datetime(2020, 7, 10, 13, 15, tzinfo=UTC),
        "minutes": 15,
        "patient_id": "12724066",
        "practitioner_ids": ("593923",),
        "primary_practitioner_id": "593923",
        "location_id": "21304876",
        "location_name": "MX Clinic 1",
        "service": "Video Visit",
        "service_codes": ("2572307911",),
        "has_video_room": True,
        "version": "2-1",
        "gaps": (),
    },
    "oracle_appointment_create": {
        "id": "",
        "status": "booked",
        "start": None,
        "patient_id": "12724066",
        "practitioner_ids": (),
        "gaps": (
            "Appointment.id",
            "Appointment.start",
            "Appointment.practitioner",
            "Appointment.location",
        ),
    },
    "oracle_proposed_appointment_create": {
        "id": "",
        "status": "proposed",
        # A requestedPeriod is a wish, not a start.
        "start": None,
        "patient_id": "12724066",
        "location_id": "21304876",
        "location_name": "MX Clinic 1",
        "service_codes": ("408443003",),
        "gaps": ("Appointment.id", "Appointment.start", "Appointment.practitioner"),
    },
    "oracle_encounter": {
        "id": "97939518",
        "status": "finished",
        "class_code": "IMP",
        "patient_id": "12724066",
        "appointment_ids": ("4818609",),
        "location_id": "32545019",
        "version": "1",
        "gaps": (),
    },
    "oracle_encounter_create": {
        "id": "",
        "status": "in-progress",
        "class_code": None,
        "patient_id": "12724066",
        "appointment_ids": (),
        "performers": (
            Performer("4122622", ("1119",), Period(datetime(2020, 3, 2, 20, 1, 13, tzinfo=UTC), None)),
        ),
        "gaps": ("Encounter.id", "Encounter.class", "Encounter.appointment"),
    },
}


def test_every_payload_of_a_type_that_we_read_has_its_values_here(samples):
    found = set()
    for path in samples.glob("*.json"):
        raw = json.loads(path.read_text())
        resource = raw.get("resource", raw) if isinstance(raw, dict) else {}
        if resource.get("resourceType") in READERS:
            found.add(path.stem)

    assert found == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_payload_reads_into_the_right_values_or_a_named_gap(sample, name):
    raw = sample(name)

    read = READERS[str(raw["resourceType"])](raw)

    assert {field: getattr(read, field) for field in EXPECTED[name]} == EXPECTED[name]


def test_the_encounter_sample_tells_who_performed_when(sample):
    encounter = encounter_from(sample("oracle_encounter"))

    assert [performer.types[-1] for performer in encounter.performers] == [
        "ATND",
        "CON",
        "CON",
        "REF",
        "PPRF",
        "PPRF",
    ]
    # Two people covered, one after the other; the attending physician is there throughout.
    assert encounter.primary_practitioner_at(datetime(2020, 1, 2, tzinfo=UTC)) == "12724045"
    assert encounter.primary_practitioner_at(datetime(2020, 1, 31, 20, 40, tzinfo=UTC)) == "12732065"
    assert encounter.primary_practitioner_at(datetime(2020, 1, 20, tzinfo=UTC)) == "4122622"
    assert encounter.primary_practitioner_at(datetime(2019, 1, 1, tzinfo=UTC)) == "12732065"
    assert encounter.period.start == datetime(2019, 12, 26, 15, 38, 2, tzinfo=UTC)
    assert encounter.period.end == datetime(2020, 1, 7, 6, 0, tzinfo=UTC)


def test_what_identifies_a_person_has_no_repr(sample):
    patient = patient_from(sample("oracle_patient_entry"))

    for secret in ("JOE", "SMART", "6931", "1976", "8168888886", "yopmail"):
        assert secret not in repr(patient)
