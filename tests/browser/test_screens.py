"""Every page as it is seen: small and large, by day and by night, in both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.looking import Complaints, hard_to_use, too_wide
from tests.browser.scenes import BROWSER, PATIENT, STAFF, Scene
from tests.clinic_day import ClinicDay

HEIGHTS = {360: 740, 1280: 800}
ENGLISH, CHINESE = "en", "zh-Hant"


@pytest.mark.parametrize("scene", (*STAFF, *PATIENT), ids=lambda scene: scene.name)
def test_a_page_is_right_in_every_light(
    scene: Scene,
    day: ClinicDay,
    origin: str,
    open_page: Callable[..., Page],
    picture: Callable[[Page, str], None],
) -> None:
    path, complaints, faults = scene.arrange(day), Complaints(), []
    page = open_page("/healthz", BROWSER, color_scheme="light")
    complaints.watch(page)

    def look(width: int, light: str, suffix: str, wanted: bool, *, with_axe: bool = False) -> None:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.emulate_media(color_scheme=light, reduced_motion="reduce")  # type: ignore[arg-type]  # light or dark
        faults.extend(f"{width} {light}: {one}" for one in too_wide(page))
        faults.extend(f"{width} {light}: {one}" for one in (hard_to_use(page) if with_axe else ()))
        if wanted:
            picture(page, f"{scene.name}-{width}{suffix}")

    for language, address in ((ENGLISH, path), (CHINESE, f"{path}{'&' if '?' in path else '?'}lang=zh_Hant")):
        is_english = language == ENGLISH
        answer = page.goto(origin + address)
        page.wait_for_selector(scene.settled)
        page.evaluate("document.fonts.ready")
        if is_english:
            look(1280, "light", "", True, with_axe=True)
            look(360, "light", "", True)
            look(360, "dark", "-dark", "dark" in scene.also)
            look(1280, "dark", "-dark", "dark" in scene.also)
        else:
            look(1280, "light", "-zh", "zh" in scene.also)
            look(360, "light", "-zh", "zh" in scene.also)
            look(360, "dark", "", False, with_axe=True)
        assert answer is not None and answer.status == scene.status
        assert page.locator("html").get_attribute("lang") == language

    assert faults == []
    assert complaints.said == []
