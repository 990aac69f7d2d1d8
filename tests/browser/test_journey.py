"""A whole visit with two people at two browsers: the EHR with our app in its frame, and a telephone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.browser.chart import SOON_MS, open_chart
from tests.browser.looking import Complaints
from tests.world import World

TELEPHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def provider(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(viewport={"width": 1280, "height": 800}, color_scheme="light").new_page()


@pytest.fixture
def patient(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(**TELEPHONE).new_page()


def say(app: FrameLocator, words: str) -> None:
    expect(app.locator("h1")).to_contain_text(words, timeout=SOON_MS)


def state(page: Page, wanted: str) -> None:
    expect(page.locator(f"main[data-state={wanted}]")).to_be_visible(timeout=SOON_MS)


def test_a_visit_from_the_chart_to_the_end(
    world: World, provider: Page, patient: Page, picture: Callable[[Page, str], None]
) -> None:
    complaints = Complaints()
    complaints.watch(provider)
    complaints.watch(patient)

    app = open_chart(world, provider, "osei", 0)
    name = app.locator("[data-field=patient-name]").inner_text()
    say(app, f"{name} is not here yet")

    # The patient comes; the provider's page says so by itself, and the patient reads that it did.
    patient.goto(app.locator("[data-field=patient-link]").input_value())
    say(app, f"{name} is here")
    expect(app.locator("#said")).to_have_text(f"{name} is here")
    expect(app.locator(".told")).to_be_visible(timeout=SOON_MS)
    state(patient, "told")
    assert app.locator("html").evaluate("() => document.title").startswith(name)  # a badge is for tabs
    picture(provider, "journey-1280")
    picture(patient, "journey-360")

    with provider.context.expect_page() as opened:
        app.locator("[data-act=start] button").click()
    zoom = opened.value
    zoom.locator("[data-act=confirm-host] button, [data-act=enter]").first.wait_for()
    if zoom.locator("[data-act=confirm-host]").count():
        zoom.locator("[data-act=confirm-host] button").click()
    zoom.wait_for_url(f"{world.addresses.zoom}/s/**")
    zoom.locator("[data-act=enter]").click()
    expect(app.locator("[data-presence=in_call]")).to_have_count(1, timeout=SOON_MS)

    state(patient, "join")
    patient.locator("[data-act=join] button").click()
    patient.wait_for_url(f"{world.addresses.zoom}/w/**")
    say(app, f"{name} is on the way")
    patient.locator("[data-act=enter]").click()
    say(app, f"{name} is in Zoom’s waiting room")
    zoom.locator("[data-act=admit]").click()
    say(app, "You are in the call together")
    expect(patient.locator("main[data-place=in_call]")).to_be_visible(timeout=SOON_MS)

    # Hanging up finishes nothing.
    patient.locator("[data-act=leave]").click()
    say(app, f"{name} has left the call")
    zoom.locator("[data-act=leave]").click()
    expect(app.locator("[data-presence=left]")).to_have_count(2, timeout=SOON_MS)
    expect(app.locator("main[data-state=in_progress]")).to_be_visible()

    app.locator("[data-act=finish] button").click()
    say(app, "Finish this visit?")
    # By the keyboard: Chromium drops clicks on another site's frame that has only just been painted.
    app.locator("main[data-page=finish] [data-act=finish] button.big").press("Enter")
    say(app, "Finished at")
    patient.goto(app.locator("[data-field=patient-link]").input_value())
    state(patient, "finished")
    assert complaints.said == []
