"""The engineer's chair: the glass wall and the controls."""

import pytest
import responses

from sandbox.ehr.screens.controls import TRICKS
from sandbox.ehr.screens.times import offset
from sandbox.ehr.switches import SWITCHES
from sandbox.messages.switches import SWITCHES as MESSAGE_SWITCHES
from sandbox.zoom.switches import order_from

REQUESTS, ZOOM_BREAK = "http://127.0.0.1:8002/_requests", "http://127.0.0.1:8002/_break"
MESSAGES_BREAK = "http://127.0.0.1:8003/_break"


def test_the_wall_shows_both_simulators_in_order_of_time(screen, neighbours):
    screen.get("/fhir/metadata")
    neighbours.answers(REQUESTS, [{"n": 7, "at": "2020-01-01T00:00:00Z", "system": "zoom"}])

    told = screen.get("/glass/rows").json

    assert [(row["simulator"], row["system"]) for row in told["rows"]] == [("Zoom", "zoom"), ("EHR", "fhir")]
    assert (told["ehr"], told["zoom"], told["zoom_silent"]) == (1, 7, False)


def test_the_wall_goes_on_from_where_it_was(screen, neighbours):
    screen.get("/fhir/metadata")
    neighbours.answers(REQUESTS, [])

    told = screen.get("/glass/rows?ehr=1&zoom=7").json

    assert told == {"rows": [], "ehr": None, "zoom": None, "zoom_silent": False}
    assert neighbours.wire.calls[0].request.params == {"since": "7"}


def test_the_wall_stands_when_zoom_is_silent(screen, neighbours):
    neighbours.wire.get(REQUESTS, body=responses.ConnectionError())
    screen.get("/fhir/metadata")

    told = screen.get("/glass/rows").json

    assert told["zoom_silent"] is True
    assert len(told["rows"]) == 1


@pytest.mark.parametrize(("move", "seconds"), [("forward", 900), ("tomorrow", 86_400)])
def test_the_clock_is_moved_and_brought_back(screen, ehr, move, seconds):
    before = ehr.clock.offset_seconds
    screen.post("/controls/clock", data={"move": move})
    moved = ehr.clock.offset_seconds - before
    screen.post("/controls/clock", data={"move": "now"})

    assert (moved, ehr.clock.offset_seconds) == (pytest.approx(seconds), 0)


def test_a_switch_of_the_ehr_is_turned_on_and_off(screen, ehr, neighbours):
    screen.post("/controls/switch", data={"trick": "ehr-down", "on": "yes"})
    broken = ehr.switches.as_json()["ehr_down"]["on"]
    page = screen.get("/controls").text
    screen.post("/controls/switch", data={"trick": "ehr-down", "on": "no"})

    assert broken is True
    assert 'data-trick="ehr-down" data-on="yes"' in page
    assert ehr.switches.as_json()["ehr_down"]["on"] is False


def test_a_switch_of_zoom_is_ordered_from_zoom(screen, neighbours):
    neighbours.obeys(ZOOM_BREAK)

    screen.post("/controls/switch", data={"trick": "lose-webhook", "on": "yes"})

    assert neighbours.orders == [(ZOOM_BREAK, {"name": "lose_webhooks", "count": 1, "on": True})]


def test_a_silent_neighbour_is_told_and_offers_no_switch(screen, neighbours):
    for url in (ZOOM_BREAK, MESSAGES_BREAK):
        neighbours.wire.get(url, body=responses.ConnectionError())
        neighbours.wire.post(url, body=responses.ConnectionError())

    answer = screen.post("/controls/switch", data={"trick": "zoom-429", "on": "yes"}, follow_redirects=True)

    assert "nothing was changed" in answer.text
    assert "Sandbox Zoom: does not answer" in answer.text


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.key)
def test_each_trick_is_a_switch_that_its_simulator_has(trick, ehr):
    order = {**trick.order, "on": True}

    if trick.system == "ehr":
        ehr.break_it(order)
        assert trick.order["name"] in SWITCHES
    elif trick.system == "zoom":
        assert order_from(order).name == trick.order["name"]
    else:
        assert trick.order["name"] in MESSAGE_SWITCHES


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, ""), (20, ""), (900, "+15 min"), (86_400 + 3_660, "+1 d 1 h 1 min"), (-900, "−15 min")],
)
def test_an_offset_is_told_in_words(seconds, told):
    assert offset(seconds) == told
