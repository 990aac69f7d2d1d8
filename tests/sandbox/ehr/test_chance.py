"""A switch that applies to a share only, the same ones for the same seed."""

import pytest

from sandbox.ehr.switches import BadSwitch, Switches


def taken(seed, chance=0.3):
    switches = Switches()
    switches.set({"name": "ehr_down", "status": 503, "chance": chance, "seed": seed})
    return [switches.on("ehr_down") for _ in range(400)]


def test_a_share_of_the_times_is_drawn_from_the_seed():
    assert taken(7) == taken(7) != taken(8)
    assert 80 < sum(taken(7)) < 160
    assert not any(taken(7, chance=0))
    assert all(taken(7, chance=1))


def test_the_board_can_be_read_while_a_share_is_on():
    switches = Switches()
    switches.set({"name": "ehr_down", "chance": 0.5})

    assert switches.as_json()["ehr_down"]["on"] is True


@pytest.mark.parametrize("wrong", [1.5, -1, "often", True])
def test_what_is_no_share_is_refused(wrong):
    with pytest.raises(BadSwitch):
        Switches().set({"name": "ehr_down", "chance": wrong})
