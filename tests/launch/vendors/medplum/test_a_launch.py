"""The site that is ready to try, against the simulated twin: from the click to the visit's page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from app.factory import create_app
from app.keys import new_client_jwks
from app.rooms import compose
from app.services.doctor.examine import examine
from app.settings import read_settings
from app.store.database import Database
from app.store.migrate import migrate
from sandbox.ehr.app import create_app as create_ehr
from sandbox.ehr.config import EhrConfig
from sandbox.run.browser import Browser
from sandbox.serving import served
from tests.patience import PATIENCE
from tests.ports import free_port

pytestmark = pytest.mark.wire
HERE = "https://api.medplum.com/fhir/R4"


@pytest.fixture
def deployment(root: Path, tmp_path: Path) -> Iterator[Any]:
    """Our app with the ready file, its addresses moved to the twin; the twin; and our rooms."""
    ehr_port, app_port = free_port(), free_port()
    ehr, app = f"http://127.0.0.1:{ehr_port}", f"http://localhost:{app_port}"
    text = (root / "sandbox_config" / "sites" / "medplum.toml").read_text()
    assert HERE in text
    (tmp_path / "medplum.toml").write_text(
        text.replace(HERE, f"{ehr}/fhir").replace("<client-id>", "our-client")
    )
    jwks = new_client_jwks("ES384")
    settings = read_settings(
        {
            "VISITBRIDGE_BASE_URL": app,
            "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
            "VISITBRIDGE_DATABASE_URL": f"sqlite:///{tmp_path / 'app.db'}",
            "VISITBRIDGE_EHR_DIR": str(tmp_path),
            "VISITBRIDGE_CLIENT_JWKS": jwks,
            "ZOOM_ACCOUNT_ID": "account",
            "ZOOM_CLIENT_ID": "client",
            "ZOOM_CLIENT_SECRET": "secret",
            "ZOOM_WEBHOOK_SECRET": "webhook-secret",
        }
    )
    migrate(Database(settings.database_url))
    twin = create_ehr(EhrConfig(port=ehr_port, app_url=app, flavour="medplum"))
    rooms = compose(settings)
    with served(twin, ehr_port), served(create_app(rooms), app_port):
        register(ehr, app, rooms.sites.by_name("medplum").launch.scopes, json.loads(jwks))
        yield ehr, app, rooms
    rooms.db.dispose()


def register(ehr: str, app: str, scopes: tuple[str, ...], jwks: dict[str, Any]) -> None:
    """As a person does by hand, from the sheet."""
    public = [{name: value for name, value in key.items() if name != "d"} for key in jwks["keys"]]
    order = {
        "client_id": "our-client",
        "kind": "private_key_jwt",
        "redirect_uris": [f"{app}/launch/callback/medplum"],
        "jwks": {"keys": public},
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": " ".join(scopes),
    }
    answer = requests.post(f"{ehr}/_clients", json=order, timeout=PATIENCE)
    assert answer.ok, answer.text


def test_a_click_leads_to_the_visit_which_says_what_will_reach_the_chart(deployment: Any) -> None:
    ehr, app, rooms = deployment
    day = requests.get(f"{ehr}/_day", timeout=PATIENCE).json()["appointments"]
    booked = next(one for one in day if one["status"] == "booked" and one["video"] and one["encounter"])
    order = {"app": f"{app}/launch", "context": {"appointment": booked["id"]}}
    url = requests.post(f"{ehr}/_launch", json=order, timeout=PATIENCE).json()["url"]
    browser = Browser(patience=0)

    arrived = browser.get(url)
    outlook = browser.get(f"{arrived.url}/outlook").text

    assert re.fullmatch(rf"{app}/clinic/s/[\w-]+/visits/[\w-]+", arrived.url)
    assert "All that this clinic wants in the chart will get there." in outlook
    told = examine(rooms, rooms.sites.by_name("medplum"))
    assert str(told.first_line) == "All that a launch needs is in order."
    ways = {str(one.name): one.by for one in told.features}
    assert ways["Visit note"] == "document-reference"
    assert ways["Message: the patient waits"] == "communication"
