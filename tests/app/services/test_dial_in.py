"""By telephone: where the department wants it and the meeting has numbers, while one may join."""

import pytest
from sqlalchemy import text

from app.services.patient_page import read_patient_page
from app.services.patient_presence import look_at_link
from zoom_bridge.dial_in import DialIn, DialNumber

NUMBERS = (
    DialNumber("+1 4165550192", "CA", is_free=False),
    DialNumber("+1 2125550190", "US", is_free=False),
    DialNumber("+1 8885550191", "US", is_free=True),
)


@pytest.fixture
def wanted(world, make_site):
    world.rooms.sites.site = make_site(policy={"dial_in": True})


@pytest.fixture
def numbers(video):
    video.dial_in = DialIn(NUMBERS, "92674392836", "428117")


def way(world):
    return read_patient_page(world.rooms, look_at_link(world.rooms, world.token)).by_phone


def test_numbers_of_the_clinics_country_and_what_to_type(world, wanted, numbers):
    assert way(world) is None
    world.start()

    found = way(world)

    assert [one.number for one in found.numbers] == ["+1 2125550190", "+1 8885550191"]
    assert (found.meeting, found.passcode) == ("926 7439 2836", "428117")
    assert found.numbers[0].tap == "tel:+12125550190,,92674392836%23,,,,*428117%23"


def test_the_passcode_is_sealed_in_the_database(world, wanted, numbers):
    world.start()

    with world.rooms.db.read() as tx:
        kept = tx.execute(text("SELECT dial_in FROM meeting")).scalar_one()
    assert b"428117" not in bytes(kept)


def test_without_the_departments_wish_nothing_is_kept_nor_shown(world, numbers, make_site):
    world.start()
    world.rooms.sites.site = make_site(policy={"dial_in": True})

    assert way(world) is None
    with world.rooms.db.read() as tx:
        assert tx.execute(text("SELECT dial_in FROM meeting")).scalar_one() is None


def test_an_account_without_numbers_offers_nothing(world, wanted):
    world.start()

    assert way(world) is None
