"""Staff pages look like the EHR that opened them, as far as everything stays readable."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.signin.launch_note import LaunchNote, style_in
from app.web import ehr_look
from app.web.ehr_look import contrast, look_of
from launch.style import EhrStyle
from tests.app.launching.wire_ehr import DOWN, ISSUER, WireEhr

URL = f"{ISSUER}/style.json"


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48)]
)
def test_contrast_is_counted_as_wcag_says(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_the_colours_of_our_sheet_are_those_that_we_compare_with(root: Path) -> None:
    sheet = (root / "app/web/static/staff.css").read_text().partition("@media")[0]

    for name in ("ink", "quiet", "paper", "soft"):
        assert re.search(rf"--{name}: {getattr(ehr_look, name.upper())}\b", sheet)


class Person:
    """As much of a session as a look needs."""

    def __init__(self, **style: Any) -> None:
        self.style = EhrStyle(**style)


def look(**style: Any) -> str:
    return look_of(Person(**style))  # type: ignore[arg-type]  # only its style is looked at


def test_colours_that_can_be_read_are_taken_for_light_pages() -> None:
    rules = look(background="#f4f6f8", text="#1b1f23", highlight="#0b6a75")

    assert rules == (
        "@media (prefers-color-scheme: light) { :root { "
        "--paper: #f4f6f8; --ink: #1b1f23; --act: #0b6a75; --act-over: #0b6a75; } }"
    )


@pytest.mark.parametrize(
    "style",
    [
        {"background": "#444444"},
        {"text": "#999999"},
        {"highlight": "#ffd400"},
        {"radius": 40},
        {},
    ],
)
def test_what_would_be_hard_to_read_is_left_out(style: dict[str, Any]) -> None:
    assert look(**style) == ""


def test_a_dark_background_takes_nothing_else_with_it() -> None:
    assert "--ink: #1b1f23" in look(background="#101010", text="#1b1f23")
    assert "--paper" not in look(background="#101010", text="#1b1f23")


def test_corners_are_as_round_as_the_ehrs() -> None:
    assert look(radius=4) == ":root:root { --pico-border-radius: 4px; }"


def test_a_note_keeps_it_and_an_older_note_has_none() -> None:
    style = EhrStyle("#ffffff", radius=4)
    note = LaunchNote(style=style)
    older = {name: value for name, value in json.loads(note.as_json()).items() if name != "style"}

    assert LaunchNote.from_json(note.as_json()) == note
    assert style_in(note.as_json()) == style
    assert LaunchNote.from_json(json.dumps(older)) == replace(note, style=None)
    assert style_in(None) is None


def test_a_launch_brings_the_look_to_the_page(person: Any, ehr: WireEhr) -> None:
    ehr.token = {"smart_style_url": URL}
    ehr.style = {"color_highlight": "#7a1fa2"}

    page = person.get(person.launch().location)

    [rules] = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert "--act: #7a1fa2;" in rules
    allowed = b64encode(sha256(rules.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{allowed}';" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("url", [URL, "https://elsewhere.example/style.json", 7, None])
def test_a_launch_without_a_style_looks_as_always(person: Any, ehr: WireEhr, url: object) -> None:
    ehr.token = {"smart_style_url": url}
    ehr.spoiled = {"style": DOWN}

    page = person.get(person.launch().location)

    assert page.status_code == 200
    assert "<style" not in page.text
