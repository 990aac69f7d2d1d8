"""Patches of an encounter: its period, its type, its extensions. Never its status."""

from sandbox.ehr.flavours.flavour import Change
from sandbox.ehr.flavours.oracle.operations import operations_of

PATHS = ("/period/start", "/period/end", "/type", "/extension", "/extension/-")


def refuse_wrong(change: Change) -> None:
    """Raises a 422."""
    operations_of(change, PATHS)
