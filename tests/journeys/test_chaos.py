"""A small run of chaos, and a comparison that finds what was spoiled."""

from base64 import b64encode
from dataclasses import replace

import pytest

from sandbox.chaos.plan import plan
from sandbox.chaos.run import Run
from sandbox.chaos.truth import KINDS, Account, differences, strays
from sandbox.run.addresses import Addresses
from tests.world import free_block

TRUE = Account(
    "finished",
    {"host": (("09:00", "09:20"),), "patient": (("09:02", "09:18"),)},
    (("Text.", "Practitioner/p1", "Patient/p2"),),
    "fulfilled",
)
NOTE = TRUE.notes[0]


def test_the_plan_follows_from_the_seed():
    assert plan(7, 30) == plan(7, 30) != plan(8, 30)
    assert {script.ending for script in plan(7, 60)} == {"note", "finish", "no_show", "cancel"}


@pytest.mark.parametrize(
    ("kind", "spoiled"),
    [
        ("state", "open"),
        ("presence", {"host": TRUE.presence["host"]}),
        ("presence", {**TRUE.presence, "patient": (("09:02", "09:19"),)}),
        ("notes", ()),
        ("notes", (NOTE, NOTE)),
        ("notes", ((NOTE[0], "Practitioner/p9", NOTE[2]),)),
        ("notes", ((NOTE[0], NOTE[1], "Patient/p9"),)),
        ("appointment", "booked"),
    ],
)
def test_what_is_spoiled_is_found(kind, spoiled):
    assert differences(TRUE, TRUE) == {}
    assert list(differences(TRUE, replace(TRUE, **{kind: spoiled}))) == [kind]
    assert kind in KINDS


def test_a_note_that_nobody_asked_for_is_found():
    scripts = [script for script in plan(7, 30) if script.note]
    texts = [*(script.note for script in scripts), "Somebody else's."]

    assert strays(scripts, [_row(number, text) for number, text in enumerate(texts)]) == 1


def _row(number, text):
    attachment = {"data": b64encode(text.encode()).decode()}
    raw = {"resourceType": "DocumentReference", "content": [{"attachment": attachment}]}
    return {"reference": f"DocumentReference/{number}", "resource": raw}


def test_a_run_ends_as_the_simulators_know_it(tmp_path, capsys):
    assert Run(Addresses(free_block()), tmp_path, seed=3, visits=3).through(), capsys.readouterr().out
