"""The wire of a write: what goes out, what comes back, and whether it is known what was done."""

import json
import ssl
import traceback
from datetime import timedelta

import pytest
import requests
import responses
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, ProtocolError, SSLError

from fhir.client import FhirClient
from fhir.errors import (
    ChartAnswerLost,
    ChartAnswerUnreadable,
    ChartBusy,
    ChartClash,
    ChartConflict,
    ChartDuplicate,
    ChartFailing,
    ChartForbidden,
    ChartNotFound,
    ChartOverloaded,
    ChartRefused,
    ChartSilent,
    ChartUnauthorized,
    ChartUnreachable,
    FhirError,
    InvalidResource,
)
from fhir.written import Written

BASE = "https://ehr.test/fhir"
MESSAGE = {
    "resourceType": "Communication",
    "status": "completed",
    "subject": {"reference": "Patient/1"},
    "payload": [{"contentString": "Somebody called Jane Doe is waiting."}],
}
APPOINTMENT = {
    "resourceType": "Appointment",
    "id": "a1",
    "meta": {"versionId": "3"},
    "status": "booked",
    "start": "2026-11-02T14:00:00Z",
    "end": "2026-11-02T14:20:00Z",
    "participant": [{"actor": {"reference": "Patient/1"}, "status": "accepted"}],
}
ARRIVED = [{"op": "replace", "path": "/status", "value": "arrived"}]


def created(chart):
    return chart.create(MESSAGE, if_none_exist="identifier=urn:x%7C1")


def updated(chart):
    return chart.update({**APPOINTMENT, "status": "arrived"}, if_match="3")


def patched(chart):
    return chart.patch("Appointment", "a1", ARRIVED, if_match="3")


WRITES = {
    "create": (created, "POST", f"{BASE}/Communication", "Communication"),
    "update": (updated, "PUT", f"{BASE}/Appointment/a1", "Appointment"),
    "patch": (patched, "PATCH", f"{BASE}/Appointment/a1", "Appointment"),
}


@pytest.fixture(params=WRITES)
def write(request, wire):
    """One of the three, with an answer to be told."""
    act, method, url, _ = WRITES[request.param]

    def write(chart, **answer):
        wire.add(responses.Response(method, url, **answer))
        return act(chart)

    write.creates = request.param == "create"
    return write


def test_a_create_sends_the_resource_its_condition_and_asks_for_no_body(chart, wire):
    wire.post(f"{BASE}/Communication", status=201, headers={"Location": "Communication/9"})

    created(chart)

    sent = wire.calls[0].request
    assert json.loads(sent.body) == MESSAGE
    assert sent.headers["Content-Type"] == "application/fhir+json"
    assert sent.headers["Accept"] == "application/fhir+json"
    assert sent.headers["Authorization"] == "Bearer token-1"
    assert sent.headers["Prefer"] == "return=minimal"
    assert sent.headers["If-None-Exist"] == "identifier=urn:x%7C1"


def test_a_create_without_a_condition_sends_none(chart, wire):
    wire.post(f"{BASE}/Communication", status=201)

    chart.create(MESSAGE)

    assert "If-None-Exist" not in wire.calls[0].request.headers


@pytest.mark.parametrize(
    ("version", "sent"), [("3", 'W/"3"'), ("2-1", 'W/"2-1"'), ('W/"3"', 'W/"3"'), ('"3"', '"3"')]
)
def test_a_change_names_the_version_that_was_read(chart, wire, version, sent):
    wire.put(f"{BASE}/Appointment/a1")
    wire.patch(f"{BASE}/Appointment/a1")

    chart.update(APPOINTMENT, if_match=version)
    chart.patch("Appointment", "a1", ARRIVED, if_match=version)

    assert [call.request.headers["If-Match"] for call in wire.calls] == [sent, sent]


def test_a_change_of_an_unversioned_resource_names_none(chart, wire):
    wire.patch(f"{BASE}/Appointment/a1")

    chart.patch("Appointment", "a1", ARRIVED, if_match=None)

    assert "If-Match" not in wire.calls[0].request.headers


def test_a_patch_is_sent_as_json_patch(chart, wire):
    wire.patch(f"{BASE}/Appointment/a1")

    patched(chart)

    sent = wire.calls[0].request
    assert sent.headers["Content-Type"] == "application/json-patch+json"
    assert json.loads(sent.body) == ARRIVED


