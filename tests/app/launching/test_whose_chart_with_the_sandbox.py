"""Our own name and an absent owner's, against the strict sandbox EHR that fetches our keys from the app."""

import shutil
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from app.factory import create_app
from app.keys import new_client_jwks
from app.models import Staff, StaffSession
from app.ports import Rooms
from app.rooms import compose
from app.services.rotate_keys import publish_new_key, retire_keys, rotate_keys
from app.services.sign_in import sign_out
from app.settings import read_settings
from app.store.migrate import migrate
from app.store.tokens import forget_tokens
from fhir.errors import ChartForbidden
from launch.errors import RefreshRefused
from sandbox.ehr.app import create_app as create_ehr
from sandbox.ehr.config import EhrConfig
from sandbox.run.browser import Browser
from sandbox.serving import served
from tests.patience import PATIENCE
from tests.ports import free_port

pytestmark = pytest.mark.wire
SITE = "sandbox"
SITE_FILE = Path(__file__).parents[3] / "sandbox_config/ehr/sandbox.toml"


@dataclass(frozen=True)
class World:
    """The sandbox EHR, and the app beside it as the demo configures it."""

    ehr: str
    app: str
    rooms: Rooms

    def day(self) -> dict[str, Any]:
        told: dict[str, Any] = requests.get(f"{self.ehr}/_day", timeout=PATIENCE).json()
        return told

    def break_it(self, name: str, **options: Any) -> None:
        requests.post(
            f"{self.ehr}/_break", json={"name": name, **options}, timeout=PATIENCE
        ).raise_for_status()

    def launch_as(self, practitioner: str) -> str:
        """One of the day's practitioners comes in and signs out again; who they are here."""
        order = {"app": f"{self.app}/launch", "context": {"practitioner": practitioner}}
        url = requests.post(f"{self.ehr}/_launch", json=order, timeout=PATIENCE).json()["url"]
        page = Browser(patience=0).get(url)
        assert page.status_code == 200, page.text
        with self.rooms.db.read() as tx:
            newest = select(StaffSession.id).order_by(StaffSession.created_at.desc()).limit(1)
            session_id = tx.scalars(newest).one()
            named = select(Staff.id).where(Staff.fhir_user == f"Practitioner/{practitioner}")
            staff_id = tx.scalars(named).one()
        sign_out(self.rooms, session_id)
        return staff_id

    def statuses_since(self, n: int, system: str) -> list[int]:
        rows = requests.get(f"{self.ehr}/_requests?since={n}", timeout=PATIENCE).json()
        return [row["status"] for row in rows if row["system"] == system and "well-known" not in row["path"]]

    def last(self) -> int:
        rows = requests.get(f"{self.ehr}/_requests?since=0", timeout=PATIENCE).json()
        return max((row["n"] for row in rows), default=0)


@pytest.fixture(scope="module")
def configured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("world")
    ehr_port, app_port = free_port(), free_port()
    ehr, app = f"http://127.0.0.1:{ehr_port}", f"http://localhost:{app_port}"
    site = Path(shutil.copy(SITE_FILE, folder))
    site.write_text(site.read_text().replace("http://127.0.0.1:8001", ehr))
    settings = read_settings(
        {
            "VISITBRIDGE_BASE_URL": app,
            "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
            "VISITBRIDGE_DATABASE_URL": f"sqlite:///{folder / 'app.db'}",
            "VISITBRIDGE_EHR_DIR": str(folder),
            "VISITBRIDGE_CLIENT_JWKS": new_client_jwks("ES384"),
            "ZOOM_ACCOUNT_ID": "account",
            "ZOOM_CLIENT_ID": "client",
            "ZOOM_CLIENT_SECRET": "secret",
            "ZOOM_WEBHOOK_SECRET": "webhook-secret",
        }
    )
    with ExitStack() as stack:
        stack.enter_context(served(create_ehr(EhrConfig(port=ehr_port, app_url=app)), ehr_port))
        rooms = compose(settings)
        stack.callback(rooms.db.dispose)
        migrate(rooms.db)
        stack.enter_context(served(create_app(rooms), app_port))
        yield World(ehr, app, rooms)


@pytest.fixture
def world(configured: World) -> World:
    """The same for every test, with no tokens left of the last one's people."""
    with configured.rooms.db.write() as tx:
        forget_tokens(tx, configured.rooms.wall.now(), keep=())
    return configured


