"""The EHR's screens: what its people see in a browser."""

from typing import TYPE_CHECKING

from flask import Blueprint

if TYPE_CHECKING:
    from sandbox.ehr.world import Ehr


def screens(state: "Ehr") -> Blueprint:
    """The pages of the EHR, which show ``state``."""
    return Blueprint("screens", __name__)
