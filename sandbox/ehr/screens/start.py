"""The start page: three chairs to sit in and seven clicks to take."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from sandbox.ehr.current import ehr
from sandbox.tour import CHAIRS, CLICKS


def add_to(pages: Blueprint) -> None:
    """Serve ``/``."""
    pages.add_url_rule("/", "start", start)


def start() -> ResponseReturnValue:
    """Where a demo begins."""
    config = ehr().config
    return render_template(
        "screens/start.html",
        chairs=CHAIRS,
        clicks=CLICKS,
        zoom_url=config.zoom_url,
        messages_url=config.messages_url,
    )
