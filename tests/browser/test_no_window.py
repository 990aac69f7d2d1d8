"""Where no window may be opened, Start says so, begins nothing, and shows a way on."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chart import SOON_MS, launch_of, open_chart
from tests.browser.looking import hard_to_use, too_wide
from tests.world import World

SHUT_IN = """(frame, url) => {
  frame.setAttribute("sandbox", "allow-scripts allow-forms allow-same-origin");
  frame.src = url;
}"""


def made(world: World) -> int:
    """How many meetings Zoom was asked to make."""
    rows = world.ask(f"{world.addresses.zoom}/_requests?since=0")
    return sum(row["method"] == "POST" and row["path"].endswith("/meetings") for row in rows)


def test_a_frame_that_lets_no_window_open_is_told_apart_and_nothing_is_begun(
    world: World,
    new_context: Callable[..., BrowserContext],
    picture: Callable[[Page, str], None],
) -> None:
    context = new_context(viewport={"width": 420, "height": 740})
    page = context.new_page()
    app = open_chart(world, page, "osei", 1)
    page.locator("iframe").evaluate(SHUT_IN, launch_of(world, "osei", 1))
    app.locator("main[data-page=visit]").wait_for(timeout=SOON_MS)
    before = made(world)

    app.locator("form[data-act=start] button").click()

    expect(app.locator("#blocked")).to_be_visible()
    expect(app.locator("#own-window")).to_have_value(f"{world.addresses.app}/launch/standalone/sandbox")
    assert len(context.pages) == 1
    assert made(world) == before
    assert hard_to_use(page) == []
    assert too_wide(page) == []
    page.keyboard.press("Escape")
    expect(app.locator("#blocked")).to_be_hidden()


def test_where_windows_open_the_call_s_is_one_and_the_same(
    world: World, new_context: Callable[..., BrowserContext]
) -> None:
    context = new_context()
    page = context.new_page()
    app = open_chart(world, page, "lee", 0)

    with context.expect_page() as opened:
        app.locator("form[data-act=start] button").click()
    opened.value.locator("main[data-page=ask-first]").wait_for(timeout=SOON_MS)
    app.locator("form[data-act=start] button").click()
    opened.value.locator("main[data-page=ask-first]").wait_for(timeout=SOON_MS)

    expect(app.locator("#blocked")).to_be_hidden()
    assert len(context.pages) == 2
