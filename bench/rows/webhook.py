"""A signed webhook: verified, stored durably, answered; the projector reads along, as in the product."""

import time
from datetime import timedelta

from bench.clinic import open_visits, unread_deliveries
from bench.deliveries import PATH, WHOLE_CALL, mixed, signed_request
from bench.deployment import Deployment
from bench.load import Load, Unexpected, load
from bench.plan import Plan

AT_ONCE = 100
READ_WITHIN_SECONDS = 120


def webhooks_to_deliver(here: Deployment, most: int) -> list[bytes]:
    """At least `most` signed deliveries of calls that have just been started."""
    visits = open_visits(here.database, most // len(WHOLE_CALL) + 1, joined=True)
    bodies = mixed(visits, WHOLE_CALL, AT_ONCE, timedelta(seconds=20))
    return [signed_request(here.app, body) for _, body in bodies]


def deliver(here: Deployment, plan: Plan, ready: list[bytes]) -> Load:
    """Deliver for `seconds`, or until there is nothing left. Raises Unexpected unless all are kept."""
    url = here.app + PATH
    return load(url, iter(ready), seconds=plan.seconds, connections=plan.connections, expect=204)


def wait_until_read(here: Deployment) -> float:
    """Wait for the projector to have read all that was kept. The seconds that it took. Raises Unexpected."""
    began = time.monotonic()
    while left := unread_deliveries(here.database):
        if time.monotonic() - began > READ_WITHIN_SECONDS:
            raise Unexpected(f"{left} deliveries were still unread after {READ_WITHIN_SECONDS} s")
        time.sleep(0.1)
    return time.monotonic() - began
