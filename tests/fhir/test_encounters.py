"""Encounters: whose, of which appointment, and who performs."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from fhir.encounters import (
    encounter_from,
    read_encounter,
    search_encounters_called,
    search_encounters_of,
)
from fhir.identifiers import number_under

BASE = "https://ehr.test/fhir"
EPIC_CSN = "urn:oid:1.2.840.114350.1.13.0.1.7.3.698084.8"
NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)


def part(practitioner, *types, **period):
    return {
        "individual": {"reference": f"Practitioner/{practitioner}"},
        "type": [{"coding": [{"code": code}]} for code in types],
        "period": period,
    }


def an_encounter(**elements):
    return {"resourceType": "Encounter", "id": "e1", **elements}


@pytest.mark.parametrize(
    ("participants", "primary"),
    [
        ([part("a", "ATND"), part("b", "PPRF")], "b"),
        ([part("a", "CON"), part("b", "ATND")], "b"),
        ([part("a", "CON"), part("b", "REF")], "a"),
        ([part("a", "PPRF", end="2026-11-01T00:00:00Z"), part("b", "ATND")], "b"),
        ([part("a", "PPRF", end="2026-11-01T00:00:00Z")], "a"),
        ([part("a", "PPRF", start="2026-11-03T00:00:00Z"), part("b", "CON")], "b"),
        ([{"individual": {"reference": "RelatedPerson/r"}}], None),
        ([], None),
    ],
)
def test_the_primary_performer_at_the_time_is_the_host(participants, primary):
    assert encounter_from(an_encounter(participant=participants)).primary_practitioner_at(NOW) == primary


@pytest.mark.parametrize(
    ("appointment", "ids"),
    [
        ([{"reference": "Appointment/a"}, {"reference": "Appointment/b"}], ("a", "b")),
        # STU3 had one reference, not a list.
        ({"reference": "Appointment/a"}, ("a",)),
        ([{"reference": "#contained"}, {"display": "Video visit"}, None, "Appointment/a"], ()),
        ([{"reference": "https://elsewhere.test/fhir/Appointment/a"}], ()),
    ],
)
def test_its_appointments_are_those_of_this_server(appointment, ids):
    assert encounter_from(an_encounter(appointment=appointment)).appointment_ids == ids


@pytest.mark.parametrize(
    ("identifiers", "csn"),
    [
        (
            [{"system": "urn:oid:1.2", "value": "1"}, {"system": EPIC_CSN, "value": "10007057852"}],
            "10007057852",
        ),
        ([{"system": "urn:oid:1.2.840.114350.1.13.999.3.7.3.698084.8", "value": "5"}], "5"),
        ([{"system": "urn:oid:1.2", "value": "1"}], None),
        ([{"value": "1"}], None),
    ],
)
def test_the_csn_is_found_whatever_the_customers_part_of_its_system(identifiers, csn):
    encounter = encounter_from(an_encounter(identifier=identifiers))

    assert number_under(encounter.numbers, (".7.3.698084.8",)) == csn


def test_a_silent_encounter_is_a_row_of_gaps():
    assert encounter_from(an_encounter()).gaps == (
        "Encounter.status",
        "Encounter.class",
        "Encounter.subject",
        "Encounter.participant",
        "Encounter.appointment",
    )


def test_absolute_references_of_this_server_are_read(chart, wire):
    wire.get(
        f"{BASE}/Encounter/e1",
        json=an_encounter(
            subject={"reference": f"{BASE}/Patient/p"},
            appointment=[{"reference": f"{BASE}/Appointment/a"}],
            location=[{"location": {"reference": f"{BASE}/Location/l"}}],
        ),
    )

    encounter = read_encounter(chart, "e1")

    assert (encounter.patient_id, encounter.appointment_ids, encounter.location_id) == ("p", ("a",), "l")


def test_encounters_are_searched_by_appointment(chart, wire):
    wire.get(f"{BASE}/Encounter", json={"resourceType": "Bundle", "entry": [{"resource": an_encounter()}]})

    found = list(search_encounters_of(chart, "a1"))

    assert [encounter.id for encounter in found] == ["e1"]
    assert parse_qsl(urlsplit(wire.calls[0].request.url).query) == [("appointment", "Appointment/a1")]


def test_encounters_are_searched_by_identifier(chart, wire):
    bears = an_encounter(id="e2", identifier=[{"system": EPIC_CSN, "value": "77"}])
    bundle = {"resourceType": "Bundle", "entry": [{"resource": an_encounter()}, {"resource": bears}]}
    wire.get(f"{BASE}/Encounter", json=bundle)

    found = list(search_encounters_called(chart, EPIC_CSN, "77"))

    assert [encounter.id for encounter in found] == ["e2"]
