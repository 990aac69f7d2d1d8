"""Somebody who acts for a patient, as the chart tells."""

import pytest

from fhir.related_persons import ChartRelatedPerson, related_person_from

BASE = "https://ehr.test/fhir"
RAW = {
    "resourceType": "RelatedPerson",
    "id": "r-1",
    "patient": {"reference": "Patient/p-1"},
    "name": [{"family": "Vega", "given": ["Ines"]}],
}


def test_it_says_who_and_for_whom():
    assert related_person_from(RAW, BASE) == ChartRelatedPerson("r-1", "Ines Vega", "p-1", True, ())


@pytest.mark.parametrize(("told", "active"), [(True, True), (None, True), ("no", True), (False, False)])
def test_it_is_active_unless_the_chart_says_no(told, active):
    assert related_person_from({**RAW, "active": told}, BASE).active is active


def test_what_is_missing_is_named():
    found = related_person_from({"resourceType": "RelatedPerson", "id": "r-1"}, BASE)

    assert (found.patient_id, found.name) == (None, "")
    assert found.gaps == ("RelatedPerson.name", "RelatedPerson.patient")


def test_a_patient_of_another_server_is_none():
    raw = {**RAW, "patient": {"reference": "https://elsewhere.test/fhir/Patient/p-1"}}

    assert related_person_from(raw, BASE).patient_id is None
