"""The front door: what this is, and the ways in."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.web.current import rooms
from app.web.guards import public

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def show() -> ResponseReturnValue:
    """For people who typed the address."""
    return render_template("home.html", sites=rooms().sites.all())