def test_each_write_has_a_timeout_and_follows_no_redirect(write, wire):
    class Watched(requests.Session):
        def request(self, *args, **kwargs):
            asked.append((kwargs["timeout"], kwargs["allow_redirects"]))
            return super().request(*args, **kwargs)

    asked = []
    chart = FhirClient(BASE, lambda: "t", Watched(), timeout=(1.0, 2.0))

    with pytest.raises(ChartRefused) as caught:
        write(chart, status=307, headers={"Location": "https://elsewhere.test/fhir/Communication"})

    assert asked == [((1.0, 2.0), False)]
    assert caught.value.outcome_known


@pytest.mark.parametrize(
    ("headers", "body", "written"),
    [
        (
            {"Location": f"{BASE}/Communication/9/_history/1", "ETag": 'W/"1"'},
            "",
            Written("Communication/9", "1", 201),
        ),
        ({"Location": "Communication/9"}, "", Written("Communication/9", None, 201)),
        ({"Location": "/fhir/Communication/9"}, "", Written("Communication/9", None, 201)),
        (
            {"Location": "http://10.0.0.7:8080/r4/Communication/9/_history/2-1"},
            "",
            Written("Communication/9", "2-1", 201),
        ),
        ({"Content-Location": "Communication/9"}, "", Written("Communication/9", None, 201)),
        ({"Location": "Communication/4.0.-4.prsnl"}, "", Written("Communication/4.0.-4.prsnl", None, 201)),
        ({"Location": "Communication/a%7Cb"}, "", Written("Communication/a|b", None, 201)),
        ({"Location": "Task/9"}, "", Written(None, None, 201)),
        ({"Location": "Communication/.."}, "", Written(None, None, 201)),
        ({"Location": "Communication/9", "ETag": "7"}, "", Written("Communication/9", "7", 201)),
        ({"Location": "Communication/9", "ETag": ""}, "", Written("Communication/9", None, 201)),
        (
            {},
            {"resourceType": "Communication", "id": "9", "meta": {"versionId": 4}},
            Written("Communication/9", "4", 201),
        ),
        (
            {"Location": "Communication/9"},
            {"resourceType": "OperationOutcome", "issue": [{"severity": "information"}]},
            Written("Communication/9", None, 201),
        ),
        ({"Location": "Communication/9"}, "<html></html>", Written("Communication/9", None, 201)),
        ({}, "  ", Written(None, None, 201)),
    ],
)  # fmt: skip
def test_a_create_is_read_from_whatever_the_server_sends(chart, wire, headers, body, written):
    told = {"json": body} if isinstance(body, dict) else {"body": body}
    wire.post(f"{BASE}/Communication", status=201, headers=headers, **told)

    assert created(chart) == written


def test_a_resource_that_was_there_already_comes_back_as_written(chart, wire):
    headers = {"Location": "Communication/9", "ETag": 'W/"5"'}
    wire.post(f"{BASE}/Communication", status=200, headers=headers)

    assert created(chart) == Written("Communication/9", "5", 200)


def test_a_change_keeps_its_reference_whatever_the_server_says(chart, wire):
    wire.patch(
        f"{BASE}/Appointment/a1", status=200, headers={"ETag": 'W/"4"', "Location": "Appointment/other"}
    )
    wire.put(f"{BASE}/Appointment/a1", status=204)

    assert patched(chart) == Written("Appointment/a1", "4", 200)
    assert updated(chart) == Written("Appointment/a1", None, 204)


def test_a_promise_is_no_deed(write, chart):
    assert not write(chart, status=202).is_done


def test_what_is_done_is_said_so(write, chart):
    assert write(chart, status=201 if write.creates else 200).is_done


@pytest.mark.parametrize(
    ("status", "error", "known", "retryable"),
    [
        (302, ChartRefused, True, False),
        (400, ChartRefused, True, False),
        (401, ChartUnauthorized, True, False),
        (403, ChartForbidden, True, False),
        (404, ChartNotFound, True, False),
        (405, ChartRefused, True, False),
        (408, ChartBusy, True, True),
        (410, ChartNotFound, True, False),
        (415, ChartRefused, True, False),
        (422, ChartRefused, True, False),
        (423, ChartBusy, True, True),
        (424, ChartBusy, True, True),
        (429, ChartBusy, True, True),
        (500, ChartFailing, False, True),
        (501, ChartRefused, True, False),
        (502, ChartFailing, False, True),
        (503, ChartOverloaded, False, True),
        (504, ChartFailing, False, True),
    ],
)
def test_each_refusal_says_what_is_known(write, chart, status, error, known, retryable):
    with pytest.raises(FhirError) as caught:
        write(chart, status=status, json={"issue": [{"diagnostics": "Jane Doe"}]})

    assert type(caught.value) is error
    assert (caught.value.outcome_known, caught.value.retryable) == (known, retryable)
    assert "Jane" not in repr(caught.value)


