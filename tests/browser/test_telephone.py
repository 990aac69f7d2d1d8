"""An old telephone on a slow line: no scripts, few bytes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from app.models import Visit
from app.ports import Rooms
from tests.clinic_day import HOST_IN_CALL, ClinicDay

HEAVIEST, HEAVIEST_SHEET = 60_000, 15_000


@pytest.fixture
def telephone(new_context: Callable[..., Any]) -> Callable[..., Page]:
    """A page of a telephone."""

    def make(**wishes: Any) -> Page:
        size = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
        page: Page = new_context(**size, **wishes).new_page()
        return page

    return make


def test_without_scripts_the_patient_gets_into_the_call(
    telephone: Callable[..., Page], day: ClinicDay, rooms: Rooms, origin: str
) -> None:
    visit = day.visit(host=HOST_IN_CALL)
    page = telephone(java_script_enabled=False)
    page.goto(f"{origin}/v/{day.token_of(visit)}")
    expect(page.locator("main[data-state=wait]")).to_be_visible()

    page.locator("[data-act=check-again] button").tap()
    expect(page.locator("main[data-state=wait]")).to_be_visible()
    with rooms.db.write() as tx:
        tx.get_one(Visit, visit).state = "open"
    page.locator("[data-act=check-again] button").tap()
    with page.expect_request("https://video.example/w/**"):
        page.locator("[data-act=join] button").tap()

    assert len(rooms.video.meetings) == 1  # type: ignore[attr-defined]  # the fake vendor's


@pytest.mark.parametrize("scripted", [True, False])
def test_the_page_promises_only_what_it_does(
    telephone: Callable[..., Page], day: ClinicDay, origin: str, scripted: bool
) -> None:
    page = telephone(java_script_enabled=scripted)

    page.goto(f"{origin}/v/{day.token_of(day.visit())}")

    shown = page.locator("main")
    for promise in ("The button to join appears here by itself.", "This page changes by itself."):
        expect(shown.get_by_text(promise)).to_be_visible(visible=scripted)
    for advice in ("Press “Check again” every few minutes", "This page does not change by itself"):
        expect(shown.get_by_text(advice)).to_be_visible(visible=not scripted)


def test_the_chosen_language_stays_without_scripts(
    telephone: Callable[..., Page], day: ClinicDay, origin: str
) -> None:
    page = telephone(java_script_enabled=False)
    page.goto(f"{origin}/v/{day.token_of(day.visit())}")

    page.get_by_text("繁體中文").tap()
    page.locator("[data-act=check-again] button").tap()

    expect(page.locator("h1")).to_have_text("您已在這裡")


def test_the_patients_page_is_light(telephone: Callable[..., Page], day: ClinicDay, origin: str) -> None:
    page = telephone()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))

    page.goto(f"{origin}/v/{day.token_of(day.visit())}")
    page.wait_for_load_state("networkidle")

    sent = {answer.url.rsplit("/", 1)[-1]: wire_bytes(answer) for answer in answers}
    sheet = next(answer for answer in answers if answer.url.endswith("calm.css"))
    assert sum(sent.values()) < HEAVIEST, sent
    assert len(sheet.body()) < HEAVIEST_SHEET
    assert len([name for name in sent if name.endswith(".css")]) == 1


def wire_bytes(answer: Response) -> int:
    """Head and body as they were sent, pressed or not."""
    sizes = answer.request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]
