"""The wire: our token goes to one base only, and every failure has a name."""

import traceback
from datetime import timedelta

import pytest
import requests
import responses

from fhir.client import FhirClient
from fhir.errors import (
    ChartAnswerMalformed,
    ChartBusy,
    ChartForbidden,
    ChartNotFound,
    ChartRefused,
    ChartSlow,
    ChartUnauthorized,
    ChartUnreachable,
    FhirError,
    ForeignReference,
)

BASE = "https://ehr.test/fhir"
PATIENT = {"resourceType": "Patient", "id": "1"}


def bundle(*resources, next_url=None):
    links = [{"relation": "self", "url": BASE}]
    if next_url:
        links.append({"relation": "next", "url": next_url})
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": links,
        "entry": [{"resource": resource} for resource in resources],
    }


def appointment(number):
    return {"resourceType": "Appointment", "id": str(number)}


@pytest.mark.smart(93, 264)
def test_a_read_asks_for_fhir_json_with_the_token(chart, wire):
    wire.get(f"{BASE}/Patient/1", json=PATIENT)

    assert chart.read("Patient", "1") == PATIENT

    asked = wire.calls[0].request
    assert asked.headers["Accept"] == "application/fhir+json"
    assert asked.headers["Authorization"] == "Bearer token-1"


def test_every_call_has_a_timeout(wire):
    class Watched(requests.Session):
        def request(self, *args, **kwargs):
            timeouts.append((kwargs["timeout"], kwargs["allow_redirects"]))
            return super().request(*args, **kwargs)

    timeouts = []
    wire.get(f"{BASE}/Patient/1", json=PATIENT)
    wire.get(f"{BASE}/metadata", json={"resourceType": "CapabilityStatement"})
    chart = FhirClient(BASE, lambda: "t", Watched(), timeout=(1.0, 2.0))

    chart.read("Patient", "1")
    chart.capability_statement()

    assert timeouts == [((1.0, 2.0), False)] * 2


def test_an_id_is_written_so_that_it_stays_an_id(chart, wire):
    wire.get(f"{BASE}/Appointment/a%2F..%2Fb%3Fc", json=appointment(1))

    assert chart.read("Appointment", "a/../b?c")["id"] == "1"


@pytest.mark.parametrize(
    ("status", "error", "retryable"),
    [
        (301, ChartRefused, False),
        (400, ChartRefused, False),
        (401, ChartUnauthorized, False),
        (403, ChartForbidden, False),
        (404, ChartNotFound, False),
        (410, ChartNotFound, False),
        (422, ChartRefused, False),
        (429, ChartBusy, True),
        (500, ChartUnreachable, True),
        (502, ChartUnreachable, True),
        (503, ChartBusy, True),
    ],
)
def test_each_refusal_has_its_name(chart, wire, status, error, retryable):
    wire.get(f"{BASE}/Patient/1", status=status, json={"issue": [{"diagnostics": "Jane Doe"}]})

    with pytest.raises(FhirError) as caught:
        chart.read("Patient", "1")

    assert type(caught.value) is error
    assert caught.value.retryable is retryable
    assert "Jane" not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (requests.ConnectTimeout("https://ehr.test/fhir/Patient/1"), ChartSlow),
        (requests.ReadTimeout("https://ehr.test/fhir/Patient/1"), ChartSlow),
        (requests.ConnectionError("https://ehr.test/fhir/Patient/1"), ChartUnreachable),
        (requests.exceptions.ChunkedEncodingError("https://ehr.test/fhir/Patient/1"), ChartUnreachable),
    ],
)
def test_a_broken_line_has_its_name_and_tells_no_id(chart, wire, fault, error):
    wire.get(f"{BASE}/Patient/1", body=fault)

    with pytest.raises(error) as caught:
        chart.read("Patient", "1")

    assert caught.value.retryable
    assert "Patient/1" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "answer",
    [
        {"body": "<html>Sign in</html>"},
        {"body": ""},
        {"json": ["Patient"]},
        {"body": "[" * 100_000},
        {"json": {"resourceType": "OperationOutcome"}},
    ],
    ids=["html", "nothing", "a list", "depth", "another type"],
)
def test_what_is_no_patient_is_not_taken_for_one(chart, wire, answer):
    wire.get(f"{BASE}/Patient/1", **answer)

    with pytest.raises(ChartAnswerMalformed):
        chart.read("Patient", "1")


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, timedelta(seconds=7)),
        (
            {"Retry-After": "Mon, 02 Nov 2026 10:00:30 GMT", "Date": "Mon, 02 Nov 2026 10:00:00 GMT"},
            timedelta(seconds=30),
        ),
        (
            {"Retry-After": "Mon, 02 Nov 2026 09:00:00 GMT", "Date": "Mon, 02 Nov 2026 10:00:00 GMT"},
            timedelta(0),
        ),
        ({"Retry-After": "Mon, 02 Nov 2026 10:00:30 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 40}, None),
        ({}, None),
    ],
)
def test_a_busy_chart_says_in_how_long(chart, wire, headers, wait):
    wire.get(f"{BASE}/Patient/1", status=429, headers=headers)

    with pytest.raises(ChartBusy) as caught:
        chart.read("Patient", "1")

    assert caught.value.retry_after == wait


