"""Practitioners and places."""

import pytest

from fhir.locations import TIME_ZONE, location_from, read_location
from fhir.practitioners import practitioner_from, read_practitioner, read_practitioner_of_role

BASE = "https://ehr.test/fhir"


@pytest.mark.parametrize("system", ["http://hl7.org/fhir/sid/us-npi", "urn:oid:2.16.840.1.113883.4.6"])
def test_the_npi_is_found_in_either_system(system):
    raw = {"id": "1", "identifier": [{"value": "x"}, {"system": system, "value": "1093700018"}]}

    assert practitioner_from(raw).npi == "1093700018"


def test_emails_come_in_the_order_of_use():
    raw = {
        "id": "1",
        "telecom": [
            {"system": "email", "value": "old@clinic.example", "use": "old"},
            {"system": "email", "value": "second@clinic.example", "rank": 2},
            {"system": "email", "value": "first@clinic.example", "rank": 1},
        ],
    }

    assert practitioner_from(raw).emails == ("first@clinic.example", "second@clinic.example")
    assert "clinic.example" not in repr(practitioner_from(raw))


def test_a_practitioner_and_a_location_are_read_by_id(chart, wire):
    wire.get(f"{BASE}/Practitioner/1", json={"resourceType": "Practitioner", "id": "1"})
    wire.get(f"{BASE}/Location/2", json={"resourceType": "Location", "id": "2", "name": "Riverside"})

    assert read_practitioner(chart, "1").gaps == (
        "Practitioner.name",
        "Practitioner.identifier",
        "Practitioner.telecom",
    )
    assert read_location(chart, "2").name == "Riverside"


@pytest.mark.parametrize(
    ("practitioner", "found"),
    [({"reference": "Practitioner/1"}, "1"), ({"display": "Dr Lee"}, None), (None, None)],
)
def test_a_role_leads_to_who_has_it(chart, wire, practitioner, found):
    wire.get(
        f"{BASE}/PractitionerRole/r",
        json={"resourceType": "PractitionerRole", "id": "r", "practitioner": practitioner},
    )
    wire.get(f"{BASE}/Practitioner/1", json={"resourceType": "Practitioner", "id": "1"})

    read = read_practitioner_of_role(chart, "r")

    assert (read.id if read else None) == found


def test_a_location_may_tell_its_time_zone():
    raw = {"id": "2", "extension": [{"url": TIME_ZONE, "valueCode": "America/Denver"}]}

    assert location_from(raw).time_zone == "America/Denver"
    assert location_from({"id": "2"}).time_zone is None
