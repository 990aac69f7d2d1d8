"""A click in Epic, by each of the ways in which it may tell which visit it is about."""

import html
from collections.abc import Iterator

import pytest
import requests

from tests.app.launching.test_with_the_sandbox import World, open_world
from tests.patience import PATIENCE

pytestmark = pytest.mark.wire
USUAL = {"appointment": True, "context": "dob=%DOB%&user=%SYSLOGIN%"}
CSN_ALONE = {"appointment": False, "context": "csn=%CSN%"}
NOTHING = {"appointment": False, "context": ""}


@pytest.fixture(scope="module")
def open_doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from open_world(tmp_path_factory.mktemp("world"), "visitbridge-jwt", "epic")


@pytest.fixture
def world(open_doors: World) -> Iterator[World]:
    """An EHR that is set up as Epic's own sandbox."""
    yield open_doors
    requests.post(f"{open_doors.ehr}/_flavour", json=USUAL, timeout=PATIENCE).raise_for_status()


def set_up(world: World, record: dict[str, object]) -> None:
    requests.post(f"{world.ehr}/_flavour", json=record, timeout=PATIENCE).raise_for_status()


@pytest.mark.parametrize(
    ("record", "with_encounter", "said"),
    [
        (USUAL, True, "The EHR named the appointment."),
        (CSN_ALONE, False, "Found by the contact number of the encounter."),
        (CSN_ALONE, True, "Found by the contact number of the encounter."),
        (NOTHING, True, "Found by the encounter that is open in the EHR."),
        (NOTHING, False, "Found as the patient’s only appointment of these hours."),
    ],
    ids=["appointment", "csn", "csn and encounter", "encounter", "nothing"],
)
def test_the_visit_is_known(world: World, record: dict[str, object], with_encounter: bool, said: str) -> None:
    visit = world.appointment()
    set_up(world, record)

    context = {"appointment": visit["id"]} | ({} if with_encounter else {"encounter": None})
    arrived = world.launch(**context)

    assert 'data-page="visit"' in arrived.text
    assert said in html.unescape(arrived.text)


def test_what_the_customer_adds_to_the_token_answer_is_passed_over(world: World) -> None:
    set_up(world, {"context": "dob=%DOB%&first=%USERFNAME%&mrn=%EPTID%&dept=%LOGINDEPTID%"})

    arrived = world.launch(appointment=world.appointment()["id"])

    assert 'data-page="visit"' in arrived.text
