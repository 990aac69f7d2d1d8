"""The product as it is deployed: one process on SQLite; web, worker and events on PostgreSQL."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from app.crypto import KEYRING
from app.store.database import Database
from bench.databases import POSTGRESQL
from bench.programs import Programs, free_port

SITE, LAUNCHED = "bench", "launched"
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
# Where launches come from: the simulated EHR, which only their row starts.
LAUNCHED_FILE = f"""\
name = "{LAUNCHED}"
title = "Harbor Clinic"
iss = ["{{ehr}}/fhir"]
client_id = "visitbridge-public"
client_kind = "public"
scopes = ["launch", "openid", "fhirUser", "user/Patient.rs", "user/Practitioner.rs", "user/Location.rs",
          "user/Appointment.rs", "user/Encounter.rs"]
time_zone = "America/New_York"
"""


@dataclass(frozen=True)
class Deployment:
    """A running product, its database, the baseline beside it, the Zoom that it calls, and where its EHR is.

    `events`: where the event streams are, behind whose proxy `app` is too. `groups`: all that belongs to it.
    """

    store: str
    app: str
    events: str
    hello: str
    zoom: str
    ehr: str
    database: Database
    groups: tuple[int, ...]
    hello_group: int


def deploy(
    started: Programs, store: str, database: Database, folder: Path, poll_seconds: float
) -> Deployment:
    """Start the baseline, the stand-in Zoom and the product. Raises NeverReady."""
    hello, zoom, ehr, app = (f"http://127.0.0.1:{free_port()}" for _ in range(4))
    _write_sites(folder / "ehr", ehr)
    environment = _environment(database, app, zoom, folder)
    environment["VISITBRIDGE_POLL_SECONDS"] = str(poll_seconds)
    hello_group = started.start(f"hello-{store}", hello, environment, "bench.hello", _port(hello))
    started.start(f"zoom-{store}", f"{zoom}/counts", environment, "bench.instant_zoom", _port(zoom))
    addresses = {"serve": app}
    if store == POSTGRESQL:
        addresses |= {part: f"http://127.0.0.1:{free_port()}" for part in ("worker", "events")}
    groups = tuple(
        started.start(
            f"{part}-{store}",
            f"{url}/healthz",
            environment,
            *("app", part, "--port", _port(url)),
            # Where there are workers, the web leaves to them what is due.
            *(["--without-jobs"] if part == "serve" and len(addresses) > 1 else []),
        )
        for part, url in addresses.items()
    )
    events = addresses.get("events", app)
    return Deployment(store, app, events, hello, zoom, ehr, database, groups, hello_group)


def _write_sites(folder: Path, ehr: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{SITE}.toml").write_text(SITE_FILE)
    (folder / f"{LAUNCHED}.toml").write_text(LAUNCHED_FILE.format(ehr=ehr))


def _environment(database: Database, app: str, zoom: str, folder: Path) -> dict[str, str]:
    """The product's settings are its defaults, but for addresses and secrets."""
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
