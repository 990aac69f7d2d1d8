"""The screens in Debian's Chromium: nothing overflows, axe finds nothing, the scripts do what they say."""

from collections.abc import Iterator

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from sandbox.clock import SettableClock
from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.world import Ehr
from sandbox.messages.app import create_app as create_messages
from sandbox.messages.mailbox import Mailbox
from sandbox.messages.switches import Switches
from sandbox.serving import served
from sandbox.zoom.app import create_app as create_zoom
from sandbox.zoom.config import ZoomConfig
from tests.patience import PATIENCE

pytestmark = pytest.mark.browser
LINK = "http://localhost:9/v/8sXk3JvQ2yq1Wm5dRb7N0w"


@pytest.fixture(scope="module")
def ehr() -> Iterator[Ehr]:
    """An EHR with a Zoom and a message sink beside it, all on free ports."""
    clock, mailbox = SettableClock(), Mailbox(SettableClock())
    mailbox.take("sms", "+12125550104", f"Your visit: {LINK}")
    zoom = create_zoom(ZoomConfig())
    with served(create_messages(mailbox, Switches(), clock)) as messages_url, served(zoom) as zoom_url:
        yield Ehr(EhrConfig(app_url="http://localhost:9", zoom_url=zoom_url, messages_url=messages_url))
    zoom.extensions["zoom"].close()


@pytest.fixture(scope="module")
def url(ehr: Ehr) -> Iterator[str]:
    with served(create_app(ehr.config, ehr)) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE * 1000)
    yield context.new_page()
    context.close()


def _chart(ehr: Ehr) -> str:
    line = next(one for one in ehr.schedule() if one.appointment_id.endswith("-04"))
    return f"/ehr/charts/{line.patient_id}?appointment={line.appointment_id}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_screen_overflows_and_axe_finds_nothing(chromium, ehr, url, width, scheme):
    paths = ["/", "/ehr", "/ehr?day=2031-01-01", "/ehr/visits", _chart(ehr)]
    paths += [
        "/portal",
        "/portal/vb-patient-04",
        "/portal/vb-patient-09?user=RelatedPerson/vb-related-09",
        "/glass",
        "/controls",
        f"{ehr.config.messages_url}/",
    ]
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    found = {}

    for path in paths:
        page.goto(path if path.startswith("http") else url + path)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        violations = [one["id"] for one in Axe().run(page).response["violations"]]
        if wide or violations:
            found[path] = ("wider than the screen" if wide else "", violations)

    context.close()
    assert found == {}


def test_tabs_of_a_chart_follow_the_keyboard_and_keep_the_frame(page, ehr, url):
    page.goto(url + _chart(ehr))
    launched = page.locator("iframe").get_attribute("src")

    page.get_by_role("tab", name="Video visit").focus()
    page.keyboard.press("ArrowRight")

    assert page.get_by_role("tab", name="Record").get_attribute("aria-selected") == "true"
    assert page.get_by_role("tabpanel", name="Record").is_visible()
    assert not page.locator("iframe").is_visible()
    page.keyboard.press("ArrowLeft")
    assert page.locator("iframe").is_visible()
    assert page.locator("iframe").get_attribute("src") == launched


def test_a_write_appears_on_the_open_chart(page, ehr, url):
    page.goto(url + _chart(ehr))
    line = next(one for one in ehr.schedule() if one.appointment_id.endswith("-04"))
    told = {"at": "2026-11-22T15:00:00Z", "client_id": "visitbridge-jwt", "user": "Practitioner/y"}
    done = {"n": 1, "interaction": "update", "version": "2", "resource": {"status": "arrived"}}

    ehr.written_list.load([{**told, **done, "reference": f"Appointment/{line.appointment_id}"}])

    page.get_by_role("tab", name="What was written 1").click()
    assert "arrived" in page.get_by_role("tabpanel").inner_text()
    ehr.written_list.load([])


def test_the_glass_wall_shows_a_request_as_it_happens_and_opens_it(page, ehr, url):
    page.goto(f"{url}/glass")

    requests.get(f"{url}/fhir/Patient/somebody", timeout=PATIENCE)

    row = page.locator("[data-rows] > li", has_text="/fhir/Patient/somebody").first
    row.wait_for()
    row.locator("summary").click()
    expect(row.locator("pre").nth(1)).to_contain_text("OperationOutcome", timeout=PATIENCE * 1000)


def test_the_glass_wall_is_sifted(page, ehr, url):
    page.goto(f"{url}/glass")
    requests.get(f"{url}/fhir/metadata", timeout=PATIENCE)
    rows = page.locator("[data-rows] > li:visible")
    rows.first.wait_for()

    page.get_by_label("fhir").uncheck()
    page.get_by_label("faults only").check()

    assert rows.count() == 0
    assert page.locator("[data-status]").inner_text().startswith("0 of ")


def test_the_clock_is_moved_by_a_click(page, ehr, url):
    page.goto(f"{url}/controls")

    page.get_by_role("button", name="+15 minutes").click()

    assert page.get_by_role("main").locator("[data-clock-offset]").inner_text() == "+15 min"
    page.get_by_role("button", name="Back to now").click()
    assert ehr.clock.offset_seconds == 0
