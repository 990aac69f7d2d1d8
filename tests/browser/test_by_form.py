"""A launch that asks by a form, in a real browser: the page sends itself, in the EHR's frame as well."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.factory import create_app
from app.rooms import compose
from app.settings import read_settings
from app.store.migrate import migrate
from sandbox.ehr.app import create_app as create_ehr
from sandbox.ehr.config import EhrConfig
from sandbox.serving import served
from tests.world import free_port

SOON_MS = 15_000
SITE = """
name = "sandbox"
title = "Sandbox"
iss = ["{ehr}/fhir"]
client_id = "visitbridge-public"
client_kind = "public"
scopes = ["launch", "openid", "fhirUser", "user/Patient.rs", "user/Practitioner.rs", "user/Location.rs",
          "user/Appointment.rs", "user/Encounter.rs"]
post_authorize = true
frame_ancestors = ["{ehr}"]
time_zone = "America/New_York"
"""


@pytest.fixture
def ehr(tmp_path: Path) -> Iterator[str]:
    """A sandbox EHR, beside an app that asks by forms."""
    ehr_port, app_port = free_port(), free_port()
    ehr, app = f"http://127.0.0.1:{ehr_port}", f"http://localhost:{app_port}"
    (tmp_path / "sandbox.toml").write_text(SITE.format(ehr=ehr))
    settings = read_settings(
        {
            "VISITBRIDGE_BASE_URL": app,
            "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
            "VISITBRIDGE_DATABASE_URL": f"sqlite:///{tmp_path / 'app.db'}",
            "VISITBRIDGE_EHR_DIR": str(tmp_path),
            "ZOOM_ACCOUNT_ID": "account",
            "ZOOM_CLIENT_ID": "client",
            "ZOOM_CLIENT_SECRET": "secret",
            "ZOOM_WEBHOOK_SECRET": "webhook-secret",
        }
    )
    rooms = compose(settings)
    migrate(rooms.db)
    with (
        served(create_ehr(EhrConfig(port=ehr_port, app_url=app)), ehr_port),
        served(create_app(rooms), app_port),
    ):
        yield ehr
    rooms.db.dispose()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.smart(50, 52)
def test_the_form_sends_itself_inside_the_ehrs_frame(ehr: str, page: Page) -> None:
    posted: list[str] = []
    page.on("request", lambda asked: posted.append(asked.url) if asked.method == "POST" else None)
    page.goto(f"{ehr}/ehr")

    page.locator("[data-appointment] a").first.click()

    app = page.frame_locator("iframe[name=visitbridge]")
    expect(app.locator("main[data-page=visit]")).to_be_visible(timeout=SOON_MS)
    assert f"{ehr}/oauth2/authorize" in posted
