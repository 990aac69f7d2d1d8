"""What docs/sites/hapi.md says of a server without authorization, at a real one that is as open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.factory import create_app
from app.ports import Rooms
from app.rooms import compose
from app.services.doctor.examine import examine
from app.services.doctor.findings import Verdict
from app.settings import read_settings
from app.store.database import Database
from app.store.migrate import migrate
from tests.patience import PATIENCE
from tests.sandbox.ehr import peer

pytestmark = pytest.mark.wire
HERE = "https://hapi.fhir.org/baseR4"


@pytest.fixture
def server(shared: Path, root: Path) -> Iterator[str]:
    """A FHIR server that publishes no SMART configuration and asks nobody for a token."""
    process, base = peer.start(shared, root)
    yield base
    process.terminate()
    process.wait(timeout=PATIENCE)


@pytest.fixture
def open_rooms(server: str, root: Path, tmp_path: Path) -> Iterator[Rooms]:
    """A deployment with the ready file, its address moved to that server."""
    text = (root / "sandbox_config" / "sites" / "hapi.toml").read_text()
    assert HERE in text
    (tmp_path / "hapi.toml").write_text(text.replace(HERE, server))
    settings = read_settings(
        {
            "VISITBRIDGE_BASE_URL": "http://localhost:8000",
            "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
            "VISITBRIDGE_DATABASE_URL": f"sqlite:///{tmp_path / 'app.db'}",
            "VISITBRIDGE_EHR_DIR": str(tmp_path),
            "ZOOM_ACCOUNT_ID": "account",
            "ZOOM_CLIENT_ID": "client",
            "ZOOM_CLIENT_SECRET": "secret",
            "ZOOM_WEBHOOK_SECRET": "webhook-secret",
        }
    )
    migrate(Database(settings.database_url))
    rooms = compose(settings)
    yield rooms
    rooms.db.dispose()


def test_the_doctor_names_the_configuration_that_is_missing_and_finds_the_rest(open_rooms: Rooms) -> None:
    told = examine(open_rooms, open_rooms.sites.by_name("hapi"))

    verdicts = {one.check: one.verdict for one in told.findings}
    assert told.cause is not None and told.cause.check == "discovery"
    assert "SMART configuration" in str(told.first_line)
    assert verdicts["reach"] is Verdict.FINE
    assert verdicts["capabilities"] is Verdict.FINE


def test_a_launch_ends_with_the_code_that_the_page_names(open_rooms: Rooms, server: str) -> None:
    answer = (
        create_app(open_rooms)
        .test_client()
        .get("/launch", query_string={"iss": server, "launch": "x"}, headers={"Accept": "text/html"})
    )

    assert 'data-code="VB-1104"' in answer.get_data(as_text=True)
