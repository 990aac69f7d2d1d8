"""What was kept of one kind of EHR is not taken over by another."""

from sandbox.ehr.config import EhrConfig
from sandbox.ehr.flavours.epic.likeness import csn_of
from sandbox.ehr.world import Ehr


def began(folder, flavour):
    """The EHR as it starts there, and is stopped again."""
    found = Ehr(EhrConfig(flavour=flavour, state_folder=folder))
    found.snapshot.touch()
    found.snapshot.flush()
    return found


def numbers(found):
    return {csn_of(line.appointment) for line in found.schedule()}


def test_the_day_is_planned_anew_for_another_flavour(tmp_path):
    standard = began(tmp_path, "generic")
    epic = began(tmp_path, "epic")
    again = began(tmp_path, "generic")

    assert numbers(standard) == numbers(again) == {""}
    assert "" not in numbers(epic)


def test_the_same_flavour_goes_on_where_it_was(tmp_path):
    first = began(tmp_path, "epic")
    token = first.authority.grants.give_access("grant", ("openid",), 9e9)
    first.snapshot.touch()
    first.snapshot.flush()

    assert token in began(tmp_path, "epic").authority.grants.access
