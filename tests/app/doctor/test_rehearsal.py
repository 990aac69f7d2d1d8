"""Every way of writing on a test patient of the strict sandbox EHR: held back, and really."""

from typing import Any

import pytest
import requests

from app.services.doctor.rehearsal import Outcome, TestPatient, try_writes
from app.store.audit import listed
from tests.app.doctor.conftest import Deployment

pytestmark = pytest.mark.wire


def test_patient(deployment: Deployment) -> TestPatient:
    day = requests.get(f"{deployment.url}/_day", timeout=5).json()
    booked = next(one for one in day["appointments"] if one["status"] == "booked" and one["encounter"])
    return TestPatient(booked["patient"], booked["id"], booked["encounter"], booked["practitioner"])


test_patient.__test__ = False  # type: ignore[attr-defined]  # an arrangement, no test


def written(deployment: Deployment) -> list[Any]:
    return list(requests.get(f"{deployment.url}/_written", timeout=5).json())


def tried(deployment: Deployment, patient: TestPatient, *, really: bool) -> dict[str, Outcome]:
    site = deployment.rooms.sites.all()[0]
    told = try_writes(deployment.rooms, site, patient, None, really=really)
    return {one.rung: one.outcome for one in told}


def test_a_rehearsal_sends_nothing(deploy: Any) -> None:
    deployment = deploy()

    told = tried(deployment, test_patient(deployment), really=False)

    assert told["appointment-status"] is Outcome.HELD
    assert told["communication"] is Outcome.HELD
    # A note goes in a person's name, and nobody is signed in here.
    assert told["document-reference"] is Outcome.CLOSED
    assert written(deployment) == []


def test_with_consent_it_is_written_and_the_audit_says_so(deploy: Any) -> None:
    deployment = deploy()

    told = tried(deployment, test_patient(deployment), really=True)

    assert told["communication"] is Outcome.WRITTEN
    assert told["appointment-arrived"] is Outcome.WRITTEN
    assert written(deployment)
    with deployment.rooms.db.read() as tx:
        assert [row.act for row in listed(tx, None, None)] == ["try_writes"]


def test_a_patient_without_appointment_closes_what_needs_one(deploy: Any) -> None:
    deployment = deploy()
    patient = TestPatient(test_patient(deployment).patient)

    told = tried(deployment, patient, really=False)

    assert told["virtual-service"] is Outcome.CLOSED
    assert told["appointment-arrived"] is Outcome.CLOSED


def test_what_the_ehr_refuses_is_told(deploy: Any) -> None:
    deployment = deploy()

    told = tried(deployment, TestPatient("nobody", "nothing", "nothing"), really=False)

    assert told["appointment-arrived"] is Outcome.REFUSED
