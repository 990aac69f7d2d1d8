"""The EHR that the request under way is for."""

from typing import cast

from flask import Flask, current_app

from sandbox.ehr.world import Ehr

_KEY = "sandbox.ehr"


def install(app: Flask, ehr: Ehr) -> None:
    """Make ``ehr`` the one that this application serves."""
    app.extensions[_KEY] = ehr


def ehr() -> Ehr:
    """The EHR that this application serves."""
    return cast(Ehr, current_app.extensions[_KEY])
