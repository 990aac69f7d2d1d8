"""In a frame of 400 px, as EHRs have beside a chart, every page can be read and used."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from tests.browser.chart import SOON_MS, open_chart
from tests.browser.looking import TOO_WIDE
from tests.world import World

NARROW = """(frame) => {
  const size = "width: 400px; height: 300px; min-width: 0; min-height: 0";
  frame.style.cssText += `; ${size}; flex: none; align-self: start`;
}"""
# What is pressed most lies within the page, and nothing that sticks to an edge lies over it.
HIDDEN = """(selector) => {
  const one = document.querySelector(selector);
  one.scrollIntoView({ block: "center" });
  const box = one.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const is_free = top === one || one.contains(top);
  return is_free ? "" : `${selector} lies under ${top && top.outerHTML.slice(0, 80)}`;
}"""


@pytest.fixture
def frame(world: World, new_context: Callable[..., BrowserContext]) -> Frame:
    """Our app in the chart of a visit, squeezed."""
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    open_chart(world, page, "osei", 1)
    page.locator("iframe[name=visitbridge]").evaluate(NARROW)
    found = next(one for one in page.frames if one.url.startswith(world.addresses.app))
    found.wait_for_function("innerWidth === 400 && innerHeight === 300", timeout=SOON_MS)
    return found


def test_each_page_of_a_visit_fits_and_its_act_is_within_reach(frame: Frame) -> None:
    for link, page, act in (
        (None, "visit", "form[data-act=start] button"),
        (".top nav a[href$=schedule]", "schedule", "[data-visit] a"),
        (".top nav a[href$=writes]", "writes", ".top nav a[href$=schedule]"),
    ):
        if link:
            frame.locator(link).click()
        expect(frame.locator(f"main[data-page={page}]")).to_be_visible(timeout=SOON_MS)
        assert frame.evaluate(TOO_WIDE) == [], page
        assert frame.evaluate(HIDDEN, act) == "", page
