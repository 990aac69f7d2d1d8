"""Medplum: what its launch tells, and the standard's ways against its simulated twin and its own router."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests
from joserfc.jwk import ECKey

from fhir.capability import Capabilities, TypeCapabilities
from fhir.changes import Change, put, write_change
from fhir.client import JSON_PATCH, FhirClient
from fhir.errors import ChartConflict
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference
from fhir.writers.presence import Presence
from fhir.writers.recording_link import RecordingLink
from fhir.writers.status import VisitStatus
from fhir.writers.visit_note import VisitNote
from fhir.writers.waiting import Waiting
from launch.context import context_from
from launch.exchange import TokenAnswer
from launch.id_token import IdClaims
from launch.ports import PendingLaunch, TokenSet
from launch.scopes import GrantedScopes
from launch.vendors.ladder import Standing, choose
from launch.vendors.medplum import PROFILE
from launch.vendors.registry import profile_of
from launch.vendors.sheet import sheets_of
from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.flavours import flavour_of
from sandbox.ehr.grants import LaunchContext
from sandbox.serving import served
from tests.fhir.clinic import SCOPE, Clinic
from tests.launch.conftest import ISS, ISSUER
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.sandbox.ehr import peer as router

OURS = OwnIdentifier("urn:visitbridge:write", "K7Q2M9XW")
NOW = datetime(2026, 11, 2, 14, 30, tzinfo=UTC)
RUNGS = {rung.name: rung for ladder in vars(PROFILE.rungs).values() for rung in ladder}
FACTS = {
    "communication": lambda visit: Waiting(
        OURS, visit["patient"], (Reference("Practitioner", visit["practitioner"]),), NOW, "Waiting."
    ),
    "document-reference": lambda visit: VisitNote(
        OURS,
        visit["patient"],
        Reference("Practitioner", visit["practitioner"]),
        NOW,
        NOW - timedelta(minutes=20),
        NOW,
        "Together in the call: 18 minutes.",
        visit["encounter"],
    ),
    "appointment-arrived": lambda visit: Presence(visit["id"], Reference("Patient", visit["patient"]), NOW),
    "appointment-status": lambda visit: VisitStatus("fulfilled", NOW, visit["id"]),
    "encounter-status": lambda visit: VisitStatus("fulfilled", NOW, None, visit["encounter"]),
    "recording-link": lambda visit: RecordingLink(
        OURS, visit["patient"], "https://v.test/recordings/x", NOW, NOW, NOW, visit["encounter"]
    ),
}
# As its CapabilityStatement has it, whatever the type.
ANY = TypeCapabilities(
    frozenset({"read", "update", "patch", "create", "search-type"}),
    frozenset({"identifier"}),
    conditional_create=True,
)
TYPES = ("Appointment", "Encounter", "Communication", "DocumentReference")
SAYS = Capabilities(dict.fromkeys(TYPES, ANY), frozenset({JSON_PATCH}))


def test_it_is_found_by_its_name() -> None:
    assert profile_of("medplum") is PROFILE
    assert [sheet.screen for sheet in sheets_of("medplum")] == ["ClientApplication"]


def test_a_launch_names_the_appointment_by_fhir_context_alone(pending: PendingLaunch) -> None:
    claims = IdClaims(ISSUER, "user-7", "Practitioner/dr-7", None)
    tokens = TokenSet("harbor", ISS, "access-1", None, "launch user/Patient.rs", NOW)
    answer = {
        "patient": "p-1",
        "encounter": "e-1",
        "appointment": "not of Medplum",
        "project": {"reference": "Project/x"},
        "profile": {"reference": "Practitioner/dr-7"},
        "fhirContext": [{"reference": "Appointment/a-1"}],
    }

    context = context_from(TokenAnswer(tokens, "a.b.c", answer), claims, pending, PROFILE)

    assert (context.patient, context.encounter, context.appointment) == ("p-1", "e-1", "a-1")
    assert context.user == Reference("Practitioner", "dr-7")


def test_its_twin_refreshes_for_offline_access_only_and_says_what_medplum_says() -> None:
    twin, context = flavour_of("medplum"), LaunchContext("Practitioner/dr-7", appointment="a-1")

    told = twin.token_answer({"access_token": "a", "tenant": "t", "appointment": "a-1"}, context)

    assert twin.gives_refresh(["offline_access"])
    assert not twin.gives_refresh(["online_access"])
    assert set(told) == {"access_token", "project", "profile"}
    assert twin.token_answer({"access_token": "a"}, None) == {"access_token": "a"}


@pytest.fixture(scope="module")
def doors() -> Iterator[Clinic]:
    port, key = free_port(), ECKey.generate_key("P-384", {"kid": "writer", "use": "sig", "alg": "ES384"})
    with served(create_app(EhrConfig(port=port, flavour="medplum")), port) as url:
        yield Clinic(url, key)


@pytest.fixture
def clinic(doors: Clinic) -> Clinic:
    doors.reset()
    return doors


@pytest.mark.wire
@pytest.mark.parametrize("name", FACTS)
def test_each_way_that_is_usual_writes_once_and_finds_it_again(clinic: Clinic, name: str) -> None:
    fact = FACTS[name](clinic.visit(5))
    scopes = GrantedScopes.parse(SCOPE)
    granted = {"system": scopes, "user": GrantedScopes.parse(SCOPE.replace("system/", "user/"))}
    choice = choose((RUNGS[name],), Standing(clinic.can(), granted), fact)
    assert choice.rung is RUNGS[name], choice.passed_over

    first = choice.rung.write(clinic.chart(), fact, clinic.can())
    choice.rung.write(clinic.chart(), fact, clinic.can())

    assert choice.rung.look(clinic.chart(), fact, None).reference == first.reference
    assert len(clinic.written()) == 1


def test_every_way_that_is_usual_has_its_fact_here() -> None:
    assert set(FACTS) == {name for name, rung in RUNGS.items() if rung.on_by_default}


@pytest.fixture(scope="module")
def medplum(shared, root) -> Iterator[str]:
    """Medplum's router and repository, as published, over HTTP."""
    process, base = router.start(shared, root)
    yield base
    process.terminate()
    process.wait(timeout=PATIENCE)


