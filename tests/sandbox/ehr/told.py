"""Somebody who is told of changes, and the subscription that brings it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from sandbox.ehr.notifier import BACKPORT, TOPIC
from tests.patience import until

SCOPE = "system/Subscription.crds system/Appointment.rs"


class Ear:
    """What came, as (kind, number of events, ids told), and with which header. `answer`: the status."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int, list[str]]] = []
        self.headers: list[str | None] = []
        self.answer = 200
        self.url = ""

    def take(self, body: bytes, header: str | None) -> None:
        parameters = json.loads(body)["entry"][0]["resource"]["parameter"]
        named = {one["name"]: one for one in parameters}
        focus = [
            part["valueReference"]["reference"].rpartition("/")[2]
            for one in parameters
            if one["name"] == "notification-event"
            for part in one["part"]
            if part["name"] == "focus"
        ]
        count = int(named["events-since-subscription-start"]["valueString"])
        self.heard.append((named["type"]["valueCode"], count, focus))
        self.headers.append(header)

    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.heard]


@contextmanager
def listening() -> Iterator[Ear]:
    """Somebody who hears, on loopback."""
    ear = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            ear.take(body, self.headers.get("Authorization"))
            self.send_response(ear.answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    ear.url = f"http://127.0.0.1:{server.server_port}/told"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield ear
    server.shutdown()
    thread.join()
    server.server_close()


def wanted(url: str, **changes: object) -> dict:
    """A subscription as the guide has it."""
    told = {"url": f"{BACKPORT}/backport-payload-content", "valueCode": "id-only"}
    channel = {
        "extension": [{"url": f"{BACKPORT}/backport-heartbeat-period", "valueUnsignedInt": 60}],
        "type": "rest-hook",
        "endpoint": url,
        "payload": "application/fhir+json",
        "_payload": {"extension": [told]},
        "header": ["Authorization: Bearer a-secret"],
    }
    return {
        "resourceType": "Subscription",
        "meta": {"profile": [f"{BACKPORT}/backport-subscription"]},
        "status": "requested",
        "reason": "a test",
        "criteria": TOPIC,
        "channel": channel,
        **changes,
    }


def as_back_end(app, method, path, body=None):
    """A request of a back end that may subscribe."""
    order = {
        "client_id": "inline-jwt",
        "kind": "private_key_jwt",
        "jwks": {"keys": [app.keys["rsa"].as_dict(private=False)]},
        "grant_types": ["client_credentials"],
        "scope": SCOPE,
    }
    assert app.http.post("/_clients", json=order).status_code == 200
    token = app.backend(scope=SCOPE).json["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    content_type = "application/fhir+json"
    return app.http.open(
        f"/fhir/{path}", method=method, json=body, headers=headers, content_type=content_type
    )


def subscribed(app, ear, **changes):
    """The id of a subscription that was shaken hands with."""
    answer = as_back_end(app, "POST", "Subscription", wanted(ear.url, **changes))
    assert answer.status_code == 201, answer.json
    made = answer.headers["Location"].split("/Subscription/")[1].split("/")[0]
    until(lambda: status(app, made) != "requested", what="the handshake")
    return made


def status(app, made):
    return as_back_end(app, "GET", f"Subscription/{made}").json["status"]
