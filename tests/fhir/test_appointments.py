"""Appointments: who, when, where, and how they are searched for."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest

from fhir.appointments import (
    appointment_from,
    read_appointment,
    read_visit_slot,
    search_appointments,
    search_appointments_called,
)
from fhir.errors import ChartGap

BASE = "https://ehr.test/fhir"
START, END = "2026-11-02T14:00:00Z", "2026-11-02T14:20:00Z"


def an_appointment(*actors, **elements):
    participants = [{"actor": {"reference": actor}, "status": "accepted"} for actor in actors]
    return {
        "resourceType": "Appointment",
        "id": "1",
        "status": "booked",
        "start": START,
        "end": END,
        "participant": participants,
        **elements,
    }


@pytest.mark.parametrize(
    ("elements", "minutes"),
    [
        ({"minutesDuration": 45}, 45),
        ({}, 20),
        ({"minutesDuration": 0}, 20),
        ({"minutesDuration": 10**12}, 20),
        ({"minutesDuration": True}, 20),
        ({"minutesDuration": "45"}, 20),
        ({"end": START}, 30),
        ({"end": None}, 30),
        ({"end": "2026-11-02T14:00:10Z"}, 1),
    ],
)
def test_minutes_are_told_or_measured_or_thirty(elements, minutes):
    assert appointment_from(an_appointment(**elements)).minutes == minutes


def test_a_slot_without_a_start_is_a_gap(chart, wire):
    wire.get(f"{BASE}/Appointment/1", json=an_appointment(start="2026-11-02T14:00:00"))

    with pytest.raises(ChartGap) as caught:
        read_visit_slot(chart, "1")

    assert caught.value.element == "Appointment.start"


def test_a_slot_has_its_start_in_utc(chart, wire):
    wire.get(f"{BASE}/Appointment/1", json=an_appointment(start="2026-11-02T09:00:00-05:00"))

    slot = read_visit_slot(chart, "1")

    assert slot.start == datetime(2026, 11, 2, 14, tzinfo=UTC)
    assert slot.start.tzinfo is UTC


def test_the_primary_performer_comes_before_others():
    raw = an_appointment("Practitioner/first", "Practitioner/second")
    raw["participant"][1]["type"] = [{"coding": [{"code": "PPRF"}]}]

    appointment = appointment_from(raw)

    assert appointment.primary_practitioner_id == "second"
    assert appointment.practitioner_ids == ("second", "first")


def test_who_declined_is_not_the_host():
    raw = an_appointment("Practitioner/first", "Practitioner/second")
    raw["participant"][0]["status"] = "declined"

    assert appointment_from(raw).practitioner_ids == ("second",)


def test_a_group_has_several_patients():
    appointment = appointment_from(an_appointment("Patient/a", "Patient/b", "Practitioner/c"))

    assert appointment.patient_ids == ("a", "b")
    assert appointment.patient_id == "a"


def test_absolute_references_count_only_if_they_are_of_this_server(chart, wire):
    raw = an_appointment(
        f"{BASE}/Patient/ours", "https://elsewhere.test/fhir/Patient/theirs", f"{BASE}/Location/here"
    )
    wire.get(f"{BASE}/Appointment/1", json=raw)

    appointment = read_appointment(chart, "1")

    assert appointment.patient_ids == ("ours",)
    assert appointment.location_id == "here"
    assert appointment_from(raw).patient_ids == ()


@pytest.mark.parametrize(
    ("status", "cancelled", "void"),
    [("booked", False, False), ("cancelled", True, True), ("entered-in-error", False, True)],
)
def test_a_void_appointment_is_cancelled_or_was_never_meant(status, cancelled, void):
    appointment = appointment_from(an_appointment(status=status))

    assert (appointment.is_cancelled, appointment.is_void) == (cancelled, void)


def test_the_version_is_a_text_even_where_it_is_a_number():
    assert appointment_from(an_appointment(meta={"versionId": 3})).version == "3"


@pytest.mark.parametrize(
    ("by", "day", "window"),
    [
        ("practitioner", datetime(2026, 11, 2, tzinfo=ZoneInfo("America/New_York")), ("05", "05")),
        # The day on which the clocks go forward has 23 hours, the one on which they go back 25.
        ("patient", datetime(2026, 3, 8, tzinfo=ZoneInfo("America/New_York")), ("05", "04")),
        ("patient", datetime(2026, 11, 1, tzinfo=ZoneInfo("America/New_York")), ("04", "05")),
    ],
)
def test_a_search_names_one_person_and_a_window_with_times(chart, wire, by, day, window):
    wire.get(
        f"{BASE}/Appointment", json={"resourceType": "Bundle", "entry": [{"resource": an_appointment()}]}
    )

    found = list(search_appointments(chart, by, "dr/7", day, day.replace(day=day.day + 1)))

    asked = parse_qsl(urlsplit(wire.calls[0].request.url).query)
    assert sorted(asked) == [
        ("date", f"ge{day:%Y-%m-%d}T{window[0]}:00:00Z"),
        ("date", f"lt{day.replace(day=day.day + 1):%Y-%m-%d}T{window[1]}:00:00Z"),
        (by, "dr/7"),
    ]
    assert [appointment.id for appointment in found] == ["1"]


def test_a_search_by_identifier_passes_over_what_does_not_bear_it(chart, wire):
    bears = an_appointment(id="2", identifier=[{"system": "urn:oid:1.2", "value": "77"}])
    bundle = {"resourceType": "Bundle", "entry": [{"resource": an_appointment()}, {"resource": bears}]}
    wire.get(f"{BASE}/Appointment", json=bundle)

    found = list(search_appointments_called(chart, "urn:oid:1.2", "77"))

    assert [appointment.id for appointment in found] == ["2"]
    assert parse_qsl(urlsplit(wire.calls[0].request.url).query) == [("identifier", "urn:oid:1.2|77")]


@pytest.mark.parametrize("unfit", ["\0", "\ud800"])
def test_what_no_database_stores_is_not_read(unfit):
    found = appointment_from(an_appointment(serviceType=[{"text": f"Follow{unfit}up"}]))

    assert found.service in ("Followup", "Follow?up")
