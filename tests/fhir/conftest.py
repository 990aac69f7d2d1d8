"""A chart at the wire, and vendors' payloads."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
import responses

from fhir._elements import Raw
from fhir.client import FhirClient

BASE = "https://ehr.test/fhir"


@pytest.fixture
def chart() -> FhirClient:
    """The chart of one EHR, with a token that it takes."""
    return FhirClient(BASE, lambda: "token-1", requests.Session())


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    """The EHR's side of the wire."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture(scope="session")
def samples(shared: Path) -> Path:
    """Real-shape payloads of a vendor."""
    return shared / "reference" / "fhir-samples"


@pytest.fixture(scope="session")
def sample(samples: Path) -> Callable[[str], Raw]:
    """One payload by its name; the resource where it is a Bundle's entry."""

    def read(name: str) -> Raw:
        raw = json.loads((samples / f"{name}.json").read_text())
        resource = raw.get("resource", raw)
        assert isinstance(resource, dict)
        return resource

    return read
