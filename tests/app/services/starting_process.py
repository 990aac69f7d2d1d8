"""A process of the product that presses Start once: it says `ready`, waits for a line, prints the answer."""

import secrets
import sys
from collections.abc import Mapping

import requests

from app.bell import LocalBell
from app.clock import SystemClock
from app.crypto import KEYRING, new_token
from app.ports import Randomness, Rooms
from app.rooms import connect_video
from app.services.reread_appointment import Reread
from app.services.start_visit import start_visit
from app.settings import read_settings
from app.sites import ClinicSite, Policy
from app.store.database import Database
from app.store.sessions import find_session
from launch.sites import Site

KEY = "a key for tests that is long enough to be one"


class OneSite:
    """The registry of a deployment with one EHR."""

    def by_name(self, name: str) -> ClinicSite:
        site = Site("sandbox", ("https://ehr.example/fhir",), "generic", "client", "public", None, ())
        return ClinicSite(
            site, "Harbor Clinic", "America/New_York", False, "en", ("provider",), {}, Policy(), {}
        )


def rooms_over(database_url: str, zoom_url: str) -> Rooms:
    """The rooms of a process over a shared database and the sandbox's Zoom."""
    environment: Mapping[str, str] = {
        "VISITBRIDGE_BASE_URL": "http://localhost:8000",
        "VISITBRIDGE_SECRET_KEYS": KEY,
        "ZOOM_ACCOUNT_ID": "sandbox-account",
        "ZOOM_CLIENT_ID": "sandbox-client",
        "ZOOM_CLIENT_SECRET": "sandbox-secret",
        "ZOOM_WEBHOOK_SECRET": "sandbox-webhook-secret",
        "ZOOM_API_URL": f"{zoom_url}/v2",
        "ZOOM_OAUTH_URL": f"{zoom_url}/oauth/token",
    }
    settings, clock, database = read_settings(environment), SystemClock(), Database(database_url)
    KEYRING.load([KEY])
    return Rooms(
        settings=settings,
        clock=clock,
        wall=clock,
        random=Randomness(new_token, secrets.choice),
        db=database,
        sites=OneSite(),  # type: ignore[arg-type]  # what Start touches of it
        video=connect_video(settings, database, requests.Session(), clock),
        video_origins=(),
        ehr=None,  # type: ignore[arg-type]  # Start reads no chart
        gateways={},
        bell=LocalBell(),
    )


def main(database_url: str, zoom_url: str, visit_id: str, session_id: str) -> None:
    """Press Start once."""
    rooms = rooms_over(database_url, zoom_url)
    with rooms.db.read() as tx:
        found = find_session(tx, session_id)
    assert found is not None
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        answer = start_visit(rooms, found[0], visit_id, agreed={"host"}, chart=Reread())
    except Exception as refused:
        print(type(refused).__name__, flush=True)
    else:
        print(answer.reveal(), flush=True)  # type: ignore[union-attr]  # nothing is asked


if __name__ == "__main__":
    main(*sys.argv[1:])
