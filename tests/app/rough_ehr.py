"""An EHR with manners of its own, over real HTTP: what it says, and what it does, a test decides."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from fhir.client import FhirClient

PATIENCE = (1.0, 0.5)
TYPES = ("DocumentReference", "Communication", "Appointment", "Encounter")


@dataclass(frozen=True)
class Manner:
    """How one create is answered. `stores`: whether it is done; `says` None: the line is cut instead."""

    says: int | None = 201
    stores: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class RoughEhr:
    """`manners` are for the next creates, the last one for all after. `lag`: of its search, not its reads."""

    now: Any
    url: str = ""
    manners: list[Manner] = field(default_factory=lambda: [Manner()])
    lag: timedelta = timedelta(0)
    keeps_identifiers: bool = True
    read_faults: list[Manner] = field(default_factory=list)
    kept: dict[str, tuple[datetime, dict[str, Any]]] = field(default_factory=dict)
    creates: int = 0
    looks: int = 0

    def chart(self) -> FhirClient:
        return FhirClient(f"{self.url}/fhir", lambda: "token", requests.Session(), PATIENCE)

    def of(self, resource_type: str) -> list[dict[str, Any]]:
        return [raw for _, raw in self.kept.values() if raw["resourceType"] == resource_type]

    def create(self, raw: dict[str, Any]) -> tuple[Manner, str]:
        self.creates += 1
        manner = self.manners.pop(0) if len(self.manners) > 1 else self.manners[0]
        place = f"{raw['resourceType']}/{self.creates}"
        if manner.stores:
            told = raw if self.keeps_identifiers else {**raw, "identifier": []}
            self.kept[place] = (self.now(), {**told, "id": str(self.creates)})
        return manner, place

    def read(self, path: str, query: str) -> tuple[int, dict[str, Any]]:
        if path == "metadata":
            return 200, STATEMENT
        if path in self.kept:
            return 200, self.kept[path][1]
        if "/" in path:
            return 404, {}
        self.looks += 1
        wanted = parse_qs(query)["identifier"][0].split("|")
        seen = [raw for at, raw in self.kept.values() if at + self.lag <= self.now()]
        found = [
            {"resource": raw}
            for raw in seen
            for each in raw.get("identifier", ())
            if raw["resourceType"] == path and [each["system"], each["value"]] == wanted
        ]
        return 200, {"resourceType": "Bundle", "type": "searchset", "entry": found}


STATEMENT = {
    "resourceType": "CapabilityStatement",
    "rest": [
        {
            "mode": "server",
            "resource": [
                {
                    "type": each,
                    "interaction": [{"code": code} for code in ("create", "read", "search-type")],
                    "searchParam": [{"name": "identifier"}],
                }
                for each in TYPES
            ],
        }
    ],
}


def _handler(ehr: RoughEhr) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the library's name
            split = urlsplit(self.path)
            path = split.path.removeprefix("/fhir/")
            if ehr.read_faults and path != "metadata":
                self._answer(ehr.read_faults.pop(0))
                return
            status, raw = ehr.read(path, split.query)
            self._answer(Manner(status, body=json.dumps(raw).encode()))

        def do_POST(self) -> None:  # the library's name
            raw = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            manner, place = ehr.create(raw)
            self._answer(manner, place)

        def _answer(self, manner: Manner, place: str = "") -> None:
            if manner.says is None:
                self.close_connection = True
                return
            self.send_response(manner.says)
            for name, value in manner.headers.items():
                self.send_header(name, value.format(url=ehr.url, place=place))
            self.send_header("Content-Length", str(len(manner.body)))
            self.end_headers()
            self.wfile.write(manner.body)

        def log_message(self, *_told: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def open_rough_ehr(now: Any) -> Iterator[RoughEhr]:
    """Served as long as the context lasts; `now` tells its time."""
    ehr = RoughEhr(now)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(ehr))
    ehr.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield ehr
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
