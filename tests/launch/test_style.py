"""An EHR's style is fetched from its own servers only, and only what we know of it is taken."""

from datetime import timedelta

import pytest
import requests

from launch.style import LARGEST, EhrStyle, StyleBook, style_from
from tests.launch.conftest import CONFIG, ISS

URL = "https://login.ehr.test/style.json"
TOLD = {
    "color_background": "#edeae3",
    "color_text": "#123",
    "color_highlight": "#0B6A75",
    "dim_border_radius": "6px",
    "font_family_body": "Georgia, 'Times New Roman', serif",
}
STYLE = EhrStyle("#edeae3", "#112233", "#0b6a75", 6)


@pytest.fixture
def styles(session, clock):
    return StyleBook(session, clock)


def test_known_keys_are_taken_in_their_usual_writing(styles, wire):
    wire.get(URL, json={**TOLD, "color_error": "#9e2d2d", "more": {"a": 1}})

    assert styles.of(URL, ISS, CONFIG) == STYLE
    assert "Authorization" not in wire.calls[0].request.headers


@pytest.mark.parametrize("name", ["color_background", "color_text", "color_highlight", "dim_border_radius"])
@pytest.mark.parametrize(
    "value",
    [
        "red; } body { display: none",
        "url(https://elsewhere.test/x)",
        "expression(alert(1))",
        "</style><script>",
        "#12345",
        "-1px",
        "600px",
        "6em",
        "",
        7,
        None,
        ["#fff"],
    ],
)
def test_what_is_written_in_another_way_is_left_out(name, value):
    assert style_from({name: value}) == EhrStyle()


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.test/style.json",
        "https://login.ehr.test.elsewhere.test/style.json",
        "https://login.ehr.test:8443/style.json",
        "https://login.ehr.test@elsewhere.test/style.json",
        "http://login.ehr.test/style.json",
        "file:///etc/passwd",
        "//login.ehr.test/style.json",
        "https://[",
        "",
    ],
)
def test_nothing_is_fetched_from_elsewhere(styles, wire, url):
    assert styles.of(url, ISS, CONFIG) is None
    assert len(wire.calls) == 0


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404},
        {"status": 302, "headers": {"Location": "https://elsewhere.test/"}},
        {"body": "<html>"},
        {"body": "[" * 9000},
        {"json": ["color_text"]},
        {"json": {"more": "x" * LARGEST}},
        {"body": requests.ConnectionError()},
        {"body": requests.ReadTimeout()},
    ],
)
def test_a_style_that_cannot_be_had_is_none_and_not_asked_for_at_once_again(styles, wire, answer):
    wire.get(URL, **answer)

    assert styles.of(URL, ISS, CONFIG) is None
    assert styles.of(URL, ISS, CONFIG) is None
    assert len(wire.calls) == 1


def test_a_style_is_kept_for_an_hour(styles, wire, clock):
    wire.get(URL, json=TOLD)
    styles.of(URL, ISS, CONFIG)
    wire.replace("GET", URL, json={})

    clock.instant += timedelta(minutes=59)
    assert styles.of(URL, ISS, CONFIG) == STYLE
    clock.instant += timedelta(minutes=1)
    assert styles.of(URL, ISS, CONFIG) == EhrStyle()
