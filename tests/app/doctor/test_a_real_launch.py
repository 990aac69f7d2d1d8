"""A launch from the strict sandbox EHR over real HTTP: what is on record of it, what the doctor learns."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from app.services.doctor.findings import Verdict
from app.services.launch_traces import traces_for
from app.signin.roles import Grant, StaffRole
from app.web.cookies import NAME
from tests.app.doctor.conftest import Deployment
from tests.leaks import leaks, people_needles, secret

pytestmark = pytest.mark.wire
ENGINEER = (Grant(StaffRole.ENGINEER),)


def launch(deployment: Deployment) -> int:
    """A provider's click on an appointment of today, as far as the page of the app: its status."""
    day = requests.get(f"{deployment.url}/_day", timeout=5).json()
    found = next(one for one in day["appointments"] if one["status"] == "booked")
    order = {"app": "visitbridge-jwt", "context": {"appointment": found["id"]}}
    clicked = urlsplit(deployment.control("/_launch", order)["url"])
    browser = deployment.app.test_client()
    browser.set_cookie(NAME, "browser", secure=True, domain="localhost")
    headers, base = {"Accept": "text/html"}, "https://localhost"
    to_ehr = browser.get(f"/launch?{clicked.query}", base_url=base, headers=headers)
    assert to_ehr.status_code == 302, to_ehr.text
    back = urlsplit(requests.get(to_ehr.location, allow_redirects=False, timeout=5).headers["Location"])
    return browser.get(f"{back.path}?{back.query}", base_url=base, headers=headers).status_code


def test_the_record_of_a_launch_holds_no_secret_and_nobody(deploy: Any) -> None:
    deployment = deploy()

    assert launch(deployment) == 303

    [trace] = traces_for(deployment.rooms, ENGINEER)
    story = json.dumps([one.as_json() for one in trace.exchanges], ensure_ascii=False)
    day = requests.get(f"{deployment.url}/_day", timeout=5).json()
    issued = requests.get(f"{deployment.url}/_issued", timeout=5).json()
    given = [secret(kind, value) for kind, values in issued.items() for value in values]
    assert len(given) >= 5
    assert leaks([*given, *people_needles(day)], story) == []
    assert "client_assertion.kid" in story and "id_token.alg" in story


def test_the_doctor_believes_a_launch_that_went_well(deploy: Any) -> None:
    deployment = deploy()
    launch(deployment)

    told = deployment.examined()

    assert {one.verdict for one in told.findings} == {Verdict.FINE}


def test_the_doctor_tells_of_scopes_that_the_registration_lacks(deploy: Any) -> None:
    deployment = deploy()
    deployment.control("/_break", {"name": "drop_scope", "scopes": ["user/Location"]})
    launch(deployment)

    told = deployment.examined()

    assert told.cause is not None and told.cause.check == "scopes"
    assert "Location.r" in str(told.first_line)


def test_a_failed_launch_is_the_cause_where_nothing_else_is(deploy: Any) -> None:
    deployment = deploy()
    deployment.control("/_break", {"name": "id_token_wrong_audience"})
    assert launch(deployment) == 502

    told = deployment.examined()

    assert told.cause is not None and told.cause.check == "launches"
    assert "meant for another app" in str(told.first_line)
    assert "VB-1126" in told.cause.facts
