"""Payloads in the shape that Epic gives them: what is ours to read is read, what is not is passed over."""

from datetime import UTC, datetime

from fhir.appointments import appointment_from
from fhir.encounters import encounter_from
from fhir.identifiers import Number, number_under
from fhir.patients import patient_from
from fhir.practitioners import practitioner_from

ROOT = "urn:oid:1.2.840.114350.1.13.861.2.7"
CSN = f"{ROOT}.3.698084.8"


def test_an_appointment_without_a_length_has_that_of_its_slot():
    raw = {
        "resourceType": "Appointment",
        "id": "eWg5UGQ0-x.y",
        "identifier": [{"use": "usual", "type": {"text": "CSN"}, "system": CSN, "value": "10007057852"}],
        "status": "booked",
        "serviceCategory": [{"coding": [{"system": "http://open.epic.com/FHIR/x", "code": "appointment"}]}],
        "serviceType": [{"coding": [{"system": f"{ROOT}.3.808267.11", "code": "40111223"}]}],
        "start": "2026-11-23T15:00:00Z",
        "end": "2026-11-23T15:20:00Z",
        "participant": [
            {"actor": {"reference": "Patient/eq0.8", "display": "Diaz, Rosa"}, "status": "accepted"},
            {"actor": {"reference": "Practitioner/eM5", "display": "Amara Osei, MD"}, "status": "accepted"},
            {"actor": {"display": "EMC VIDEO VISITS"}, "status": "accepted"},
        ],
    }

    read = appointment_from(raw)

    assert (read.start, read.minutes) == (datetime(2026, 11, 23, 15, tzinfo=UTC), 20)
    assert (read.patient_id, read.primary_practitioner_id) == ("eq0.8", "eM5")
    assert read.service_codes == ("40111223",)
    assert number_under(read.numbers, (".7.3.698084.8",)) == "10007057852"
    assert read.location_id is None


def test_an_encounter_s_class_is_a_hint_and_its_numbers_are_all_kept():
    raw = {
        "resourceType": "Encounter",
        "id": "e2",
        "identifier": [
            {"use": "usual", "system": CSN, "value": "27541"},
            {"system": f"{ROOT}.2.726668", "value": "9"},
            {"value": "of no system"},
        ],
        "status": "in-progress",
        "class": {"system": "urn:oid:1.2.840.114350.1.72.1.7.7.10.696784.13260", "code": "13"},
        "type": [{"coding": [{"system": f"{ROOT}.10.698084.30", "code": "101"}], "text": "Office Visit"}],
        "subject": {"reference": "Patient/eq0.8"},
        "participant": [{"individual": {"reference": "Practitioner/eM5", "type": "Practitioner"}}],
        "location": [{"location": {"display": "EMC VIDEO VISITS"}}],
    }

    read = encounter_from(raw)

    assert read.class_code == "13"
    assert read.numbers == (Number(CSN, "27541"), Number(f"{ROOT}.2.726668", "9"))
    assert (read.patient_id, read.appointment_ids, read.location_id) == ("eq0.8", (), None)
    assert read.primary_practitioner_at(None) == "eM5"


def test_a_practitioner_s_npi_stands_under_its_oid():
    raw = {
        "resourceType": "Practitioner",
        "id": "eM5",
        "identifier": [
            {"use": "usual", "type": {"text": "INTERNAL"}, "system": f"{ROOT}.2.697780", "value": " E1000"},
            {
                "use": "usual",
                "type": {"text": "NPI"},
                "system": "urn:oid:2.16.840.1.113883.4.6",
                "value": "1093",
            },
        ],
        "name": [{"use": "usual", "text": "Amara Osei, MD", "family": "Osei", "given": ["Amara"]}],
    }

    assert practitioner_from(raw).npi == "1093"


def test_a_patient_with_many_numbers_and_names_is_one_person():
    raw = {
        "resourceType": "Patient",
        "id": "eq0.8",
        "extension": [{"url": "http://open.epic.com/FHIR/StructureDefinition/extension/legal-sex"}],
        "identifier": [
            {"use": "usual", "type": {"text": "CEID"}, "value": "FHRPT"},
            {"use": "usual", "type": {"text": "EPI"}, "system": f"{ROOT}.5.737384.0", "value": "E3826"},
        ],
        "name": [
            {"use": "official", "text": "Rosa Diaz", "family": "Diaz", "given": ["Rosa"]},
            {"use": "usual", "text": "Rosa Diaz", "family": "Diaz", "given": ["Rosa"]},
        ],
        "telecom": [{"system": "phone", "value": "785-555-5555", "use": "home"}],
        "birthDate": "1961-04-02",
    }

    read = patient_from(raw)

    assert (read.name, read.phones) == ("Rosa Diaz", ("785-555-5555",))