@pytest.mark.parametrize(("status", "clash"), [(409, ChartClash), (412, ChartDuplicate)])
def test_what_stands_in_the_way_of_a_create_may_be_ours_and_of_a_change_is_not(write, chart, status, clash):
    with pytest.raises(clash if write.creates else ChartConflict) as caught:
        write(chart, status=status)

    assert type(caught.value) is (clash if write.creates else ChartConflict)
    assert caught.value.outcome_known is not write.creates
    assert caught.value.retryable


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_refusal_keeps_the_issue_types_and_no_text(write, chart, status):
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [
            {"severity": "error", "code": "business-rule", "diagnostics": "Jane Doe is not here"},
            {"severity": "error", "code": "business-rule", "details": {"text": "Jane Doe"}},
            {"severity": "error", "code": "Jane Doe"},
            {"severity": "error", "code": "duplicate", "expression": ["Jane Doe"]},
            "Jane Doe",
        ],
    }

    with pytest.raises(ChartRefused) as caught:
        write(chart, status=status, json=outcome)

    assert caught.value.status == status
    assert caught.value.codes == ("business-rule", "duplicate")
    assert "Jane" not in f"{caught.value!r} {vars(caught.value)}"


@pytest.mark.parametrize("body", ["<html>Jane Doe</html>", "", "[" * 100_000, "[1]"])
def test_a_refusal_without_an_outcome_has_no_issue_types(write, chart, body):
    with pytest.raises(ChartRefused) as caught:
        write(chart, status=422, body=body)

    assert caught.value.codes == ()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_it_says_in_how_long_to_come_back(write, chart, status):
    with pytest.raises(FhirError) as caught:
        write(chart, status=status, headers={"Retry-After": "7"})

    assert caught.value.retry_after == timedelta(seconds=7)


REFUSED_LINE = requests.ConnectionError(
    MaxRetryError(None, "/fhir/Appointment/a1", NewConnectionError(None, "refused"))
)
NO_ROUTE = requests.ConnectionError(MaxRetryError(None, "/fhir/Appointment/a1", ConnectTimeoutError()))
UNTRUSTED = requests.exceptions.SSLError(
    MaxRetryError(None, "/fhir/Appointment/a1", SSLError(ssl.SSLCertVerificationError(1, "Appointment/a1")))
)
RESET = requests.ConnectionError(ProtocolError("Connection aborted /fhir/Appointment/a1"))


@pytest.mark.parametrize(
    ("fault", "error", "known"),
    [
        (requests.ConnectTimeout(f"{BASE}/Appointment/a1"), ChartUnreachable, True),
        (REFUSED_LINE, ChartUnreachable, True),
        (NO_ROUTE, ChartUnreachable, True),
        (UNTRUSTED, ChartUnreachable, True),
        (requests.ReadTimeout(f"{BASE}/Appointment/a1"), ChartSilent, False),
        (RESET, ChartAnswerLost, False),
        (requests.ConnectionError(f"{BASE}/Appointment/a1"), ChartAnswerLost, False),
        (requests.exceptions.ChunkedEncodingError(f"{BASE}/Appointment/a1"), ChartAnswerLost, False),
        (requests.exceptions.SSLError(f"{BASE}/Appointment/a1"), ChartAnswerLost, False),
    ],
)
def test_a_broken_line_is_known_only_where_nothing_was_sent(write, chart, wire, fault, error, known):
    with pytest.raises(FhirError) as caught:
        write(chart, body=fault)

    assert type(caught.value) is error
    assert caught.value.outcome_known is known
    assert caught.value.retryable
    assert len(wire.calls) == 1
    assert "Appointment/a1" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "answer",
    [
        {"body": "<html>Sign in</html>"},
        {"json": ["Communication"]},
        {"json": {"resourceType": "Bundle"}},
        {"json": {"ok": True}},
        {"json": {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}},
    ],
    ids=["html", "a list", "another type", "no resource", "an error"],
)
def test_a_success_that_cannot_be_read_is_unknown(write, chart, answer):
    with pytest.raises(ChartAnswerUnreadable) as caught:
        write(chart, status=200, **answer)

    assert not caught.value.outcome_known
    assert not caught.value.retryable


def test_one_401_is_answered_by_one_new_token_and_the_same_body(write, wire):
    renewals = []
    chart = FhirClient(
        BASE, lambda: "old", requests.Session(), reauthorize=lambda: renewals.append(1) or "new"
    )

    with pytest.raises(ChartUnauthorized) as caught:
        write(chart, status=401)

    first, second = (call.request for call in wire.calls)
    assert (first.headers["Authorization"], second.headers["Authorization"]) == ("Bearer old", "Bearer new")
    assert first.body == second.body
    assert len(renewals) == 1
    assert caught.value.outcome_known


