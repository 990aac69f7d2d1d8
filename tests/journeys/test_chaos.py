"""Runs of chaos with fixed seeds, and a comparison that finds what was spoiled."""

from base64 import b64encode
from dataclasses import replace

import pytest

from sandbox.chaos.plan import ENDINGS, plan
from sandbox.chaos.run import Run
from sandbox.chaos.truth import AS_DUE, KINDS, Account, Chart, differences, expected, told
from sandbox.walk.pages import Page
from sandbox.walk.stage import Ways
from tests.deployment import WEB, WORKERS, deployed

OFTEN = {"VISITBRIDGE_POLL_SECONDS": "1"}
TRUE = Account(
    state="finished",
    presence={"host": (("09:00", "09:20"),), "patient": (("09:02", "09:18"),)},
    notes=(("Text.", "Practitioner/p1", "Patient/p2", "Practitioner/p1"),),
    appointment="fulfilled",
    messages=AS_DUE,
    registrants=1,
    writers=(),
    owed=(),
)
NOTE = TRUE.notes[0]


def test_the_plan_follows_from_the_seed():
    assert plan(7, 30) == plan(7, 30) != plan(8, 30)
    assert [script.ending for script in plan(8, 5)] == list(ENDINGS)
    assert any("wait" in script.steps for script in plan(7, 30))


@pytest.mark.parametrize(
    ("kind", "spoiled"),
    [
        ("state", "open"),
        ("presence", {"host": TRUE.presence["host"]}),
        ("presence", {**TRUE.presence, "patient": (("09:02", "09:19"),)}),
        ("notes", ()),
        ("notes", (NOTE, NOTE)),
        ("notes", ((NOTE[0], "Practitioner/p9", *NOTE[2:]),)),
        ("notes", ((*NOTE[:2], "Patient/p9", NOTE[3]),)),
        ("notes", ((*NOTE[:3], "Practitioner/p9"),)),
        ("appointment", "booked"),
        ("messages", "one too many"),
        ("registrants", 2),
        ("writers", ("Practitioner/p9",)),
        ("owed", ("chart_note pending",)),
    ],
)
def test_what_is_spoiled_is_found(kind, spoiled):
    assert differences(TRUE, TRUE) == {}
    assert list(differences(TRUE, replace(TRUE, **{kind: spoiled}))) == [kind]
    assert kind in KINDS


def test_a_call_of_one_of_which_nothing_is_known_is_a_fault():
    stay = {"place": "in_meeting", "since": "2026-11-23T15:20:05Z", "until": "2026-11-23T15:22:28Z"}
    meeting = {"past": [], "instance": {"people": [{"is_host": True, "stays": [stay]}]}, "registrants": []}
    script = next(one for one in plan(7, 5) if one.ending == "nobody_came")
    page = Page("", 200, main={"data-state": "no_show"})

    said = told(script, page, Chart([], {script.appointment: "noshow"}), meeting, None)

    assert list(differences(expected(script, meeting), said)) == ["presence"]


def test_a_note_that_nobody_asked_for_is_found():
    scripts = [script for script in plan(7, 30) if script.note]
    texts = [*(script.note for script in scripts), "Somebody else's."]

    chart = Chart([written(number, text) for number, text in enumerate(texts)], {})

    assert chart.unasked(scripts) == [f"DocumentReference/{len(scripts)}"]
    assert chart.notes_of(scripts[0]) == ((texts[0], "Practitioner/p1", "Patient/p2", "Practitioner/p1"),)


def written(number, words):
    raw = {
        "resourceType": "DocumentReference",
        "author": [{"reference": "Practitioner/p1"}],
        "subject": {"reference": "Patient/p2"},
        "content": [{"attachment": {"data": b64encode(words.encode()).decode()}}],
    }
    return {"reference": f"DocumentReference/{number}", "user": "Practitioner/p1", "resource": raw}


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_run_ends_as_the_simulators_know_it(open_world, capsys, seed):
    with open_world(Ways(OFTEN)) as world:
        run = Run(world.addresses, world.folder, world.household, seed, visits=5)

        assert run.through(), capsys.readouterr().out


def test_a_run_over_many_processes_ends_so_too(new_postgres, tmp_path, capsys):
    with deployed(tmp_path, new_postgres(), words=OFTEN) as world:
        run = Run(world.addresses, world.folder, world.household, seed=5, visits=5)

        assert run.through((*WEB, *WORKERS)), capsys.readouterr().out
