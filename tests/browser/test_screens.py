"""Every page as it is seen: small and large, by day and by night, in both languages."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from app.web import languages
from tests.browser.conftest import READER, browser_cookie
from tests.browser.looking import Complaints, hard_to_use, too_wide
from tests.browser.people_scenes import PEOPLE
from tests.browser.recording_scenes import RECORDED
from tests.browser.scenes import BROWSER, PATIENT, STAFF, Scene
from tests.browser.video_scenes import OUTAGE
from tests.clinic_day import ClinicDay
from tests.patience import PATIENCE

HEIGHTS = {360: 740, 1280: 800}
HERE_INSTEAD = "(button) => { button.form.target = '_self'; button.form.requestSubmit(button); }"
# What will reach the chart is asked for beside the page, and stands in the link's place then.
FORESEEN = "() => !document.querySelector('#outlook[data-from]')"
Light = Literal["light", "dark"]


@pytest.fixture(scope="module")
def onlookers(chromium: Browser) -> Iterator[BrowserContext]:
    """One browser for all scenes."""
    context = chromium.new_context(**READER)  # type: ignore[arg-type]  # by name
    context.set_default_timeout(PATIENCE * 1000)
    context.add_cookies([browser_cookie(BROWSER)])
    yield context
    context.close()


@pytest.fixture
def onlooker(onlookers: BrowserContext) -> Iterator[Page]:
    """A tab of it, in which no language was chosen yet."""
    onlookers.clear_cookies(name=languages.COOKIE)
    page = onlookers.new_page()
    yield page
    page.close()


@pytest.mark.parametrize(
    "scene", (*STAFF, *PATIENT, *PEOPLE, *RECORDED, *OUTAGE), ids=lambda scene: scene.name
)
def test_a_page_is_right_in_every_light(
    scene: Scene,
    day: ClinicDay,
    origin: str,
    onlooker: Page,
    picture: Callable[[Page, str], None],
) -> None:
    path, page, complaints = scene.arrange(day), onlooker, Complaints()
    complaints.watch(page)
    faults: list[str] = []

    def look(width: int, light: Light, suffix: str) -> None:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.emulate_media(color_scheme=light, reduced_motion="reduce")
        faults.extend(f"{width} {light}{suffix}: {one}" for one in too_wide(page))
        if not suffix or suffix in scene.also:
            picture(page, "-".join(filter(None, (scene.name, str(width), suffix))))

    _open(page, origin + path, scene, "en")
    look(1280, "light", "")
    faults.extend(hard_to_use(page))
    look(360, "light", "")
    look(360, "dark", "dark")
    look(1280, "dark", "dark")
    faults.extend(hard_to_use(page, "color-contrast"))
    _open(page, f"{origin}{path}{'&' if '?' in path else '?'}lang=zh_Hant", scene, "zh-Hant")
    look(1280, "light", "zh")
    faults.extend(hard_to_use(page))
    look(360, "light", "zh")

    assert faults == []
    assert complaints.said == []


def _open(page: Page, address: str, scene: Scene, language: str) -> None:
    answer = page.goto(address)
    assert answer is not None and answer.status == scene.status
    if scene.press:
        # Start opens a tab of its own; here it is to be looked at in this one.
        page.locator(scene.press).evaluate(HERE_INSTEAD)
    page.wait_for_selector(scene.settled)
    page.wait_for_function(FORESEEN)
    page.evaluate("document.fonts.ready")
    assert page.locator("html").get_attribute("lang") == language
