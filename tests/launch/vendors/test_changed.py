"""A change by rungs that replace the whole resource: only with the version that was read, told wherever."""

import json
from datetime import UTC, datetime

import pytest
import requests
import responses

from fhir.capability import Capabilities, TypeCapabilities
from fhir.client import FhirClient
from fhir.errors import ChartConflict, ChartUnversioned
from fhir.references import Reference
from fhir.writers.status import VisitStatus, appointment_status
from launch.vendors.generic.changed import change

BASE = "https://ehr.test/fhir"
ADDRESS = f"{BASE}/Appointment/a1"
REPLACING = Capabilities(
    {"Appointment": TypeCapabilities(frozenset({"read", "update"}), checks_versions=True)}
)
# With parts that no model of ours knows, of every kind of JSON.
APPOINTMENT = b"""{"resourceType": "Appointment", "id": "a1", "status": "booked",
 "extension": [{"url": "urn:theirs", "valueDecimal": 1.10, "_valueX": {"deep": [null, true, 1E2]}}],
 "theirOwn": {"order": [3, 1, 2], "empty": {}, "none": null, "long": 12345678901234567890},
 "participant": [{"actor": {"reference": "Patient/1"}, "status": "accepted"}]}"""


@pytest.fixture
def wire():
    with responses.RequestsMock() as found:
        yield found


@pytest.fixture
def arrive():
    chart = FhirClient(BASE, lambda: "token", requests.Session())

    def act():
        wanted = VisitStatus("arrived", datetime(2026, 11, 2, 14, 3, tzinfo=UTC), "a1")
        where = Reference("Appointment", "a1")
        return change(chart, where, lambda raw: appointment_status(raw, wanted), REPLACING)

    return act


@pytest.mark.parametrize("tag", ['W/"7"', '"7"'])
def test_a_version_that_only_the_etag_tells_guards_the_change(wire, arrive, tag):
    wire.get(ADDRESS, body=APPOINTMENT, headers={"ETag": tag})
    wire.put(ADDRESS, status=200)

    arrive()

    assert wire.calls[1].request.headers["If-Match"] == 'W/"7"'


def test_all_that_we_do_not_know_goes_back_as_it_came(wire, arrive):
    wire.get(ADDRESS, body=APPOINTMENT, headers={"ETag": 'W/"7"'})
    wire.put(ADDRESS, status=200)

    arrive()

    sent = wire.calls[1].request.body
    texts = {"parse_float": str, "parse_int": str}
    assert json.loads(sent, **texts) == {**json.loads(APPOINTMENT, **texts), "status": "arrived"}


def test_without_any_version_nothing_is_replaced(wire, arrive):
    wire.get(ADDRESS, body=APPOINTMENT)

    with pytest.raises(ChartUnversioned):
        arrive()


def test_what_somebody_else_changed_meanwhile_is_read_again(wire, arrive):
    wire.get(ADDRESS, body=APPOINTMENT, headers={"ETag": 'W/"7"'})
    wire.put(ADDRESS, status=412)

    with pytest.raises(ChartConflict) as caught:
        arrive()

    assert caught.value.retryable and caught.value.outcome_known
