"""Whether a process without pages lives, whether it can work, and what it has counted."""

import json

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.metrics import REGISTRY
from app.ports import Rooms
from app.services.backlog import measure_backlog
from app.services.readiness import readiness

JSON = "application/json"
Sign = tuple[int, str, bytes]


def vital_sign(rooms: Rooms, path: str) -> Sign | None:
    """The answer (status, content type, body) at /healthz, /readyz or /metrics, as web processes give it."""
    if path == "/healthz":
        return 200, JSON, b'{"status": "ok"}'
    if path == "/readyz":
        said = readiness(rooms)
        return (200 if said["ready"] else 503), JSON, json.dumps(said).encode()
    if path == "/metrics":
        measure_backlog(rooms)
        return 200, CONTENT_TYPE_LATEST, generate_latest(REGISTRY)
    return None
