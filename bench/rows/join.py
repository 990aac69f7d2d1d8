"""A patient's click on Join and the redirect into the call; a first click registers them at Zoom before."""

import http.client
import json
from urllib.parse import urlencode, urlsplit

from app.crypto import KEYRING, digest
from bench.clinic import OpenVisit, open_visits
from bench.deployment import Deployment
from bench.http_lines import request_bytes
from bench.instant_zoom import REGISTRANT
from bench.load import Load, load
from bench.plan import Plan


def clicks_to_do(here: Deployment, most: int, *, first: bool) -> list[bytes]:
    """A click each of `most` patients whose meetings exist. Without `first` they are registered, too."""
    visits = open_visits(here.database, most, joined=not first)
    return [join_request(here.app, visit) for visit in visits]


def click_join(here: Deployment, plan: Plan, ready: list[bytes]) -> tuple[Load, float]:
    """The clicks, for `seconds`. The load, and registrations at Zoom per click."""
    before = calls_of(here.zoom, REGISTRANT)
    done = load(here.app, iter(ready), seconds=plan.seconds, connections=plan.connections, expect=303)
    return done, (calls_of(here.zoom, REGISTRANT) - before) / len(done.took_ms)


def join_request(url: str, visit: OpenVisit) -> bytes:
    """The form of the patient's page, sent by its button."""
    token = KEYRING.signer("form").dumps(f"link:{digest(visit.token)}")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "null"}
    return request_bytes("POST", f"{url}/v/{visit.token}/join", headers, urlencode({"csrf": token}).encode())


def calls_of(zoom: str, *names: str) -> int:
    """How many calls of these names the stand-in has answered."""
    line = http.client.HTTPConnection(urlsplit(zoom).netloc, timeout=5)
    line.request("GET", "/counts")
    counted: dict[str, int] = json.loads(line.getresponse().read())
    line.close()
    return sum(counted.get(name, 0) for name in names)
