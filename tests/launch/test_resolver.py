"""Which appointment a launch is about: by the best of what was told, never another patient's."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
import requests

from fhir.client import FhirClient
from fhir.errors import ChartBusy, ChartSlow, ChartUnauthorized, ChartUnreachable
from fhir.references import Reference
from launch.context import LaunchContext
from launch.resolver import FoundBy, resolve_appointment
from launch.scopes import GrantedScopes
from tests.launch.conftest import ISS, ISSUER, NOW

NEW_YORK = ZoneInfo("America/New_York")
CSN_SYSTEM = "urn:oid:1.2.840.114350.1.13.0.1.7.3.698084.8"
SCOPES = "user/Patient.rs user/Appointment.rs user/Encounter.rs"


def an_appointment(appointment_id, start=NOW, patient="p-1", **more):
    actors = [f"Patient/{each}" for each in patient.split()]
    return {
        "resourceType": "Appointment",
        "id": appointment_id,
        "status": "booked",
        "start": start.isoformat() if start else None,
        "minutesDuration": 30,
        "participant": [{"actor": {"reference": actor}, "status": "accepted"} for actor in actors],
        **more,
    }


def an_encounter(*appointments, patient="p-1", **more):
    return {
        "resourceType": "Encounter",
        "id": "e-1",
        "subject": {"reference": f"Patient/{patient}"},
        "appointment": [{"reference": f"Appointment/{each}"} for each in appointments],
        **more,
    }


def a_bundle(*resources):
    return {"resourceType": "Bundle", "entry": [{"resource": resource} for resource in resources]}


@dataclass
class Chart:
    """A chart at the wire, which counts its reads."""

    wire: object
    client: FhirClient = field(default_factory=lambda: FhirClient(ISS, lambda: "t", requests.Session()))

    def has(self, *resources):
        for resource in resources:
            self.wire.get(f"{ISS}/{resource['resourceType']}/{resource['id']}", json=resource)

    def fails(self, path, status):
        self.wire.get(f"{ISS}/{path}", status=status)

    def finds(self, resource_type, *resources):
        self.wire.get(f"{ISS}/{resource_type}", json=a_bundle(*resources))

    @property
    def reads(self):
        return [urlsplit(call.request.url).path.removeprefix("/fhir/") for call in self.wire.calls]

    def asked(self, index=-1):
        return parse_qs(urlsplit(self.wire.calls[index].request.url).query)


@pytest.fixture
def chart(wire):
    return Chart(wire)


@pytest.fixture
def resolve(chart):
    def resolve(now=NOW, scopes=SCOPES, csn_systems=(), csn_suffixes=(), **told):
        plain = {
            "site": "harbor",
            "iss": ISS,
            "user": Reference("Practitioner", "dr-7"),
            "id_issuer": ISSUER,
            "subject": "user-7",
            "name": None,
            "patient": "p-1",
            "encounter": None,
            "appointment": None,
            "csn": None,
            "location": None,
            "need_patient_banner": True,
            "intent": None,
            "tenant": None,
            "smart_style_url": None,
            "granted": GrantedScopes.parse(scopes),
        }
        context = LaunchContext(**(plain | told))
        return resolve_appointment(
            context,
            chart.client,
            now=now,
            zone=NEW_YORK,
            csn_systems=csn_systems,
            csn_suffixes=csn_suffixes,
        )

    return resolve


def test_an_appointment_in_context_costs_one_read(resolve, chart):
    chart.has(an_appointment("a-1"))

    found = resolve(appointment="a-1", encounter="e-1", csn="77", csn_systems=[CSN_SYSTEM])

    assert (found.found_by, found.appointment.id) == (FoundBy.CONTEXT, "a-1")
    assert chart.reads == ["Appointment/a-1"]


def test_an_encounter_in_context_costs_two_reads_in_a_row(resolve, chart):
    chart.has(an_encounter("a-1"), an_appointment("a-1"))

    found = resolve(encounter="e-1")

    assert (found.found_by, found.appointment.id, found.encounter.id) == (FoundBy.ENCOUNTER, "a-1", "e-1")
    assert chart.reads == ["Encounter/e-1", "Appointment/a-1"]


def test_a_contact_serial_number_finds_the_appointment(resolve, chart):
    identifier = [{"system": CSN_SYSTEM, "value": "77"}]
    chart.finds("Appointment", an_appointment("a-0"), an_appointment("a-1", identifier=identifier))

    found = resolve(csn="77", csn_systems=[CSN_SYSTEM])

    assert (found.found_by, found.appointment.id) == (FoundBy.CSN, "a-1")
    assert chart.asked() == {"identifier": [f"{CSN_SYSTEM}|77"]}


def test_a_contact_serial_number_may_be_the_encounters(resolve, chart):
    identifier = [{"system": CSN_SYSTEM, "value": "77"}]
    chart.finds("Appointment")
    chart.finds("Encounter", an_encounter("a-1", identifier=identifier))
    chart.has(an_appointment("a-1"))

    found = resolve(csn="77", csn_systems=[CSN_SYSTEM])

    assert (found.found_by, found.appointment.id, found.encounter.id) == (FoundBy.CSN, "a-1", "e-1")


@pytest.mark.parametrize("scopes", ["user/Patient.rs user/Appointment.r", "user/Patient.rs user/Encounter.r"])
def test_without_the_right_to_search_no_number_is_searched_for(resolve, chart, scopes):
    found = resolve(csn="77", csn_systems=[CSN_SYSTEM], scopes=scopes)

    assert found.found_by is FoundBy.NONE
    assert chart.reads == []


def test_a_number_may_be_known_by_the_end_of_its_system_alone(resolve, chart):
    numbered = [{"system": "urn:oid:1.9.8.7", "value": "77"}]
    other = [{"system": "urn:oid:1.9.8.6", "value": "77"}]
    chart.finds(
        "Appointment", an_appointment("a-0", identifier=other), an_appointment("a-1", identifier=numbered)
    )
    chart.has(an_encounter("a-0"))

    found = resolve(csn="77", csn_suffixes=(".8.7",), encounter="e-1")

    assert (found.found_by, found.appointment.id, found.encounter.id) == (FoundBy.CSN, "a-1", "e-1")
    assert chart.reads[-1] == "Encounter/e-1"


def test_a_number_that_nobody_bears_gives_way_to_the_encounter(resolve, chart):
    chart.finds("Appointment", an_appointment("a-0"))
    chart.has(an_encounter("a-1"), an_appointment("a-1"))

    found = resolve(csn="77", csn_suffixes=(".8.7",), encounter="e-1")

    assert (found.found_by, found.appointment.id) == (FoundBy.ENCOUNTER, "a-1")


def test_a_number_of_no_known_system_is_passed_over(resolve, chart):
    chart.finds("Appointment", an_appointment("a-1"))

    assert resolve(csn="77").found_by is FoundBy.SEARCH


@pytest.mark.parametrize("status", [400, 403, 404, 410, 422])
def test_a_link_that_leads_nowhere_gives_way_to_the_next(resolve, chart, status):
    chart.fails("Appointment/a-0", status)
    chart.has(an_encounter("a-1"), an_appointment("a-1"))

    assert resolve(appointment="a-0", encounter="e-1").found_by is FoundBy.ENCOUNTER


def test_an_answer_that_is_no_appointment_gives_way_to_the_next(resolve, chart, wire):
    wire.get(f"{ISS}/Appointment/a-0", json={"resourceType": "OperationOutcome"})
    chart.has(an_encounter("a-1"), an_appointment("a-1"))

    assert resolve(appointment="a-0", encounter="e-1").found_by is FoundBy.ENCOUNTER


def test_a_search_whose_next_page_is_elsewhere_ends_in_a_visit_without_an_appointment(resolve, wire):
    link = [{"relation": "next", "url": "https://elsewhere.test/fhir/Appointment?page=2"}]
    wire.get(f"{ISS}/Appointment", json={**a_bundle(an_appointment("a-1")), "link": link})

    assert resolve().found_by is FoundBy.NONE


@pytest.mark.parametrize(
    ("status", "error"), [(401, ChartUnauthorized), (429, ChartBusy), (500, ChartUnreachable)]
)
def test_a_chart_that_is_out_of_reach_is_not_taken_for_an_empty_one(resolve, chart, status, error):
    chart.fails("Appointment/a-0", status)

    with pytest.raises(error):
        resolve(appointment="a-0")


def test_a_slow_chart_is_not_taken_for_an_empty_one(resolve, wire):
    wire.get(f"{ISS}/Encounter/e-1", body=requests.ReadTimeout())

    with pytest.raises(ChartSlow):
        resolve(encounter="e-1")


def test_another_patients_appointment_is_never_shown(resolve, chart):
    other = an_appointment("a-0", patient="p-2")
    chart.has(other, an_encounter("a-0"))
    chart.finds("Appointment", other)

    found = resolve(appointment="a-0", encounter="e-1")

    assert (found.found_by, found.appointment, found.candidates) == (FoundBy.NONE, None, ())


def test_another_patients_encounter_is_never_shown(resolve, chart):
    chart.has(an_encounter("a-1", patient="p-2"), an_appointment("a-1"))
    chart.finds("Appointment")

    assert resolve(encounter="e-1").encounter is None
    assert "Appointment/a-1" not in chart.reads


def test_a_group_appointment_is_this_patients_too(resolve, chart):
    chart.has(an_appointment("a-1", patient="p-2 p-1"))

    assert resolve(appointment="a-1").found_by is FoundBy.CONTEXT


def test_without_a_patient_in_context_the_appointment_says_who_it_is(resolve, chart):
    chart.has(an_appointment("a-1", patient="p-9"))

    assert resolve(patient=None, appointment="a-1").appointment.patient_id == "p-9"


def test_of_an_encounters_appointments_the_first_that_stands_is_taken(resolve, chart):
    chart.has(
        an_encounter("a-1", "a-2", "a-3"),
        an_appointment("a-1", status="cancelled"),
        an_appointment("a-2"),
    )

    assert resolve(encounter="e-1").appointment.id == "a-2"


def test_if_all_of_them_are_cancelled_the_first_is_shown_as_it_is(resolve, chart):
    chart.has(
        an_encounter("a-1", "a-2"),
        an_appointment("a-1", status="cancelled"),
        an_appointment("a-2", status="entered-in-error"),
    )

    assert resolve(encounter="e-1").appointment.id == "a-1"


@pytest.mark.parametrize(
    ("scopes", "reads"),
    [
        ("user/Patient.rs user/Encounter.rs", ["Encounter/e-1"]),
        ("user/Patient.rs user/Appointment.rs", ["Appointment/a-1"]),
    ],
)
def test_what_was_not_granted_is_not_asked_for(resolve, chart, scopes, reads):
    chart.has(an_encounter("a-1"), an_appointment("a-1"))

    resolve(appointment="a-1", encounter="e-1", scopes=scopes)

    assert chart.reads == reads


def at(hour, minute=0):
    """An instant of today in New York, where it is nine in the morning."""
    return datetime(2026, 11, 2, hour, minute, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("today", "found_by", "chosen"),
    [
        ([("a", at(9))], FoundBy.SEARCH, "a"),
        ([("a", at(16))], FoundBy.SEARCH, "a"),
        ([("a", at(9, 30)), ("b", at(16))], FoundBy.SEARCH, "a"),
        ([("a", at(7)), ("b", at(16))], FoundBy.SEARCH, "a"),
        ([("a", at(10)), ("b", at(9))], FoundBy.PICK, ["b", "a"]),
        ([("a", at(16)), ("b", at(15))], FoundBy.PICK, ["b", "a"]),
        ([], FoundBy.NONE, []),
    ],
)
def test_the_only_appointment_of_about_now_or_of_today_is_taken(resolve, chart, today, found_by, chosen):
    chart.finds("Appointment", *(an_appointment(name, start) for name, start in today))

    found = resolve()

    assert found.found_by is found_by
    if found_by is FoundBy.SEARCH:
        assert found.appointment.id == chosen
    else:
        assert found.appointment is None
        assert [each.id for each in found.candidates] == chosen


def test_what_is_cancelled_undated_or_anothers_is_no_candidate(resolve, chart):
    chart.finds(
        "Appointment",
        an_appointment("cancelled", status="cancelled"),
        an_appointment("error", status="entered-in-error"),
        an_appointment("undated", start=None),
        an_appointment("other", patient="p-2"),
        an_appointment("good"),
    )

    assert resolve().appointment.id == "good"


@pytest.mark.parametrize(
    ("now", "window"),
    [
        (NOW, ("2026-11-02T05:00:00Z", "2026-11-03T05:00:00Z")),
        # Half past midnight: what began late last evening is near.
        (datetime(2026, 11, 2, 5, 30, tzinfo=UTC), ("2026-11-02T03:30:00Z", "2026-11-03T05:00:00Z")),
        (datetime(2026, 11, 3, 4, 30, tzinfo=UTC), ("2026-11-02T05:00:00Z", "2026-11-03T06:30:00Z")),
        # The days on which the clocks change have 25 and 23 hours.
        (datetime(2026, 11, 1, 15, tzinfo=UTC), ("2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z")),
        (datetime(2026, 3, 8, 15, tzinfo=UTC), ("2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")),
    ],
)
def test_the_search_is_for_the_patient_and_the_clinics_day(resolve, chart, now, window):
    chart.finds("Appointment")

    resolve(now=now)

    assert chart.asked() == {"patient": ["p-1"], "date": [f"ge{window[0]}", f"lt{window[1]}"]}


@pytest.mark.parametrize(
    "told", [{"patient": None}, {"scopes": "user/Patient.rs user/Appointment.r user/Encounter.rs"}]
)
def test_without_a_patient_or_the_right_to_search_nothing_is_searched(resolve, chart, told):
    assert resolve(**told).found_by is FoundBy.NONE
    assert chart.reads == []


def test_a_search_that_is_refused_ends_in_a_visit_without_an_appointment(resolve, chart):
    chart.fails("Appointment", 403)

    assert resolve().found_by is FoundBy.NONE


def test_the_encounter_stays_known_when_only_the_search_finds_something(resolve, chart):
    chart.has(an_encounter())
    chart.finds("Appointment", an_appointment("a-1", NOW + timedelta(minutes=10)))

    found = resolve(encounter="e-1")

    assert (found.found_by, found.appointment.id, found.encounter.id) == (FoundBy.SEARCH, "a-1", "e-1")
