"""One whole visit with each kind of EHR that the sandbox can play."""

import pytest

from launch.vendors.registry import profile_of
from sandbox.ehr.flavours import flavour_names
from sandbox.walk.stage import Ways

KINDS = tuple(name for name in flavour_names() if name != "generic")


@pytest.mark.parametrize("flavour", KINDS)
def test_a_visit_walks_and_no_note_is_in_the_chart_twice(flavour, open_world):
    with open_world(Ways(flavour=flavour)) as world:
        world.visit.walk()
        written = world.ask(f"{world.addresses.ehr}/_written")

    notes = [row for row in written if row["reference"].startswith("DocumentReference/")]
    # Where a note can only be final its author has to say so first, which the walk does not.
    drafts = [rung for rung in profile_of(flavour).rungs.note if rung.can_be_draft]
    assert [row["interaction"] for row in notes] == ["create"] * len(drafts)
