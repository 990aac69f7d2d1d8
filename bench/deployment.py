"""The product as it is deployed on one machine: its own command, its own settings, one process."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.crypto import KEYRING
from app.store.database import Database
from bench.programs import Programs, free_port

SITE = "bench"
OURS = ("VISITBRIDGE_", "ZOOM_")
WEBHOOK_SECRET = "bench-webhook-secret"
SITE_FILE = f"""\
name = "{SITE}"
title = "Harbor Clinic"
iss = ["http://127.0.0.1:1/fhir"]
client_id = "bench"
client_kind = "public"
scopes = ["launch", "openid", "fhirUser"]
time_zone = "America/New_York"
"""


@dataclass(frozen=True)
class Deployment:
    """A running product, its database, the baseline beside it, and the Zoom that it calls."""

    store: str
    app: str
    hello: str
    zoom: str
    database: Database
    app_group: int
    hello_group: int


def deploy(started: Programs, store: str, database: Database, folder: Path) -> Deployment:
    """Start the baseline, the stand-in Zoom and the product. Raises NeverReady."""
    hello, zoom, app = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
    environment = _environment(database, app, zoom, folder)
    hello_group = started.start(f"hello-{store}", hello, environment, "bench.hello", _port(hello))
    started.start(f"zoom-{store}", f"{zoom}/counts", environment, "bench.instant_zoom", _port(zoom))
    serve = ("app", "serve", "--port", _port(app))
    app_group = started.start(f"app-{store}", f"{app}/healthz", environment, *serve)
    return Deployment(store, app, hello, zoom, database, app_group, hello_group)


def _environment(database: Database, app: str, zoom: str, folder: Path) -> Mapping[str, str]:
    """The product's settings are its defaults, but for addresses and secrets."""
    (folder / "ehr").mkdir(exist_ok=True)
    (folder / "ehr" / f"{SITE}.toml").write_text(SITE_FILE)
    key = secrets.token_urlsafe(36)
    KEYRING.load([key])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {
        **kept,
        "VISITBRIDGE_BASE_URL": app,
        "VISITBRIDGE_SECRET_KEYS": key,
        "VISITBRIDGE_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "VISITBRIDGE_EHR_DIR": str(folder / "ehr"),
        "ZOOM_ACCOUNT_ID": "bench",
        "ZOOM_CLIENT_ID": "bench",
        "ZOOM_CLIENT_SECRET": "bench",
        "ZOOM_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "ZOOM_API_URL": f"{zoom}/v2",
        "ZOOM_OAUTH_URL": f"{zoom}/oauth/token",
    }


def _port(url: str) -> str:
    return url.rpartition(":")[2]
