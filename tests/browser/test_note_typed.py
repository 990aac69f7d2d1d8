"""What a provider types is kept while they type, and filed once."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from app.models import Visit, VisitNote, WorkingNote
from app.ports import Rooms
from tests.browser.looking import hard_to_use, too_wide
from tests.browser.scenes import BROWSER
from tests.clinic_day import HOST_LEFT, LEFT, ClinicDay
from tests.patience import until

TYPED = "Blood pressure at home is fine."
KEPT = re.compile(r"^Kept at \d+:\d\d.(AM|PM)\.$")


@pytest.fixture
def desk(new_context: Callable[..., BrowserContext]) -> BrowserContext:
    """The provider's browser."""
    return new_context(BROWSER, viewport={"width": 360, "height": 740}, reduced_motion="reduce")


@pytest.fixture
def visit(day: ClinicDay) -> str:
    found = day.visit(
        start=-9, state="in_progress", patient=LEFT, host=HOST_LEFT, opened_at=day.rooms.clock.now()
    )
    day.meeting(found)
    return found


@pytest.fixture
def address(day: ClinicDay, visit: str, origin: str) -> str:
    return f"{origin}/clinic/s/{day.sign_in(BROWSER)}/visits/{visit}/finish"


def opened(desk: BrowserContext, address: str) -> Page:
    page = desk.new_page()
    page.goto(address)
    return page


def typed(page: Page, text: str = TYPED) -> Page:
    page.locator("#note").fill(text)
    return page


def rows(rooms: Rooms, model: type) -> list[object]:
    with rooms.db.read() as tx:
        return list(tx.scalars(select(model)))


def test_what_was_typed_is_there_after_the_page_was_closed(
    desk: BrowserContext, address: str, picture: Callable[[Page, str], None]
) -> None:
    page = typed(opened(desk, address))
    expect(page.locator("#note-kept")).to_have_text(KEPT)
    page.close()

    again = opened(desk, address)

    expect(again.locator("#note")).to_have_value(TYPED)
    expect(again.locator("#note-kept")).to_have_text(KEPT)
    picture(again, "finish-typed-360")
    assert too_wide(again) == []
    assert hard_to_use(again) == []


def test_a_page_that_is_left_in_the_middle_of_a_word_loses_nothing(
    desk: BrowserContext, address: str, rooms: Rooms
) -> None:
    typed(opened(desk, address)).goto("about:blank")

    until(lambda: rows(rooms, WorkingNote))
    expect(opened(desk, address).locator("#note")).to_have_value(TYPED)


def test_finishing_files_it_once_and_keeps_nothing_behind(
    desk: BrowserContext, address: str, rooms: Rooms
) -> None:
    page = typed(opened(desk, address))
    expect(page.locator("#note-kept")).to_have_text(KEPT)

    page.locator("[data-act=finish] button.big").click()

    page.locator("main[data-state=finished]").wait_for()
    assert rows(rooms, WorkingNote) == []
    assert [note.text for note in rows(rooms, VisitNote)] == [TYPED]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("choice", "stays"), [("mine", "Two"), ("theirs", "One")])
def test_of_two_windows_texts_the_person_says_which_stays(
    desk: BrowserContext, address: str, choice: str, stays: str
) -> None:
    first, second = opened(desk, address), opened(desk, address)
    expect(typed(first, "One").locator("#note-kept")).to_have_text(KEPT)

    typed(second, "Two")
    expect(second.locator("#note-choice")).to_be_visible()
    assert hard_to_use(second) == []
    second.locator(f"[data-act={choice}]").click()

    expect(second.locator("#note-kept")).to_have_text(KEPT)
    expect(second.locator("#note")).to_have_value(stays)
    expect(opened(desk, address).locator("#note")).to_have_value(stays)


def test_without_a_connection_it_says_so_and_keeps_the_text_once_there_is_one(
    desk: BrowserContext, address: str
) -> None:
    page = opened(desk, address)
    desk.set_offline(True)
    typed(page)
    expect(page.locator("#note-kept")).to_have_text("Not kept: no connection. It is tried again.")

    desk.set_offline(False)

    expect(page.locator("#note-kept")).to_have_text(KEPT, timeout=20_000)


def test_a_visit_that_was_finished_elsewhere_leaves_the_text_in_sight(
    desk: BrowserContext, address: str, rooms: Rooms, visit: str
) -> None:
    page = opened(desk, address)
    with rooms.db.write() as tx:
        tx.get_one(Visit, visit).state = "finished"

    typed(page)

    expect(page.locator("#note-kept")).to_contain_text("finished in another window")
    expect(page.locator("#note")).to_have_value(TYPED)
