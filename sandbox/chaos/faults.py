"""What goes wrong in the simulators, and how it is made to stop."""

from typing import Any

from sandbox.run.addresses import Addresses
from sandbox.walk.worlds import called

LATEST_SECONDS = 90 * 60.0
WEBHOOKS: tuple[dict[str, Any], ...] = (
    {"name": "lose_webhooks", "chance": 0.3},
    {"name": "duplicate_webhooks", "chance": 0.2},
    {"name": "shuffle_webhooks", "seconds": LATEST_SECONDS},
)
# One call in ten fails, half of them after the work was done.
ZOOM: tuple[dict[str, Any], ...] = (
    {"name": "fail_before", "chance": 0.05},
    {"name": "fail_after", "chance": 0.05},
)
EHR: tuple[dict[str, Any], ...] = (
    {"name": "ehr_down", "status": 503, "chance": 0.05},
    {"name": "fail_after_write", "chance": 0.05},
)


def begin(at: Addresses, seed: int) -> None:
    """From now on much fails."""
    for order in (*WEBHOOKS, *ZOOM):
        called("POST", f"{at.zoom}/_break", {**order, "seed": seed})
    for order in EHR:
        called("POST", f"{at.ehr}/_break", {**order, "seed": seed})


def end(at: Addresses) -> None:
    """From now on nothing fails."""
    for order in (*WEBHOOKS, *ZOOM):
        called("POST", f"{at.zoom}/_break", {"name": order["name"], "on": False})
    for order in EHR:
        called("POST", f"{at.ehr}/_break", {"name": order["name"], "on": False})


def spoil_tokens(at: Addresses, how: str) -> None:
    """``expire_tokens`` or ``revoke_tokens``: all that the EHR has given out, at once."""
    called("POST", f"{at.ehr}/_break", {"name": how})
