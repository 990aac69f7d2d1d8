"""Patients: the right name, number, address and language of several; silence is a gap."""

from datetime import UTC, datetime

import pytest

from fhir.patients import INTERPRETER_NEEDED, INTERPRETER_REQUIRED, patient_from, read_patient

NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)


def a_patient(**elements):
    return patient_from({"resourceType": "Patient", "id": "1", **elements}, NOW)


def mrn(value, **more):
    return {"type": {"coding": [{"code": "MR"}]}, "value": value, **more}


def test_a_silent_chart_is_a_row_of_gaps():
    patient = a_patient()

    assert patient.name == ""
    assert patient.gaps == (
        "Patient.name",
        "Patient.birthDate",
        "Patient.identifier",
        "Patient.telecom",
        "Patient.communication",
    )


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ([{"use": "nickname", "given": ["Bo"]}, {"use": "official", "given": ["Robert"]}], "Robert"),
        ([{"use": "old", "family": "Before"}, {"family": "Now"}], "Now"),
        ([{"use": "maiden", "family": "Before"}, {"use": "usual", "family": "Now"}], "Now"),
        (
            [
                {"use": "official", "family": "Before", "period": {"end": "2020-01-01"}},
                {"use": "usual", "family": "Now", "period": {"end": "2030-01-01"}},
            ],
            "Now",
        ),
        ([{"use": "old", "family": "Only"}], "Only"),
        ([{"text": "陳美玲"}], "陳美玲"),
        ([{"given": ["Mei", "Ling"], "family": "Chen", "text": "CHEN, MEI LING"}], "Mei Ling Chen"),
        ([{"use": "novel", "given": "Mei"}], "Mei"),
        ({"given": ["Mei"]}, "Mei"),
        ([None, "Mei", {"given": [None, 7, "Mei"]}], "Mei"),
    ],
)
def test_the_name_in_use_is_shown(names, shown):
    assert a_patient(name=names).name == shown


@pytest.mark.parametrize(
    ("identifiers", "number"),
    [
        ([{"value": "9"}, mrn("1")], "1"),
        ([mrn("1", period={"end": "2020-01-01T00:00:00Z"}), mrn("2")], "2"),
        ([mrn("1", use="secondary"), mrn("2", use="usual")], "2"),
        ([mrn("1", use="old"), mrn("2")], "2"),
        ([{"type": {"text": "MRN"}, "value": "3"}], "3"),
        ([mrn("1", period={"end": "2020-01-01T00:00:00Z"})], "1"),
        ([{"type": {"coding": [{"code": "SS"}]}, "value": "4"}], None),
        ([mrn("  ")], None),
        ([mrn(7)], None),
    ],
)
def test_the_record_number_in_force_is_taken(identifiers, number):
    assert a_patient(identifier=identifiers).mrn == number


def test_addresses_come_in_the_order_of_use():
    patient = a_patient(
        telecom=[
            {"system": "phone", "value": "home", "use": "home"},
            {"system": "phone", "value": "gone", "use": "old"},
            {"system": "phone", "value": "over", "use": "mobile", "period": {"end": "2026-11-01"}},
            {"system": "phone", "value": "mobile", "use": "mobile"},
            {"system": "sms", "value": "second", "rank": 2},
            {"system": "phone", "value": "first", "rank": "1"},
            {"system": "phone", "value": "mobile"},
            {"system": "email", "value": "a@clinic.example"},
            {"system": "fax", "value": "fax"},
            {"system": "phone"},
        ]
    )

    assert patient.phones == ("first", "second", "mobile", "home")
    assert patient.emails == ("a@clinic.example",)


def language(code, system=None, **more):
    coding = {"code": code} | ({"system": system} if system else {})
    return {"language": {"coding": [coding]}, **more}


@pytest.mark.parametrize(
    ("communication", "tag"),
    [
        ([language("es")], "es"),
        ([language("es"), language("zh-Hant", preferred=True)], "zh-Hant"),
        ([{"language": {"coding": [{"code": "151"}, {"code": "en"}]}}], "en"),
        (
            [{"language": {"coding": [{"code": "spa"}, {"system": "urn:ietf:bcp:47", "code": "es-MX"}]}}],
            "es-MX",
        ),
        ([{"language": {"text": "Spanish"}}], None),
        ([{"language": {"text": "Spanish"}, "preferred": True}, language("en")], "en"),
        ([language("151")], None),
        ([{"preferred": True}], None),
    ],
)
def test_the_language_is_a_tag_or_a_gap(communication, tag):
    patient = a_patient(communication=communication)

    assert patient.language == tag
    assert ("Patient.communication" in patient.gaps) is (tag is None)


@pytest.mark.parametrize(
    ("extension", "needed"),
    [
        ({"url": INTERPRETER_REQUIRED, "valueBoolean": True}, True),
        ({"url": INTERPRETER_REQUIRED, "valueBoolean": False}, False),
        ({"url": INTERPRETER_NEEDED, "valueCoding": {"code": "373066001"}}, True),
        ({"url": INTERPRETER_NEEDED, "valueCoding": {"code": "373067005"}}, False),
        ({"url": INTERPRETER_NEEDED, "valueCoding": {"code": "UNK"}}, None),
        ({"url": "http://elsewhere.test/interpreter", "valueBoolean": True}, None),
    ],
)
def test_an_interpreter_is_needed_not_needed_or_not_known(extension, needed):
    assert a_patient(extension=[extension]).interpreter_needed is needed


def test_a_patient_is_read_by_id(chart, wire):
    wire.get(
        "https://ehr.test/fhir/Patient/7",
        json={"resourceType": "Patient", "id": "7", "name": [{"family": "Ng"}]},
    )

    patient = read_patient(chart, "7")

    assert (patient.id, patient.name) == ("7", "Ng")
