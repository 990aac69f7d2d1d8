"""One browser, many tabs and frames: never the wrong patient, never two meetings."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.ports import Rooms
from tests.browser.chart import SOON_MS, launch_of, open_chart
from tests.browser.looking import hard_to_use, too_wide
from tests.browser.scenes import BROWSER
from tests.clinic_day import HERE, ClinicDay
from tests.world import World


@pytest.fixture
def tabs(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    """The provider's browser."""
    return new_context(BROWSER, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")


def address(day: ClinicDay, visit: str, **about: object) -> str:
    """The page of a visit, under a session of its own."""
    session = day.sign_in(BROWSER, **about)  # type: ignore[arg-type]  # the session's columns
    return f"{day.rooms.settings.base_url}/clinic/s/{session}/visits/{visit}"


def patient_of(page: Page) -> str:
    return page.locator("[data-field=patient-name]").inner_text()


def look_of(page: Page, selector: str) -> list[str]:
    """How much a button stands out."""
    wanted = ["color", "backgroundColor", "fontSize", "fontWeight", "borderTopColor"]
    script = """(one, wanted) => [one.offsetWidth, one.offsetHeight,
        ...wanted.map((name) => getComputedStyle(one)[name])]"""
    found: list[str] = page.locator(selector).evaluate(script, wanted)
    return found


def test_two_charts_in_two_tabs_never_mix(world: World, new_context: Callable[..., BrowserContext]) -> None:
    context = new_context()
    one, two = context.new_page(), context.new_page()

    first, second = open_chart(world, one, "osei", 1), open_chart(world, two, "lee", 0)
    names = [app.locator("[data-field=patient-name]").inner_text() for app in (first, second)]
    visitor = new_context().new_page()
    visitor.goto(second.locator("[data-field=patient-link]").input_value())

    expect(second.locator("h1")).to_have_text(f"{names[1]} is here", timeout=SOON_MS)
    expect(first.locator("h1")).to_have_text(f"{names[0]} is not here yet")
    for tab, name in ((one, names[0]), (two, names[1])):
        frame = next(frame for frame in tab.frames if frame.url.startswith(world.addresses.app))
        frame.goto(frame.url)
        assert frame.locator("[data-field=patient-name]").inner_text() == name


def test_a_page_that_history_brings_back_into_a_frame_is_covered(
    world: World, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    app = open_chart(world, page, "osei", 1)
    earlier = app.locator("[data-field=patient-name]").inner_text()

    page.locator("iframe").evaluate("(frame, url) => { frame.src = url; }", launch_of(world, "lee", 0))
    expect(app.locator("[data-field=patient-name]")).not_to_have_text(earlier, timeout=SOON_MS)
    page.evaluate("history.back()")

    expect(app.locator("[data-field=patient-name]")).to_have_text(earlier, timeout=SOON_MS)
    expect(app.locator("#cover")).to_be_visible()
    expect(app.locator("#cover-title")).to_have_text("This page is of an earlier patient")


def test_back_within_one_patients_pages_is_not_covered_in_a_frame_that_the_ehr_named(
    world: World, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context().new_page()
    app = open_chart(world, page, "osei", 1)
    app.locator(".top nav a[href$=schedule]").click()
    app.locator("main[data-page=schedule]").wait_for()

    page.evaluate("history.back()")

    app.locator("main[data-page=visit]").wait_for()
    expect(app.locator("#cover")).to_be_hidden()


def test_a_page_that_history_brings_back_into_a_tab_is_covered(
    tabs: BrowserContext, day: ClinicDay, origin: str, picture: Callable[[Page, str], None]
) -> None:
    earlier, later = address(day, day.visit("Rosa Diaz")), address(day, day.visit("Walter Brandt"))
    page = tabs.new_page()
    page.goto(earlier)
    page.goto(later)
    page.go_back()

    expect(page.locator("#cover")).to_be_visible()
    expect(page.locator("#cover > div")).to_be_focused()
    expect(page.locator("#cover-text")).to_contain_text("Compare with the name that the EHR shows.")
    assert look_of(page, "#cover-stay") == look_of(page, "#cover-newest")
    assert page.locator("[data-act=start] button").evaluate("(button) => Boolean(button.closest('[inert]'))")
    assert hard_to_use(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    picture(page, "visit-cover-1280")
    page.set_viewport_size({"width": 360, "height": 740})
    assert too_wide(page) == []

    page.locator("#cover-stay").click()
    expect(page.locator("#cover")).to_be_hidden()
    assert patient_of(page) == "Rosa Diaz"
    page.goto(later)
    page.go_back()
    page.locator("#cover-newest").click()
    page.wait_for_url(later)
    expect(page.locator("#cover")).to_be_hidden()


def test_a_page_that_was_kept_whole_is_covered_too(tabs: BrowserContext, day: ClinicDay, origin: str) -> None:
    page = tabs.new_page()
    page.goto(address(day, day.visit()))

    # Chromium under automation keeps no page whole, so what it would do is done here.
    page.evaluate("window.name = 'visitbridge:another-session:/clinic/s/another-session/visits/x'")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(page.locator("#cover")).to_be_visible()


def test_back_within_one_patients_pages_is_not_covered(
    tabs: BrowserContext, day: ClinicDay, origin: str
) -> None:
    page, visit = tabs.new_page(), address(day, day.visit())
    page.goto(visit)
    page.locator(".top nav a[href$=schedule]").click()
    page.wait_for_selector("main[data-page=schedule]")
    page.go_back()

    page.wait_for_selector("main[data-page=visit]")
    expect(page.locator("#cover")).to_be_hidden()


def test_a_double_click_on_start_makes_one_meeting(
    tabs: BrowserContext, day: ClinicDay, rooms: Rooms, origin: str
) -> None:
    rooms.video.while_opening = lambda: time.sleep(0.4)  # type: ignore[attr-defined]  # the fake vendor's
    page = tabs.new_page()
    page.goto(address(day, day.visit(patient=HERE), host_confirmed_at=rooms.wall.now()))

    for press in ("dblclick", "click"):
        with tabs.expect_event("request", lambda request: "//video.example/s/" in request.url):
            getattr(page.locator("[data-act=start] button"), press)()
    expect(page.locator("main[data-state=open]")).to_be_visible(timeout=SOON_MS)

    assert rooms.video.calls.count("open") == 1  # type: ignore[attr-defined]  # the fake vendor's
    assert len(tabs.pages) == 2


def test_the_title_counts_who_waits(tabs: BrowserContext, day: ClinicDay, origin: str) -> None:
    day.visit("Walter Brandt", patient=HERE)
    page = tabs.new_page()
    page.goto(address(day, day.visit("Rosa Diaz", start=50)))

    expect(page).to_have_title("(1) Rosa Diaz · Video visit")
    expect(page.locator("[data-banner]")).to_contain_text("1 other patient is waiting for you.")
