"""Which appointments are video visits: a site's rules over payloads as EHRs send them."""

import json
import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.telehealth import TelehealthRules, is_telehealth
from fhir.appointments import appointment_from
from fhir.hints import VIRTUAL_SERVICE

SAMPLES = Path(os.environ.get("VISITBRIDGE_SHARED", "../shared")) / "reference/fhir-samples"
COMMENT = "https://fhir-ehr.cerner.com/r4/StructureDefinition/action-comment"
CANCELABLE = "https://fhir-ehr.cerner.com/r4/StructureDefinition/is-cancelable"
VIDEO, SURGERY = "oracle_appointment_video_visit_entry.json", "oracle_appointment_entry.json"


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip("the samples are not here: set VISITBRIDGE_SHARED")
    raw = json.loads(path.read_text())
    return appointment_from(raw.get("resource", raw))


@pytest.mark.parametrize(
    ("name", "rules", "verdict"),
    [
        (VIDEO, {"services": ["video visit"]}, True),
        (VIDEO, {"rooms": ["virtual meeting room"]}, True),
        (VIDEO, {"appointment_types": ["Video Visit"]}, False),
        (VIDEO, {"virtual_service": True}, False),
        (SURGERY, {"services": ["Video Visit"], "rooms": ["Virtual Meeting Room"]}, False),
        (SURGERY, {"services": ["4047611"]}, True),
        (SURGERY, {"services": ["surgery RAPID"]}, True),
        (SURGERY, {"services": ["Surgery"]}, False),
        (SURGERY, {"extensions": {CANCELABLE: ["false"]}}, True),
        (SURGERY, {"extensions": {CANCELABLE: ["true"]}}, False),
        (SURGERY, {"extensions": {COMMENT: []}}, True),
        (SURGERY, {"encounter_classes": ["VR"]}, False),
    ],
)
def test_rules_tell_real_payloads_apart(name, rules, verdict):
    appointment = sample(name)

    assert is_telehealth(TelehealthRules(**rules), appointment) is verdict


@pytest.mark.parametrize(
    ("raw", "rules", "encounter_class", "verdict"),
    [
        ({"appointmentType": {"coding": [{"code": "TELE"}]}}, {"appointment_types": ["tele"]}, None, True),
        ({"appointmentType": {"text": "Tele "}}, {"appointment_types": ["tele"]}, None, True),
        ({"serviceType": [{"text": "tele"}]}, {"appointment_types": ["tele"]}, None, False),
        ({"extension": [{"url": VIRTUAL_SERVICE, "extension": []}]}, {"virtual_service": True}, None, True),
        ({"extension": [{"url": VIRTUAL_SERVICE}]}, {"services": ["x"]}, None, False),
        ({}, {"encounter_classes": ["VR"]}, "vr", True),
        ({}, {"encounter_classes": ["VR"]}, "AMB", False),
        ({}, {"services": ["x"]}, "VR", False),
        ({"serviceType": "nonsense", "extension": [7], "contained": {}}, {"services": ["x"]}, None, False),
        (
            {"extension": [{"url": "urn:x", "valueCodeableConcept": {"coding": [{"code": "V"}]}}]},
            {"extensions": {"urn:x": ["v"]}},
            None,
            True,
        ),
        (
            {"extension": [{"url": "urn:x", "valueCoding": {"code": "V"}}]},
            {"extensions": {"urn:x": ["v"]}},
            None,
            True,
        ),
    ],
)
def test_each_rule_looks_at_its_own_element(raw, rules, encounter_class, verdict):
    appointment = appointment_from({"resourceType": "Appointment", "id": "1", **raw})

    assert is_telehealth(TelehealthRules(**rules), appointment, encounter_class) is verdict


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({}, "at least one rule"),
        ({"services": [" "]}, "at least 1 character"),
        ({"extensions": {"video": []}}, "whole URL"),
        ({"service": ["x"]}, "Extra inputs"),
    ],
)
def test_a_table_that_means_nothing_is_refused(table, says):
    with pytest.raises(ValidationError) as caught:
        TelehealthRules.model_validate(table)

    assert says in str(caught.value)
