"""A switch that applies to a share only, the same ones for the same seed."""

import pytest

from sandbox.zoom.state import Switch
from sandbox.zoom.switches import Switches, UnknownSwitch, order_from


def used(seed, chance=0.3):
    board: dict[str, Switch] = {}
    switches = Switches(lambda: board)
    switches.obey(order_from({"name": "lose_webhooks", "chance": chance, "seed": seed}))
    return [switches.use("lose_webhooks", event="meeting.started") is not None for _ in range(400)]


def test_a_share_of_the_times_is_drawn_from_the_seed():
    assert used(7) == used(7) != used(8)
    assert 80 < sum(used(7)) < 160
    assert not any(used(7, chance=0))
    assert all(used(7, chance=1))


@pytest.mark.parametrize("wrong", [{"chance": 1.5}, {"chance": -1}, {"chance": "often"}, {"seed": "x"}])
def test_what_is_no_share_is_refused(wrong):
    with pytest.raises(UnknownSwitch):
        order_from({"name": "slow", **wrong})
