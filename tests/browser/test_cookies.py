"""In a frame of another site: what a browser that blocks cookies leaves us, and what our pages then say."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response, request
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.browser.chart import in_the_chart, open_chart
from tests.world import World

THIRD_PARTY_BLOCKED = {"cookie_controls_mode": 1}
SOON_MS = 15_000


def blocked(*patterns: str) -> dict[str, object]:
    """Preferences that block the cookies of these pairs of sites: whose they are, and in whose window."""
    return {"content_settings": {"exceptions": {"cookies": {one: {"setting": 2} for one in patterns}}}}


@pytest.fixture
def cage() -> Iterator[int]:
    """A port where `localhost` sets cookies and says which come back, and where a page frames it."""
    app = Flask(__name__)

    @app.get("/set")
    def put() -> Response:
        response = Response(status=303, headers={"Location": "/see"})
        response.set_cookie("lax", "1", samesite="Lax")
        response.set_cookie("none", "1", samesite="None", secure=True)
        response.set_cookie("__Host-kept", "1", samesite="None", secure=True, partitioned=True)
        return response

    @app.get("/see")
    def see() -> str:
        return " ".join(sorted(request.cookies)) or "nothing"

    @app.get("/frame/<page>")
    def frame(page: str) -> str:
        return f'<!doctype html><title>EHR</title><iframe src="http://localhost:{port}/{page}"></iframe>'

    server = make_server("127.0.0.1", 0, app, threaded=True)
    port = int(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield port
    server.shutdown()
    thread.join()
    server.server_close()


def framed(page: Page, port: int, path: str) -> str:
    page.goto(f"http://127.0.0.1:{port}/frame/{path}")
    return page.frame_locator("iframe").locator("body").inner_text()


def test_the_cage_holds(cage: int, new_profile: Callable[..., BrowserContext]) -> None:
    page = new_profile(THIRD_PARTY_BLOCKED).new_page()

    page.goto(f"http://localhost:{cage}/set")

    assert page.locator("body").inner_text() == "__Host-kept lax none"
    assert framed(page, cage, "see") == "nothing"
    assert framed(page, cage, "set") == "__Host-kept"


def test_the_cage_holds_where_all_cookies_of_a_site_are_blocked(
    cage: int, new_profile: Callable[..., BrowserContext]
) -> None:
    page = new_profile(blocked(f"http://localhost:{cage},*")).new_page()

    page.goto(f"http://localhost:{cage}/set")

    assert page.locator("body").inner_text() == "nothing"
    assert framed(page, cage, "set") == "nothing"


def test_where_third_party_cookies_are_blocked_the_visit_is_in_the_frame(
    world: World, new_profile: Callable[..., BrowserContext]
) -> None:
    page = new_profile(THIRD_PARTY_BLOCKED).new_page()

    app = open_chart(world, page, "chen", 0)
    with page.context.expect_page() as opened:
        app.locator("[data-act=start] button").click()
    app.locator(".top nav a[href$=schedule]").click()

    expect(opened.value.locator("main[data-page=ask-first]")).to_be_visible(timeout=SOON_MS)
    expect(app.locator("main[data-page=schedule]")).to_be_visible(timeout=SOON_MS)


def test_where_all_our_cookies_are_blocked_the_page_says_so_and_so_does_its_window(
    world: World, new_profile: Callable[..., BrowserContext]
) -> None:
    page = new_profile(blocked(f"{world.addresses.app},*")).new_page()

    app = in_the_chart(world, page, "chen", 0)
    expect(app.locator("main[data-code=VB-1201]")).to_be_visible(timeout=SOON_MS)
    with page.context.expect_page() as opened:
        app.get_by_text("Open in its own window").click()

    expect(opened.value.locator("main[data-code=VB-1211]")).to_be_visible(timeout=SOON_MS)
    assert opened.value.evaluate("window.top === window.self")


def test_where_our_cookies_are_blocked_in_the_frame_alone_the_window_of_its_own_works(
    world: World, new_profile: Callable[..., BrowserContext]
) -> None:
    page = new_profile(blocked(f"{world.addresses.app},{world.addresses.ehr}")).new_page()

    app = in_the_chart(world, page, "chen", 0)
    expect(app.locator("main[data-code=VB-1201]")).to_be_visible(timeout=SOON_MS)
    with page.context.expect_page() as opened:
        app.get_by_text("Open in its own window").click()

    expect(opened.value.locator("main[data-page=visit]")).to_be_visible(timeout=SOON_MS)


def test_where_the_ehr_refuses_a_used_launch_the_patient_is_picked_again(
    world: World, new_profile: Callable[..., BrowserContext]
) -> None:
    page = new_profile(blocked(f"{world.addresses.app},{world.addresses.ehr}")).new_page()
    switch = f"{world.addresses.ehr}/_break"
    world.ask(switch, {"name": "refuse_launch_reuse", "on": True})
    try:
        app = in_the_chart(world, page, "chen", 0)
        with page.context.expect_page() as opened:
            app.get_by_text("Open in its own window").click()
        window = opened.value
        with window.context.expect_page() as again:
            window.get_by_text("Sign in at the EHR and pick the patient").click()
    finally:
        world.ask(switch, {"name": "refuse_launch_reuse", "on": False})

    expect(again.value.locator("h1")).to_have_text("Sign in", timeout=SOON_MS)
    assert again.value.url.startswith(f"{world.addresses.ehr}/oauth2/authorize")