@pytest.mark.smart(22, 225, 291, 293, 298, 299)
def test_the_demos_back_end_is_registered_with_the_keys_that_the_app_publishes(world: World) -> None:
    patient = world.day()["appointments"][0]["patient"]
    opened = world.rooms.ehr.system_chart(SITE)
    assert opened

    assert opened.chart.read("Patient", patient)["id"] == patient

    asked = tomllib.loads(SITE_FILE.read_text())["backend_scopes"]
    assert set(opened.granted.words) == set(asked)
    with pytest.raises(ChartForbidden):
        opened.chart.read("Organization", "vb-organization")


@pytest.mark.parametrize("switch", ["expire_tokens", "revoke_tokens"])
def test_our_own_token_that_died_is_replaced_at_the_first_401(world: World, switch: str) -> None:
    patient = world.day()["appointments"][0]["patient"]
    opened = world.rooms.ehr.system_chart(SITE)
    assert opened
    opened.chart.read("Patient", patient)
    world.break_it(switch)
    before = world.last()

    opened.chart.read("Patient", patient)

    assert world.statuses_since(before, "fhir") == [401, 200]
    assert world.statuses_since(before, "oauth") == [200]


def test_keys_that_another_process_rotates_serve_without_a_restart(world: World) -> None:
    opened = world.rooms.ehr.system_chart(SITE)
    patient = world.day()["appointments"][0]["patient"]
    assert opened
    operator = compose(world.rooms.settings)

    for step in (publish_key, rotate, retire):
        step(operator)
        world.break_it("expire_tokens")
        before = world.last()
        assert opened.chart.read("Patient", patient)
        assert world.statuses_since(before, "oauth") == [200]
    operator.db.dispose()


def publish_key(operator: Rooms) -> None:
    publish_new_key(operator, "RS384")


def rotate(operator: Rooms) -> None:
    rotate_keys(operator, at_once=True)


def retire(operator: Rooms) -> None:
    retire_keys(operator, at_once=True)


@pytest.mark.parametrize("rotating", [False, True])
def test_an_owner_who_signed_out_still_owes_and_their_token_is_renewed(world: World, rotating: bool) -> None:
    appointment = world.day()["appointments"][0]
    staff_id = world.launch_as(appointment["practitioner"])
    opened = world.rooms.ehr.owner_chart(SITE, staff_id)
    assert opened
    if rotating:
        world.break_it("rotate_refresh", times=2)

    for _ in range(2):
        world.break_it("expire_tokens")
        assert opened.chart.read("Patient", appointment["patient"])

    assert opened.granted.allows("Patient", "r", ["user"])


def test_an_owner_whose_tokens_were_revoked_has_to_sign_in_and_a_colleague_does_not(world: World) -> None:
    day = world.day()
    appointment = day["appointments"][0]
    colleague = next(one["id"] for one in day["practitioners"] if one["id"] != appointment["practitioner"])
    staff_id = world.launch_as(appointment["practitioner"])
    opened = world.rooms.ehr.owner_chart(SITE, staff_id)
    assert opened
    world.break_it("revoke_tokens")
    others_id = world.launch_as(colleague)

    with pytest.raises(RefreshRefused):
        opened.chart.read("Patient", appointment["patient"])

    assert world.rooms.ehr.owner_chart(SITE, staff_id) is None
    assert world.rooms.ehr.owner_chart(SITE, others_id)
    assert world.launch_as(appointment["practitioner"]) == staff_id
    assert world.rooms.ehr.owner_chart(SITE, staff_id)


def test_no_token_lies_open_in_the_files_of_the_database(world: World) -> None:
    world.launch_as(world.day()["appointments"][0]["practitioner"])
    opened = world.rooms.ehr.system_chart(SITE)
    assert opened
    assert opened.chart.read("Patient", world.day()["appointments"][0]["patient"])
    database = Path(str(world.rooms.db.url.database))
    dumped = b"".join(path.read_bytes() for path in database.parent.glob("app.db*"))
    issued = requests.get(f"{world.ehr}/_issued", timeout=PATIENCE).json()

    assert b"backend_token" in dumped
    assert len(issued["access_tokens"]) >= 2
    assert [token for tokens in issued.values() for token in tokens if token.encode() in dumped] == []