def test_a_write_after_the_new_token_counts(chart, wire):
    chart = FhirClient(BASE, lambda: "old", requests.Session(), reauthorize=lambda: "new")
    wire.post(f"{BASE}/Communication", status=401)
    wire.post(f"{BASE}/Communication", status=201, headers={"Location": "Communication/9"})

    assert created(chart).reference == "Communication/9"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_nothing_else_is_sent_twice(write, wire, status):
    chart = FhirClient(BASE, lambda: "old", requests.Session(), reauthorize=pytest.fail)

    with pytest.raises(FhirError):
        write(chart, status=status)

    assert len(wire.calls) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda chart: chart.create({**MESSAGE, "status": "Jane Doe"}),
        lambda chart: chart.update({**APPOINTMENT, "status": "Jane Doe"}, if_match="3"),
        lambda chart: chart.update({**APPOINTMENT, "id": ""}, if_match="3"),
        lambda chart: chart.update({**MESSAGE, "id": "9", "extra": "Jane Doe"}, if_match="3"),
        lambda chart: chart.patch("Appointment", "a1", [], if_match="3"),
        lambda chart: chart.patch("Appointment", "a1", [{"op": "replace"}], if_match="3"),
        lambda chart: chart.patch("Appointment", "a1", [{"path": "/status"}], if_match="3"),
        lambda chart: chart.patch("Appointment", "a1", [{"op": "grow", "path": "/status"}], if_match="3"),
        lambda chart: chart.patch("Appointment", "a1", ["Jane Doe"], if_match="3"),
        lambda chart: chart.patch("Appointment", "a1", [{"op": "remove", "path": "/id"}], if_match="3"),
        lambda chart: chart.patch(
            "Appointment", "a1", [{"op": "replace", "path": "/meta/versionId", "value": "9"}], if_match="3"
        ),
        lambda chart: chart.patch(
            "Appointment",
            "a1",
            [{"op": "replace", "path": "/status", "value": "Jane"}],
            if_match="3",
            was=APPOINTMENT,
        ),
        lambda chart: chart.patch(
            "Appointment", "a1", [{"op": "remove", "path": "/slot"}], if_match="3", was=APPOINTMENT
        ),
        lambda chart: chart.patch(
            "Appointment",
            "a1",
            [{"op": "test", "path": "/status", "value": "arrived"}],
            if_match="3",
            was=APPOINTMENT,
        ),
    ],
)
def test_what_breaks_the_standard_is_not_sent(chart, wire, act):
    with pytest.raises(InvalidResource) as caught:
        act(chart)

    assert len(wire.calls) == 0
    assert "Jane" not in str(caught.value)
    assert caught.value.outcome_known


def test_an_identifier_may_be_patched_though_its_path_begins_like_an_id(chart, wire):
    wire.patch(f"{BASE}/Appointment/a1")
    called = [{"op": "add", "path": "/identifier", "value": [{"system": "urn:x", "value": "1"}]}]

    assert chart.patch("Appointment", "a1", called, if_match="3", was=APPOINTMENT).is_done


def test_faults_that_the_chart_had_when_it_was_read_go_back_as_they_came(chart, wire):
    wire.put(f"{BASE}/Appointment/a1")
    was = {**APPOINTMENT, "patient-status": "their own", "comment": ""}

    chart.update({**was, "status": "arrived"}, if_match="3", was=was)

    assert json.loads(wire.calls[0].request.body) == {**was, "status": "arrived"}
    with pytest.raises(InvalidResource):
        chart.update({**was, "status": "here"}, if_match="3", was=was)


def test_no_digit_is_lost_between_reading_and_writing(chart, wire):
    numbers = (
        '{"price":1.10,"weight":10.0,"tiny":1E-22,"exact":0.1234567890123456789012,"whole":7,"minus":-0.50}'
    )
    stored = json.dumps(APPOINTMENT)[:-1] + f',"extension":[{{"url":"urn:x","valueMoney":{numbers}}}]}}'
    wire.get(f"{BASE}/Appointment/a1", body=stored)
    wire.put(f"{BASE}/Appointment/a1")

    was = chart.read("Appointment", "a1")
    chart.update({**was, "status": "arrived"}, if_match="3", was=was)

    sent = wire.calls[1].request.body.decode().replace(" ", "")
    assert numbers in sent
    assert was["extension"][0]["valueMoney"]["price"] == 1.1
