"""The EHR that the request under way is for."""

from typing import cast

from flask import Flask, current_app

from sandbox.ehr.flavours.flavour import Door
from sandbox.ehr.world import Ehr

_KEY = "sandbox.ehr"


def install(app: Flask, ehr: Ehr) -> None:
    """Make ``ehr`` the one that this application serves."""
    app.extensions[_KEY] = ehr


def ehr() -> Ehr:
    """The EHR that this application serves."""
    return cast(Ehr, current_app.extensions[_KEY])


def door_at(path: str) -> Door:
    """The door that an address of this EHR belongs to."""
    doors = ehr().flavour.doors
    belongs = (one for one in doors if path == one.authorize or path.startswith(f"{one.fhir}/"))
    return next(belongs, doors[0])
