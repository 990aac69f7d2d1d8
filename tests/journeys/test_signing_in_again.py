"""The EHR forgets the provider between Finish and the note: it waits for them, and goes in their name."""

import time
from datetime import datetime

import pytest

from sandbox.run.browser import Browser
from sandbox.walk.pages import Page, page_from
from sandbox.walk.people import Person
from tests.patience import PATIENCE
from tests.world import World

TEXT = "Seen by video. The wound heals well."


def visits(world: World) -> list[dict[str, str]]:
    """The day's video visits that can be started now, each of another patient, and their clinicians."""
    day = world.ask(f"{world.addresses.ehr}/_day")
    now = datetime.fromisoformat(day["now"])
    found: dict[str, dict[str, str]] = {}
    for one in day["appointments"]:
        away = (datetime.fromisoformat(one["start"]) - now).total_seconds()
        if one["video"] and one["status"] == "booked" and abs(away) < 55 * 60:
            found.setdefault(one["patient"], one)
    return list(found.values())


def launch(world: World, person: Person, visit: dict[str, str]) -> Page:
    """A click in the chart of this visit's patient, by its clinician."""
    context = {"patient": visit["patient"], "appointment": visit["id"], "practitioner": visit["practitioner"]}
    order = {"app": f"{world.addresses.app}/launch", "context": context}
    return person.open(world.ask(f"{world.addresses.ehr}/_launch", order)["url"])


def start_and_finish(world: World, person: Person, page: Page) -> None:
    """Start the meeting, and finish with a text of the provider's own."""
    answer = person.act(page.url, "start", Browser())
    asked = page_from(answer.url, answer.status_code, answer.text)
    if form := asked.form("confirm-host"):
        person.send(form, Browser())
    summary = person.open(f"{page.url}/finish")
    form = summary.form("finish")
    assert form is not None and form.fields["file"] == "yes"
    form.fields["note"] = TEXT
    assert person.send(form).is_redirect


def until_note_is(person: Person, url: str, state: str) -> Page:
    return person.until(
        url, lambda page: page.writes.get("chart_note") == state, state, lambda: time.sleep(0.3), PATIENCE
    )


@pytest.fixture
def signed_out(open_world):
    """A note was finished, and the EHR has revoked every token of its author before it was sent."""
    with open_world() as world:
        person = Person(world.addresses.app)
        first, *others = visits(world)
        other = next(one for one in others if one["practitioner"] == first["practitioner"])
        page = launch(world, person, first)
        world.ask(f"{world.addresses.ehr}/_break", {"name": "ehr_down", "what": "fhir"})
        start_and_finish(world, person, page)
        world.ask(f"{world.addresses.ehr}/_break", {"name": "revoke_tokens"})
        world.ask(f"{world.addresses.ehr}/_break", {"name": "ehr_down", "on": False})
        until_note_is(person, page.url, "needs_sign_in")
        yield world, person, page, other


def notes(world: World) -> list[dict[str, str]]:
    rows = world.ask(f"{world.addresses.ehr}/_written")
    return [row for row in rows if row["reference"].startswith("DocumentReference/")]


def test_the_note_goes_at_the_author_s_next_launch_of_another_patient(signed_out):
    world, person, page, other = signed_out
    assert notes(world) == []

    again = launch(world, person, other)
    assert again.name == "visit"
    until_note_is(person, page.url, "confirmed")

    (note,) = notes(world)
    assert note["user"] == f"Practitioner/{other['practitioner']}"


def test_a_colleague_s_launch_sends_nothing_of_theirs(signed_out):
    world, _person, _page, _other = signed_out
    colleague = Person(world.addresses.app)
    first, *others = visits(world)
    other = next(one for one in others if one["practitioner"] != first["practitioner"])

    assert launch(world, colleague, other).name == "visit"
    time.sleep(3)

    assert notes(world) == []