@pytest.fixture
def chart(medplum: str) -> FhirClient:
    requests.get(f"{medplum}/_admin/clear", timeout=PATIENCE)
    return FhirClient(medplum, lambda: "token", requests.Session(), (PATIENCE, PATIENCE))


@pytest.mark.wire
@pytest.mark.parametrize("name", ["communication", "document-reference"])
def test_medplum_itself_makes_no_second_one(chart: FhirClient, name: str) -> None:
    fact = FACTS[name]({"patient": "p-1", "practitioner": "dr-1", "encounter": None})

    first = RUNGS[name].write(chart, fact, SAYS)
    again = RUNGS[name].write(chart, fact, SAYS)

    assert first.reference == again.reference
    found = RUNGS[name].look(chart, fact, None)
    assert (found.reference, found.copies) == (first.reference, 1)


@pytest.mark.wire
def test_medplum_itself_refuses_a_patch_whose_test_fails_and_we_call_it_a_conflict(chart: FhirClient) -> None:
    raw = {
        "resourceType": "Appointment",
        "status": "booked",
        "participant": [{"actor": {"reference": "Patient/p-1"}, "status": "accepted"}],
        "start": "2026-11-02T14:00:00Z",
        "end": "2026-11-02T14:30:00Z",
    }
    chart.create(raw)
    [seen] = chart.search("Appointment?status=booked", "Appointment")
    # Without the version: If-Match is looked at by the server around the router, not by Medplum's.
    read = {name: value for name, value in seen.items() if name != "meta"}
    write_change(chart, read, Change((put(read, "status", "cancelled"),)), SAYS)

    with pytest.raises(ChartConflict):
        write_change(chart, read, Change((put(read, "status", "fulfilled"),)), SAYS)

    assert chart.read("Appointment", str(read["id"]))["status"] == "cancelled"


def test_without_json_patch_nothing_of_it_is_changed() -> None:
    """Its CapabilityStatement does not promise that a PUT's version is looked at."""
    bare = Capabilities(
        dict.fromkeys(TYPES, replace(ANY, interactions=ANY.interactions - {"patch"})), frozenset({JSON_PATCH})
    )
    granted = GrantedScopes.parse(SCOPE)

    assert choose(PROFILE.rungs.status, Standing(bare, {"system": granted})).rung is None
