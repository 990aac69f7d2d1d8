"""A patient's first click on Join: meeting there, registrant made by one Zoom call, redirect into the call."""

import http.client
import json
from urllib.parse import urlencode, urlsplit

from app.crypto import KEYRING, digest
from bench.clinic import OpenVisit, open_visits
from bench.deployment import Deployment
from bench.http_lines import request_bytes
from bench.load import Load, load
from bench.plan import Plan


def click_join(here: Deployment, plan: Plan, most: int) -> tuple[Load, float]:
    """Click for `seconds`, or until `most` patients did. The load, and Zoom calls per click."""
    ready = [join_request(here.app, visit) for visit in open_visits(here.database, most)]
    before = zoom_calls(here.zoom)
    done = load(here.app, iter(ready), seconds=plan.seconds, connections=plan.connections, expect=303)
    return done, (zoom_calls(here.zoom) - before) / len(done.took_ms)


def join_request(url: str, visit: OpenVisit) -> bytes:
    """The form of the patient's page, sent by its button."""
    token = KEYRING.signer("form").dumps(f"link:{digest(visit.token)}")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "null"}
    return request_bytes("POST", f"{url}/v/{visit.token}/join", headers, urlencode({"csrf": token}).encode())


def zoom_calls(zoom: str) -> int:
    """All calls that the stand-in has had, but those for an access token."""
    line = http.client.HTTPConnection(urlsplit(zoom).netloc, timeout=5)
    line.request("GET", "/counts")
    counted: dict[str, float] = json.loads(line.getresponse().read())
    line.close()
    return int(counted.get("registrant", 0) + counted.get("unknown", 0))
