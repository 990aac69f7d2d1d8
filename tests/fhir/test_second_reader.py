"""fhirclient reads what we read, wherever it can read at all."""

import json

import pytest
from fhirclient.models.appointment import Appointment
from fhirclient.models.encounter import Encounter
from fhirclient.models.fhirabstractbase import FHIRValidationError
from fhirclient.models.location import Location
from fhirclient.models.patient import Patient
from fhirclient.models.practitioner import Practitioner

from fhir.appointments import appointment_from
from fhir.encounters import encounter_from
from fhir.locations import location_from
from fhir.patients import patient_from
from fhir.practitioners import practitioner_from

MODELS = {model.resource_type: model for model in (Patient, Practitioner, Appointment, Encounter, Location)}
# A rank that is a text; an Encounter without its class.
NOT_VALID = {"oracle_patient_entry", "oracle_encounter_create"}


def read_by_fhirclient(raw):
    return MODELS[raw["resourceType"]](json.loads(json.dumps(raw)), strict=True)


def reference_ids(references):
    return tuple(reference.reference.split("/")[-1] for reference in references if reference)


def test_it_refuses_just_the_payloads_that_are_not_valid(samples, sample):
    refused = set()
    for path in samples.glob("*.json"):
        raw = json.loads(path.read_text())
        if isinstance(raw, dict) and raw.get("resource", raw).get("resourceType") in MODELS:
            try:
                read_by_fhirclient(sample(path.stem))
            except FHIRValidationError:
                refused.add(path.stem)

    assert refused == NOT_VALID


@pytest.mark.parametrize(
    "name",
    [
        "oracle_appointment_entry",
        "oracle_appointment_video_visit_entry",
        "oracle_appointment_create",
        "oracle_proposed_appointment_create",
    ],
)
def test_it_agrees_on_appointments(sample, name):
    theirs, ours = read_by_fhirclient(sample(name)), appointment_from(sample(name))

    actors = [participant.actor for participant in theirs.participant]
    referring = [actor for actor in actors if actor.reference]
    assert ours.id == (theirs.id or "")
    assert ours.status == theirs.status
    assert ours.start == (theirs.start.datetime if theirs.start else None)
    assert ours.end == (theirs.end.datetime if theirs.end else None)
    assert ours.minutes == (theirs.minutesDuration or 30)
    assert ours.patient_ids == reference_ids(a for a in referring if a.reference.startswith("Patient/"))
    assert ours.practitioner_ids == reference_ids(
        a for a in referring if a.reference.startswith("Practitioner/")
    )
    assert ours.service == (theirs.serviceType[0].text if theirs.serviceType else None)


def test_it_agrees_on_the_encounter(sample):
    raw = sample("oracle_encounter")
    theirs, ours = read_by_fhirclient(raw), encounter_from(raw)

    assert ours.id == theirs.id
    assert ours.status == theirs.status
    assert ours.class_code == theirs.class_fhir.code
    assert (ours.patient_id,) == reference_ids([theirs.subject])
    assert ours.appointment_ids == reference_ids(theirs.appointment)
    assert ours.period.start == theirs.period.start.datetime
    assert ours.period.end == theirs.period.end.datetime
    assert tuple(each.practitioner_id for each in ours.performers) == reference_ids(
        participant.individual for participant in theirs.participant
    )


def test_it_agrees_on_the_practitioner_and_the_location(sample):
    practitioner = read_by_fhirclient(sample("oracle_practitioner_entry"))
    location = read_by_fhirclient(sample("oracle_location_address_entry"))

    assert practitioner_from(sample("oracle_practitioner_entry")).npi == practitioner.identifier[0].value
    assert location_from(sample("oracle_location_address_entry")).name == location.name
    assert location_from(sample("oracle_location_address_entry")).phone == location.telecom[0].value


def test_it_agrees_on_the_patient_once_the_ranks_are_mended(sample):
    raw = json.loads(json.dumps(sample("oracle_patient_entry")))
    for point in raw["telecom"]:
        point["rank"] = int(point["rank"])

    theirs, ours = read_by_fhirclient(raw), patient_from(raw)

    assert ours == patient_from(sample("oracle_patient_entry"))
    assert ours.birth_date == theirs.birthDate.date
    assert ours.family == theirs.name[0].family
    assert ours.mrn == theirs.identifier[0].value
    assert ours.language == theirs.communication[0].language.coding[1].code
