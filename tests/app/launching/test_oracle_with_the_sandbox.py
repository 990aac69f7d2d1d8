"""A click in Oracle Health, of a provider and of a patient, through short tokens and dropped scopes."""

import html
import re
from collections.abc import Iterator

import pytest
import requests

from sandbox.run.browser import Browser
from tests.app.launching.test_with_the_sandbox import World, open_world
from tests.patience import PATIENCE

pytestmark = pytest.mark.wire


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from open_world(tmp_path_factory.mktemp("world"), "visitbridge-jwt", "oracle")


def clicked(world: World, browser: Browser, **context: object) -> requests.Response:
    """Where a click leads, in a browser that can go on from there."""
    order = {"app": f"{world.app}/launch", "context": context}
    url = requests.post(f"{world.ehr}/_launch", json=order, timeout=PATIENCE).json()["url"]
    return browser.get(url)


def test_a_provider_comes_in_though_no_appointment_is_told(world: World) -> None:
    arrived = world.launch(appointment=world.appointment()["id"])

    assert 'data-page="visit"' in arrived.text
    assert "Found by the encounter that is open in the EHR." in html.unescape(arrived.text)


def test_without_an_encounter_the_patient_s_hours_are_searched_as_the_ehr_allows(world: World) -> None:
    before = world.last_request()

    world.launch(appointment=world.appointment()["id"], encounter=None)

    rows = world.requests_since(before)
    searched = [row for row in rows if row["path"].partition("?")[0] == "/fhir/Appointment"]
    assert searched
    assert {row["status"] for row in searched} == {200}


def test_a_patient_comes_in_from_the_portal_s_own_base(world: World) -> None:
    visit = world.appointment()
    world.launch(appointment=visit["id"])
    before = world.last_request()

    arrived = clicked(
        world, Browser(patience=0), user=f"Patient/{visit['patient']}", patient=visit["patient"]
    )

    assert re.match(rf"{world.app}/v/[\w-]+", arrived.url)
    asked = [row["path"] for row in world.requests_since(before)]
    assert any("/oauth2/personas/patient/authorize" in path for path in asked)


def test_a_scope_that_was_dropped_is_a_limit_that_the_page_names(world: World) -> None:
    usual = world.launch(appointment=world.appointment()["id"])
    with world.broken("drop_scope", scopes=["user/Location"]):
        arrived = world.launch(appointment=world.appointment()["id"])

    assert 'data-page="visit"' in arrived.text
    assert "Location" in arrived.text
    assert "Location" not in usual.text


def test_tokens_that_end_are_renewed_by_the_first_refresh_token(world: World) -> None:
    browser = Browser(patience=0)
    arrived = clicked(world, browser, appointment=world.appointment()["id"])
    schedule = re.sub(r"/visits/.*", "/schedule", arrived.url)
    before = world.last_request()

    for _ in range(2):
        world.break_it("expire_tokens")
        assert browser.get(schedule).status_code == 200

    rows = world.requests_since(before)
    tokens = [row["status"] for row in rows if row["path"].startswith("/oauth2/token")]
    reads = [row["status"] for row in rows if row["path"].startswith("/fhir/Appointment")]
    assert tokens == [200, 200]
    assert set(reads) == {401, 200}
