"""One whole visit with each kind of EHR that the sandbox can play."""

import pytest

from sandbox.ehr.flavours import flavour_names
from sandbox.walk.stage import Ways

KINDS = tuple(name for name in flavour_names() if name != "generic")


@pytest.mark.parametrize("flavour", KINDS)
def test_a_visit_walks_and_its_note_is_in_the_chart_once(flavour, open_world):
    with open_world(Ways(flavour=flavour)) as world:
        world.visit.walk()
        written = world.ask(f"{world.addresses.ehr}/_written")

    notes = [row for row in written if row["reference"].startswith("DocumentReference/")]
    assert [row["interaction"] for row in notes] == ["create"]
