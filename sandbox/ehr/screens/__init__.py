"""The EHR's screens: what its people see in a browser."""

from typing import TYPE_CHECKING

from flask import Blueprint

from sandbox.ehr.screens import chart, controls, glass, portal, schedule, start
from sandbox.ehr.screens.same_site import refuse_foreign_posts
from sandbox.ehr.screens.times import clinic, offset

if TYPE_CHECKING:
    from sandbox.ehr.world import Ehr


def screens(state: "Ehr") -> Blueprint:
    """The pages of the EHR, which show ``state``."""
    pages = Blueprint(
        "screens", __name__, template_folder="templates", static_folder="static", static_url_path="/screens"
    )
    pages.before_request(refuse_foreign_posts)
    pages.app_context_processor(lambda: {"clock": state.clock, "app_url": state.config.app_url})
    pages.add_app_template_filter(clinic)
    pages.add_app_template_filter(offset)
    for part in (start, schedule, chart, portal, glass, controls):
        part.add_to(pages)
    return pages
