"""The chart on another FHIR server: behind our authorization, with our addresses, mended visibly."""

import importlib.util
import json
from pathlib import Path

import pytest
import requests
import responses

from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.mending import RULES, mended
from sandbox.ehr.outcomes import FhirRefusal
from sandbox.ehr.queries import parse_query
from sandbox.ehr.remote_chart import RemoteChart
from sandbox.ehr.validation import problems_of
from sandbox.ehr.world import Ehr
from tests.patience import PATIENCE

THEIRS = "http://127.0.0.1:9/base"
OURS = "http://127.0.0.1:8001/fhir"
ALL = (
    "launch user/Patient.rs user/Practitioner.rs user/Appointment.rus user/Encounter.crus "
    "user/Communication.crus user/DocumentReference.crus"
)
MESSAGE = {
    "resourceType": "Communication",
    "identifier": [{"system": "urn:example", "value": "one"}],
    "status": "completed",
    "subject": {"reference": "Patient/vb-patient-04"},
}


def load_sibling(name):
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def peer(shared, root):
    """The base URL of a real FHIR R4 server."""
    process, base = load_sibling("peer").start(shared, root)
    yield base
    process.terminate()
    process.wait(timeout=PATIENCE)


@pytest.fixture
def remote(peer, app, ehr_key):
    """A well-behaved client of an EHR whose chart is on the real server."""
    requests.get(f"{peer}/_admin/clear", timeout=PATIENCE)
    state = Ehr(EhrConfig(fhir_backend=peer))
    state.authority.keys.load(ehr_key.as_dict(private=True))
    app.http = create_app(EhrConfig(), state).test_client()
    return app


@pytest.fixture
def chart():
    return RemoteChart(THEIRS, OURS)


def test_the_day_is_on_the_real_server_and_nothing_of_it_had_to_be_mended(remote, peer):
    held = remote.appointment(4)

    assert requests.get(f"{peer}/Appointment/{held['id']}", timeout=PATIENCE).json()["start"] == held["start"]
    assert len(remote.day()["appointments"]) == 21
    assert remote.http.get("/_mended").json == []


def test_authorization_stands_in_front_of_the_real_server(remote):
    assert remote.http.get("/fhir/Patient/vb-patient-04").status_code == 401
    narrow = remote.bearer(scope="launch patient/Patient.rs")
    assert remote.http.get("/fhir/Patient/vb-patient-04", headers=narrow).status_code == 200
    assert remote.http.get("/fhir/Patient/vb-patient-05", headers=narrow).status_code == 403
    assert (
        remote.http.get("/fhir/Patient?name=a", headers=narrow).json["entry"][0]["resource"]["id"]
        == "vb-patient-04"
    )


def test_pages_of_the_real_server_have_our_addresses(remote, peer):
    bearer = remote.bearer(scope=ALL)
    url, ids = "/fhir/Appointment?practitioner=vb-practitioner-osei&_count=4", []
    while url:
        answer = remote.http.get(url, headers=bearer)
        assert peer not in answer.text
        ids += [entry["resource"]["id"][-2:] for entry in answer.json["entry"]]
        links = {link["relation"]: link["url"] for link in answer.json["link"]}
        url = links.get("next", "").removeprefix("http://127.0.0.1:8001")

    assert ids == ["21", "01", "02", "03", "04", "05", "06", "07", "08"]


def test_writes_go_through_with_our_rules(remote):
    bearer = remote.bearer(scope=ALL)
    condition = {**bearer, "If-None-Exist": "identifier=urn:example|one"}
    created = remote.http.post("/fhir/Communication", json=MESSAGE, headers=condition)
    again = remote.http.post("/fhir/Communication", json=MESSAGE, headers=condition)
    path = f"/fhir/Appointment/{remote.appointment(4)['id']}"
    arrive = json.dumps([{"op": "replace", "path": "/status", "value": "arrived"}])
    patching = {**bearer, "Content-Type": "application/json-patch+json"}
    etag = remote.http.get(path, headers=bearer).headers["ETag"]

    missing = remote.http.patch(path, data=arrive, headers=patching)
    patched = remote.http.patch(path, data=arrive, headers={**patching, "If-Match": etag})
    stale = remote.http.patch(path, data=arrive, headers={**patching, "If-Match": etag})

    assert [created.status_code, again.status_code] == [201, 200]
    assert created.headers["Location"].startswith("http://127.0.0.1:8001/fhir/Communication/")
    assert [missing.status_code, patched.status_code, stale.status_code] == [412, 200, 412]
    assert remote.appointment(4)["status"] == "arrived"
    assert [row["interaction"] for row in remote.http.get("/_written").json] == ["create", "patch"]


