"""A local account: one link, one sign-in, at top level."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from app.clock import FrozenClock
from app.ports import Rooms
from app.services.give_account import give_account
from app.signin.roles import Grant, StaffRole


@pytest.fixture
def path(rooms: Rooms) -> str:
    """The path of a fresh link."""
    link = give_account(rooms, "rlee", "Robin Lee", [Grant(StaffRole.SCHEDULER)]).link
    return link.removeprefix("http://localhost:8000")


def form_token(page: Any) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def test_opening_the_link_shows_a_button_and_spends_nothing(stranger: Any, path: str) -> None:
    first, second = stranger.get(path), stranger.get(path)

    assert first.status_code == second.status_code == 200
    assert "Robin Lee" in first.text
    assert "frame-ancestors 'none'" in first.headers["Content-Security-Policy"]


def test_the_button_begins_a_session_of_this_browser(stranger: Any, path: str) -> None:
    page = stranger.get(path)

    answer = stranger.post(path, {"csrf": form_token(page)}, Origin="null")

    assert answer.status_code == 303
    assert re.fullmatch(r"/clinic/s/[\w-]{20,}/schedule", answer.location)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-vb=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"} <= set(cookie.split("; "))


def test_a_link_works_once(stranger: Any, path: str) -> None:
    token = form_token(stranger.get(path))
    stranger.post(path, {"csrf": token})

    again = stranger.post(path, {"csrf": token})

    assert again.status_code == 410
    assert 'data-code="VB-1209"' in again.text
    assert stranger.get(path).status_code == 410


def test_a_link_dies_after_a_day(stranger: Any, path: str, clock: FrozenClock) -> None:
    clock.forward(hours=24)

    assert stranger.get(path).status_code == 410


def test_an_unknown_link_says_so(stranger: Any) -> None:
    answer = stranger.get("/signin/nothing-of-ours")

    assert answer.status_code == 404
    assert 'data-code="VB-1208"' in answer.text


def test_signing_in_inside_a_frame_is_refused(stranger: Any, path: str) -> None:
    token = form_token(stranger.get(path))

    answer = stranger.post(path, {"csrf": token}, Sec_Fetch_Dest="iframe")

    assert answer.status_code == 403
    assert 'data-code="VB-1210"' in answer.text


def test_another_browsers_form_signs_nobody_in(new_browser: Callable[[], Any], path: str) -> None:
    token = form_token(new_browser().get(path))

    answer = new_browser().post(path, {"csrf": token})

    assert 'data-code="VB-1205"' in answer.text


def test_an_account_that_exists_keeps_its_name_and_gets_a_new_link(rooms: Rooms, stranger: Any) -> None:
    first = give_account(rooms, "rlee", "Robin Lee", [Grant(StaffRole.SCHEDULER)])

    again = give_account(rooms, "rlee", "Somebody Else", [Grant(StaffRole.ADMIN)])

    assert (first.is_new, again.is_new) == (True, False)
    assert "Robin Lee" in stranger.get(again.link.removeprefix("http://localhost:8000")).text
