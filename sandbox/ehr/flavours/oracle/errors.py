"""The page behind ``error_uri``."""

from flask import Blueprint, abort

from sandbox.ehr.checks import CHECKS, Check

blueprint = Blueprint("oracle-errors", __name__)


def explanation(host_url: str, check: Check) -> str:
    """The address of what a check says."""
    return f"{host_url}oauth2/errors/{check.id}"


@blueprint.get("/oauth2/errors/<check_id>")
def explain(check_id: str) -> tuple[str, int, dict[str, str]]:
    """The rule that was broken."""
    if check_id not in CHECKS and not check_id.startswith("oracle-"):
        abort(404)
    rule = CHECKS[check_id].rule if check_id in CHECKS else check_id
    return f"{check_id}: {rule}\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