def test_one_401_is_answered_by_one_new_token(wire):
    chart = FhirClient(BASE, lambda: "old", requests.Session(), reauthorize=lambda: "new")
    wire.get(f"{BASE}/Patient/1", status=401)
    wire.get(f"{BASE}/Patient/1", json=PATIENT)

    chart.read("Patient", "1")

    assert [call.request.headers["Authorization"] for call in wire.calls] == ["Bearer old", "Bearer new"]


def test_a_second_401_ends_it(wire):
    renewals = []
    chart = FhirClient(
        BASE, lambda: "old", requests.Session(), reauthorize=lambda: renewals.append(1) or "new"
    )
    wire.get(f"{BASE}/Patient/1", status=401)

    with pytest.raises(ChartUnauthorized):
        chart.read("Patient", "1")

    assert len(wire.calls) == 2
    assert len(renewals) == 1


def test_a_token_that_somebody_renewed_meanwhile_is_used_as_it_is(wire):
    tokens = iter(["old", "new"])
    chart = FhirClient(BASE, lambda: next(tokens), requests.Session(), reauthorize=pytest.fail)
    wire.get(f"{BASE}/Patient/1", status=401)
    wire.get(f"{BASE}/Patient/1", json=PATIENT)

    chart.read("Patient", "1")

    assert wire.calls[1].request.headers["Authorization"] == "Bearer new"


def test_the_token_follows_no_redirect(chart, wire):
    wire.get(f"{BASE}/Patient/1", status=302, headers={"Location": "https://elsewhere.test/Patient/1"})
    wire.get("https://elsewhere.test/Patient/1", json=PATIENT)

    with pytest.raises(ChartRefused) as caught:
        chart.read("Patient", "1")

    assert caught.value.status == 302
    assert len(wire.calls) == 1


def test_a_search_goes_through_all_pages_and_passes_over_what_is_no_match(chart, wire):
    outcome = {"resourceType": "OperationOutcome"}
    wire.get(f"{BASE}/Appointment?patient=1", json=bundle(appointment(1), outcome, next_url="?pageContext=x"))
    wire.get(f"{BASE}/Appointment?pageContext=x", json=bundle(appointment(2)))

    found = chart.search("Appointment?patient=1", "Appointment")

    assert [raw["id"] for raw in found] == ["1", "2"]


def test_a_next_page_at_another_path_of_the_same_server_is_followed(chart, wire):
    wire.get(f"{BASE}/Appointment", json=bundle(next_url="https://ehr.test:443/pages/2"))
    wire.get("https://ehr.test:443/pages/2", json=bundle(appointment(2)))

    found = chart.search("Appointment", "Appointment")

    assert [raw["id"] for raw in found] == ["2"]


@pytest.mark.smart(97, 267)
@pytest.mark.parametrize(
    "foreign",
    [
        "https://elsewhere.test/fhir/Appointment?page=2",
        "http://ehr.test/fhir/Appointment?page=2",
        "https://ehr.test:8443/fhir/Appointment?page=2",
        "https://ehr.test.evil.test/fhir/Appointment?page=2",
        "https://someone@ehr.test/fhir/Appointment?page=2",
        "//elsewhere.test/fhir",
        "https://ehr.test:port/fhir",
        "ftp://ehr.test/fhir",
    ],
)
def test_the_token_goes_to_no_next_page_of_another_server(chart, wire, foreign):
    wire.get(f"{BASE}/Appointment", json=bundle(appointment(1), next_url=foreign))
    wire.get("https://elsewhere.test/fhir/Appointment", json=bundle())

    with pytest.raises(ForeignReference):
        list(chart.search("Appointment", "Appointment"))

    assert len(wire.calls) == 1


def test_a_search_ends_where_pages_run_in_circles(chart, wire):
    wire.get(f"{BASE}/Appointment", json=bundle(appointment(1), next_url=f"{BASE}/Appointment"))

    assert len(list(chart.search("Appointment", "Appointment"))) == 1


def test_a_search_ends_after_the_most_pages(chart, wire):
    for page in range(5):
        wire.get(
            f"{BASE}/Appointment?page={page}",
            json=bundle(appointment(page), next_url=f"?page={page + 1}"),
            match=[responses.matchers.query_param_matcher({"page": str(page)})],
        )

    found = chart.search("Appointment?page=0", "Appointment", most_pages=3)

    assert [raw["id"] for raw in found] == ["0", "1", "2"]


def test_a_search_that_answers_no_bundle_is_malformed(chart, wire):
    wire.get(f"{BASE}/Appointment", json=appointment(1))

    with pytest.raises(ChartAnswerMalformed):
        list(chart.search("Appointment", "Appointment"))


@pytest.mark.parametrize("reference", ["Patient/1", f"{BASE}/Patient/1", "Patient/1/_history/3"])
def test_a_reference_of_this_server_is_read(chart, wire, reference):
    wire.get(f"{BASE}/Patient/1", json=PATIENT)

    assert chart.read_reference(reference) == PATIENT


@pytest.mark.smart(97, 98, 267, 268)
@pytest.mark.parametrize(
    "reference",
    [
        "https://elsewhere.test/fhir/Patient/1",
        "https://ehr.test/other/Patient/1",
        "https://ehr.test/fhirX/Patient/1",
        "https://ehr.test/fhir/../admin/Patient/1",
        "#contained",
        "urn:uuid:0",
        "../Patient/1",
        "",
    ],
)
def test_the_token_goes_to_no_foreign_reference(chart, wire, reference):
    with pytest.raises(ForeignReference):
        chart.read_reference(reference)

    assert len(wire.calls) == 0