def test_the_samples_of_real_ehrs_are_taken_once_they_are_mended(remote, shared):
    samples = []
    for path in sorted((shared / "reference" / "fhir-samples").glob("*.json")):
        raw = json.loads(path.read_text())
        samples += [raw.get("resource", raw)] if isinstance(raw, dict) else []

    answer = remote.http.post("/_load", json={"resources": samples}).json

    assert answer["refused"] == []
    assert len(answer["taken"]) == len(samples) > 10
    assert answer["mended"]


def test_the_front_desk_works_on_the_real_server_too(remote):
    remote.http.post(f"/_appointments/{remote.appointment(4)['id']}", json={"status": "cancelled"})

    assert remote.appointment(4)["status"] == "cancelled"


@responses.activate
def test_a_server_that_is_away_is_a_502(chart):
    with pytest.raises(FhirRefusal) as caught:
        chart.read("Patient", "1")

    assert caught.value.status == 502


@responses.activate
def test_its_outcome_is_passed_on(chart):
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "deleted"}]}
    responses.get(f"{THEIRS}/Patient/1", json=outcome, status=410)

    with pytest.raises(FhirRefusal) as caught:
        chart.read("Patient", "1")

    assert (caught.value.status, caught.value.outcome) == (410, outcome)


@responses.activate
def test_its_addresses_become_ours_and_a_foreign_next_link_is_not_followed(chart):
    raw = {"resourceType": "Patient", "id": "1", "link": [{"other": {"reference": f"{THEIRS}/Patient/2"}}]}
    link = {"relation": "next", "url": "http://elsewhere.example/base?page=2"}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": raw}], "link": [link]}
    responses.get(f"{THEIRS}/Patient", json=bundle)

    page = chart.search(parse_query("Patient", [("name", "x")]))

    assert page.resources[0]["link"] == [{"other": {"reference": f"{OURS}/Patient/2"}}]
    assert page.more is None


ENCOUNTER = {
    "resourceType": "Encounter",
    "id": "one",
    "status": "finished",
    "class": {"code": "AMB"},
}
PARTICIPANT = {"status": "accepted", "actor": {"reference": "Patient/1"}}
PATIENT = {"resourceType": "Patient", "id": "one"}
BROKEN = [
    PATIENT | {"id": "_12_3"},
    PATIENT | {"meta": {"versionId": "2-1"}},
    PATIENT | {"contained": [{"resourceType": "Patient", "id": "nobody"}]},
    {name: value for name, value in ENCOUNTER.items() if name != "class"},
    ENCOUNTER | {"location": [{"location": {"reference": "Location/1", "display": ""}}]},
    PATIENT | {"extension": [{"url": "urn:x"}]},
    PATIENT | {"telecom": [{"system": "phone", "rank": "1"}]},
    {"resourceType": "Appointment", "id": "one", "status": "booked", "participant": [PARTICIPANT]},
    PATIENT | {"colour": "blue"},
]


def test_every_rule_of_the_mending_list_has_a_broken_resource():
    assert len(BROKEN) == len(RULES)


@pytest.mark.parametrize(
    "rule, broken", list(zip(RULES, BROKEN, strict=True)), ids=[rule.name for rule in RULES]
)
def test_what_is_broken_is_mended_by_its_rule_alone_into_valid_r4(rule, broken):
    before = json.dumps(broken)

    raw, what = mended(broken)

    assert [one.rule for one in what] == [rule.name]
    assert problems_of(raw) == []
    assert json.dumps(broken) == before


def test_a_valid_resource_is_not_mended():
    whole = {"resourceType": "Patient", "id": "one", "name": [{"family": "Whole"}]}

    assert mended(whole) == (whole, [])
