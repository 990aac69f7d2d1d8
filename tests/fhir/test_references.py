"""References: what leads to a resource of this server, and what does not."""

import pytest

from fhir.errors import ForeignReference
from fhir.references import Reference, id_of, is_below, parse_reference

BASE = "https://ehr.test/fhir"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Practitioner/593923", Reference("Practitioner", "593923")),
        ("Practitioner/593923/_history/2", Reference("Practitioner", "593923")),
        ("https://ehr.test/fhir/Practitioner/1", Reference("Practitioner", "1")),
        ("https://EHR.test:443/fhir/Practitioner/1", Reference("Practitioner", "1")),
        # Some vendors' ids hold underscores.
        ("Patient/a_b", Reference("Patient", "a_b")),
        ("#28", None),
        ("urn:uuid:6f1c", None),
        ("Patient", None),
        ("Patient/", None),
        ("/Patient/1", None),
        ("Patient/1/Appointment/2", None),
        ("Patient/..", None),
        ("../Patient", None),
        ("patient/1", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_a_reference_is_a_type_and_an_id(text, reference):
    assert parse_reference(text, BASE) == reference


@pytest.mark.parametrize("base", [BASE, BASE + "/", None])
def test_a_foreign_reference_is_refused(base):
    with pytest.raises(ForeignReference):
        parse_reference("https://elsewhere.test/fhir/Patient/1", base)


def test_an_absolute_reference_without_a_base_is_foreign():
    with pytest.raises(ForeignReference):
        parse_reference(f"{BASE}/Patient/1")


def test_an_id_is_taken_only_from_a_reference_of_the_type():
    assert id_of({"reference": "Patient/1"}, "Patient") == "1"
    assert id_of({"reference": "Patient/1"}, "Practitioner") is None
    assert id_of({"reference": "https://elsewhere.test/fhir/Patient/1"}, "Patient", BASE) is None
    assert id_of({"display": "Nancy"}, "Patient") is None
    assert id_of("Patient/1", "Patient") is None


@pytest.mark.parametrize(
    ("url", "below"),
    [
        ("https://ehr.test/fhir/Patient/1", True),
        ("https://ehr.test/fhir", False),
        ("https://ehr.test/fhirs/Patient/1", False),
        ("https://ehr.test/fhir/../Patient/1", False),
        ("http://ehr.test/fhir/Patient/1", False),
        ("https://ehr.test@evil.test/fhir/Patient/1", False),
        ("https://ehr.test:99999/fhir/Patient/1", False),
        ("https://[ehr.test/fhir/Patient/1", False),
    ],
)
def test_below_means_the_same_server_and_under_its_path(url, below):
    assert is_below(url, BASE) is below


def test_a_reference_is_written_as_fhir_writes_it():
    assert str(Reference("Patient", "1")) == "Patient/1"
