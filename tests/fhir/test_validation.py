"""What we write is valid; what breaks the standard is named, without its values."""

import json

import pytest

from fhir.errors import InvalidResource
from fhir.validation import REQUIRED_CODES, validate_outgoing

APPOINTMENT = {
    "resourceType": "Appointment",
    "status": "booked",
    "start": "2026-11-02T14:00:00Z",
    "end": "2026-11-02T14:20:00Z",
    "participant": [{"actor": {"reference": "Patient/1"}, "status": "accepted"}],
}
COMMUNICATION = {
    "resourceType": "Communication",
    "status": "completed",
    "subject": {"reference": "Patient/1"},
    "payload": [{"contentString": "The patient is waiting."}],
}
NOTE = {
    "resourceType": "DocumentReference",
    "status": "current",
    "docStatus": "preliminary",
    "content": [{"attachment": {"contentType": "text/plain;charset=utf-8", "data": "SGVsbG8="}}],
}
ENCOUNTER = {"resourceType": "Encounter", "status": "in-progress", "class": {"code": "VR"}}


def issues_of(raw):
    with pytest.raises(InvalidResource) as caught:
        validate_outgoing(raw)
    assert not caught.value.retryable
    return caught.value.issues


@pytest.mark.parametrize(
    "raw", [APPOINTMENT, COMMUNICATION, NOTE, ENCOUNTER], ids=lambda raw: raw["resourceType"]
)
def test_what_is_valid_passes(raw):
    validate_outgoing(raw)


def test_the_vendors_own_creations_pass_where_they_are_valid(sample):
    for name in ("oracle_communication_create", "oracle_document_reference_post"):
        validate_outgoing(sample(name))


def test_the_vendors_encounter_lacks_a_class(sample):
    assert "Encounter.class" in issues_of(sample("oracle_encounter_create"))


@pytest.mark.parametrize(
    ("raw", "change", "issue"),
    [
        (APPOINTMENT, {"status": "nope"}, "Appointment.status"),
        (APPOINTMENT, {"status": "free"}, "Appointment.status"),
        (COMMUNICATION, {"status": "sent"}, "Communication.status"),
        (COMMUNICATION, {"priority": "high"}, "Communication.priority"),
        (NOTE, {"docStatus": "draft"}, "DocumentReference.docStatus"),
        (ENCOUNTER, {"status": "running"}, "Encounter.status"),
        (
            APPOINTMENT,
            {"participant": [{"actor": {"reference": "Patient/1"}, "status": "booked"}]},
            "Appointment.participant.status",
        ),
        (APPOINTMENT, {"participant": [{"status": "accepted"}]}, "Appointment.participant: app-1"),
        (APPOINTMENT, {"end": None}, "Appointment.start: app-2"),
        (APPOINTMENT, {"start": None, "end": None}, "Appointment.start: app-3"),
        (APPOINTMENT, {"cancelationReason": {"text": "ill"}}, "Appointment.cancelationReason: app-4"),
        (APPOINTMENT, {"start": "2026-11-02"}, "Appointment.start"),
        (APPOINTMENT, {"participant": None}, "Appointment.participant"),
        (APPOINTMENT, {"virtualService": []}, "Appointment.virtualService"),
        (APPOINTMENT, {"description": ""}, "Appointment.description"),
        (APPOINTMENT, {"resourceType": "Basic"}, "resourceType"),
        (APPOINTMENT, {"resourceType": None}, "resourceType"),
    ],
)
def test_each_breach_is_named(raw, change, issue):
    changed = {name: value for name, value in {**raw, **change}.items() if value is not None}

    assert issue in issues_of(changed)


def test_no_value_is_told():
    raw = {**APPOINTMENT, "status": "Jane Doe", "comment": 7, "Jane": "Doe", "start": "Doe"}

    with pytest.raises(InvalidResource) as caught:
        validate_outgoing(raw)

    assert "Doe" not in str(caught.value)


def test_the_code_lists_are_those_of_r4():
    # R5 has more and other codes: a list that grew by mistake shows here.
    assert {
        kind: {name: len(codes) for name, codes in each.items()} for kind, each in REQUIRED_CODES.items()
    } == {
        "Appointment": {"status": 10},
        "Communication": {"status": 8, "priority": 4},
        "DocumentReference": {"status": 3, "docStatus": 4},
        "Encounter": {"status": 9},
        "Subscription": {"status": 4},
    }


def test_validation_changes_nothing():
    before = json.dumps(APPOINTMENT)

    validate_outgoing(APPOINTMENT)

    assert json.dumps(APPOINTMENT) == before
