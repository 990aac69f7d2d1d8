"""The sandbox as Oracle Health, which these rungs write to."""

from collections.abc import Iterator

import pytest

from tests.fhir.clinic import Clinic, open_clinic


@pytest.fixture(scope="module")
def open_doors() -> Iterator[Clinic]:
    with open_clinic("oracle") as clinic:
        yield clinic


@pytest.fixture
def clinic(open_doors: Clinic) -> Clinic:
    """A fresh day."""
    open_doors.reset()
    return open_doors
