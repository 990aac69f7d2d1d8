"""Before a sign-in ends its page says so; one key makes it last; at the end no patient is left in sight."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from app.models import StaffSession
from app.ports import Rooms
from tests.browser.looking import hard_to_use, too_wide
from tests.browser.scenes import BROWSER
from tests.clinic_day import HOST_IN_CALL, IN_CALL, ClinicDay


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """The provider's tab."""
    context = new_context(BROWSER, viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    return context.new_page()


@pytest.fixture
def shown(day: ClinicDay, origin: str, page: Page) -> Callable[[], Page]:
    """The finish page of a visit under way: it asks for nothing of itself that keeps the sign-in alive."""

    def show(lang: str = "en") -> Page:
        visit = day.visit(
            start=-9,
            state="in_progress",
            patient=IN_CALL,
            host=HOST_IN_CALL,
            opened_at=day.rooms.clock.now(),
        )
        with page.expect_response("**/left"):
            page.goto(f"{origin}/clinic/s/{day.sign_in(BROWSER)}/visits/{visit}/finish?lang={lang}")
        return page

    return show


def leave_it(rooms: Rooms, page: Page, **columns: timedelta) -> None:
    """Nobody has touched the page for so long, or the sign-in ends so soon; then somebody looks at it."""
    now = rooms.wall.now()
    with rooms.db.write() as tx:
        tx.execute(update(StaffSession).values({name: now + length for name, length in columns.items()}))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.parametrize(("lang", "says"), [("en", "Are you still there?"), ("zh_Hant", "您還在嗎？")])
def test_who_touches_nothing_is_warned_and_stays_by_one_key(
    rooms: Rooms,
    shown: Callable[..., Page],
    picture: Callable[[Page, str], None],
    lang: str,
    says: str,
) -> None:
    page = shown(lang)
    leave_it(rooms, page, seen_at=-timedelta(minutes=26))
    expect(page.locator("#idle")).to_be_visible()
    expect(page.locator("#idle-title")).to_contain_text(says)
    if lang == "en":
        picture(page, "idle-360")
    assert too_wide(page) == []
    assert hard_to_use(page) == []

    with page.expect_response("**/stay"):
        page.keyboard.press("Enter")

    expect(page.locator("#idle")).to_be_hidden()
    expect(page.locator("main[data-page=finish]")).to_be_visible()


def test_who_types_is_not_asked(rooms: Rooms, shown: Callable[..., Page]) -> None:
    page = shown()
    page.evaluate("Date.now = ((real) => () => real() + 120000)(Date.now)")

    with page.expect_response("**/stay"):
        page.locator("#note").press("End")

    expect(page.locator("#idle")).to_be_hidden()


def test_after_twelve_hours_it_says_that_nothing_helps(rooms: Rooms, shown: Callable[..., Page]) -> None:
    page = shown()
    leave_it(rooms, page, expires_at=timedelta(minutes=4))
    expect(page.locator("#idle-title")).to_contain_text("Your twelve hours are nearly over")
    expect(page.locator("[data-act=stay]")).to_be_hidden()
    assert hard_to_use(page) == []

    page.keyboard.press("Enter")

    expect(page.locator("#idle")).to_be_hidden()


def test_at_the_end_no_patient_is_left_in_sight(rooms: Rooms, shown: Callable[..., Page]) -> None:
    page = shown()
    name = page.locator("[data-field=patient-name]").inner_text()

    leave_it(rooms, page, seen_at=-timedelta(minutes=31))

    expect(page.locator("main[data-page=error]")).to_have_attribute("data-code", "VB-1203")
    assert name not in page.content()
