"""The way in against the strict sandbox EHR, over real HTTP: every kind of client, every way to misbehave."""

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import request

from app.factory import create_app
from app.keys import new_client_jwks
from app.rooms import compose
from app.settings import read_settings
from app.store.database import Database
from app.store.migrate import migrate
from sandbox.ehr.app import create_app as create_ehr
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.flavours import flavour_of
from sandbox.run.browser import Browser
from sandbox.serving import served
from tests.patience import PATIENCE
from tests.ports import free_port

pytestmark = pytest.mark.wire
KINDS = {
    "visitbridge-public": 'client_kind = "public"',
    "visitbridge-basic": 'client_kind = "client_secret_basic"\nclient_secret_env = "TEST_SANDBOX_SECRET"',
    "visitbridge-jwt": 'client_kind = "private_key_jwt"',
}
# These show at the EHR's authorization page, all others after it.
AT_THE_EHR = {"access_denied", "authorization_error", "wrong_state", "drop_scope"}
SITE = """
name = "sandbox"
title = "Sandbox"
iss = [{iss}]
vendor = "{vendor}"
client_id = "{client_id}"
{kind}
scopes = ["launch", "openid", "fhirUser", "online_access", "user/Patient.rs", "user/Practitioner.rs",
          "user/Location.rs", "user/Appointment.rs", "user/Encounter.rs", "patient/RelatedPerson.rs"]
frame_ancestors = ["{ehr}"]
time_zone = "America/New_York"
"""


class Rounds:
    """Has the EHR answer reads in rounds of so many: the first of a round only when its last has come."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._ends: tuple[int, ...] = ()
        self._came = 0

    @contextmanager
    def of(self, *sizes: int) -> Iterator[None]:
        """In these rounds, while the block runs; what comes after them is answered at once."""
        self._ends, self._came = tuple(accumulate(sizes)), 0
        yield
        self._ends = ()

    def wait(self) -> None:
        """Before a request is answered."""
        if not self._ends or not re.match(r"/fhir/[A-Z]", request.path):
            return
        with self._change:
            self._came += 1
            self._change.notify_all()
            end = next((end for end in self._ends if end >= self._came), 0)
            assert self._change.wait_for(lambda: self._came >= end, PATIENCE), "the others wait for this one"


@dataclass(frozen=True)
class World:
    """The sandbox EHR and the app beside it."""

    ehr: str
    app: str
    rounds: "Rounds"

    def launch(self, **context: Any) -> requests.Response:
        """What a click in the EHR leads to, in a new browser."""
        order = {"app": f"{self.app}/launch", "context": context}
        url = requests.post(f"{self.ehr}/_launch", json=order, timeout=PATIENCE).json()["url"]
        return Browser(patience=0).get(url)

    def break_it(self, name: str, on: bool = True, **options: Any) -> None:
        """Switch a way to misbehave."""
        order = {"name": name, "on": on, **options}
        requests.post(f"{self.ehr}/_break", json=order, timeout=PATIENCE).raise_for_status()

    @contextmanager
    def broken(self, name: str, **options: Any) -> Iterator[None]:
        """Misbehave in one way while the block runs."""
        self.break_it(name, **options)
        try:
            yield
        finally:
            self.break_it(name, on=False)

    def last_request(self) -> int:
        """The number of the last request that the EHR recorded."""
        return max((row["n"] for row in self.requests_since(0)), default=0)

    def appointment(self) -> dict[str, Any]:
        """A booked video appointment that has an encounter."""
        day = requests.get(f"{self.ehr}/_day", timeout=PATIENCE).json()
        found: dict[str, Any] = next(
            one
            for one in day["appointments"]
            if one["status"] == "booked" and one["video"] and one["encounter"]
        )
        return found

    def requests_since(self, n: int) -> list[dict[str, Any]]:
        """The EHR's record."""
        told = requests.get(f"{self.ehr}/_requests?since={n}", timeout=PATIENCE).json()
        rows: list[dict[str, Any]] = told if isinstance(told, list) else told["requests"]
        return rows


def open_world(folder: Path, client_id: str, flavour: str = "generic") -> Iterator[World]:
    ehr_port, app_port = free_port(), free_port()
    ehr, app = f"http://127.0.0.1:{ehr_port}", f"http://localhost:{app_port}"
    iss = ", ".join(f'"{ehr}{door.fhir}"' for door in flavour_of(flavour).doors)
    (folder / "sandbox.toml").write_text(
        SITE.format(ehr=ehr, iss=iss, client_id=client_id, kind=KINDS[client_id], vendor=flavour)
    )
    settings = read_settings(
        {
            "VISITBRIDGE_BASE_URL": app,
            "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
            "VISITBRIDGE_DATABASE_URL": f"sqlite:///{folder / 'app.db'}",
            "VISITBRIDGE_EHR_DIR": str(folder),
            "VISITBRIDGE_CLIENT_JWKS": new_client_jwks("RS384" if "jwt" in client_id else "ES384"),
            "ZOOM_ACCOUNT_ID": "account",
            "ZOOM_CLIENT_ID": "client",
            "ZOOM_CLIENT_SECRET": "secret",
            "ZOOM_WEBHOOK_SECRET": "webhook-secret",
        }
    )
    migrate(Database(settings.database_url))
    with ExitStack() as stack:
        simulated, rounds = create_ehr(EhrConfig(port=ehr_port, app_url=app, flavour=flavour)), Rounds()
        simulated.before_request(rounds.wait)
        stack.enter_context(served(simulated, ehr_port))
        rooms = compose(settings)
        stack.callback(rooms.db.dispose)
        stack.enter_context(served(create_app(rooms), app_port))
        yield World(ehr, app, rounds)


@pytest.fixture(scope="module", params=list(KINDS))
def any_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for each kind of client."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_SANDBOX_SECRET", "sandbox-only-secret")
        yield from open_world(tmp_path_factory.mktemp("world"), request.param)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from open_world(tmp_path_factory.mktemp("world"), "visitbridge-public")


@pytest.mark.smart(11, 20, 21, 23, 42, 64)
def test_each_kind_of_client_comes_in(any_world: World) -> None:
    arrived = any_world.launch(appointment=any_world.appointment()["id"])

    assert arrived.status_code == 200
    assert re.fullmatch(rf"{any_world.app}/clinic/s/[\w-]+/visits/[\w-]+", arrived.url)
    assert 'data-page="visit"' in arrived.text


@pytest.mark.parametrize(
    ("how", "rounds"),
    [("appointment_as_key", (4, 1)), ("appointment_only_by_encounter", (3, 1, 1)), (None, (4, 1))],
)
def test_the_chart_is_read_in_few_rounds(world: World, how: str | None, rounds: tuple[int, ...]) -> None:
    appointment = world.appointment()
    before = world.last_request()
    with ExitStack() as stack:
        if how:
            stack.enter_context(world.broken(how))
        stack.enter_context(world.rounds.of(*rounds))
        arrived = world.launch(appointment=appointment["id"])

    reads = [row for row in world.requests_since(before) if row["system"] == "fhir"]
    assert arrived.status_code == 200
    assert len(reads) == len({row["path"] for row in reads}) == sum(rounds)


@pytest.mark.parametrize(
    ("switch", "options", "code"),
    [
        ("ehr_down", {"what": "oauth"}, "VB-1102"),
        ("ehr_down", {"what": "oauth", "status": 503}, "VB-1102"),
        ("ehr_down", {"what": "fhir"}, "VB-1301"),
        ("access_denied", {}, "VB-1105"),
        ("authorization_error", {}, "VB-1106"),
        ("wrong_state", {}, "VB-1107"),
        ("refuse_code", {}, "VB-1111"),
        ("refuse_client", {}, "VB-1112"),
        ("token_answer_malformed", {}, "VB-1113"),
        ("id_token_missing", {}, "VB-1121"),
        ("id_token_malformed", {}, "VB-1122"),
        ("id_token_bad_signature", {}, "VB-1123"),
        ("id_token_unknown_kid", {}, "VB-1124"),
        ("id_token_wrong_issuer", {}, "VB-1125"),
        ("id_token_wrong_audience", {}, "VB-1126"),
        ("id_token_expired", {}, "VB-1127"),
        ("id_token_wrong_nonce", {}, "VB-1128"),
        ("fhir_user_missing", {}, "VB-1130"),
        ("fhir_user_is_patient", {}, "VB-1131"),
        ("drop_scope", {"scopes": ["user/Patient"]}, "VB-1133"),
        ("drop_scope", {"scopes": ["user/Appointment", "user/Encounter"]}, "VB-1133"),
    ],
)
def test_each_way_to_misbehave_has_its_page(
    world: World, switch: str, options: dict[str, Any], code: str
) -> None:
    browser = Browser(patience=0)
    order = {"app": f"{world.app}/launch", "context": {"appointment": world.appointment()["id"]}}
    clicked = requests.post(f"{world.ehr}/_launch", json=order, timeout=PATIENCE).json()["url"]
    to_the_ehr = browser.get(clicked, follow=False).headers["Location"]
    with ExitStack() as stack:
        if switch in AT_THE_EHR:
            stack.enter_context(world.broken(switch, **options))
        back = browser.get(to_the_ehr, follow=False).headers["Location"]
        if switch not in AT_THE_EHR:
            stack.enter_context(world.broken(switch, **options))
        page = browser.get(back)

    assert f'data-code="{code}"' in page.text


@pytest.mark.parametrize(
    "switch", ["v1_scopes", "fhir_user_relative", "banner_as_string", "rotate_refresh", "no_refresh_token"]
)
def test_what_ehrs_are_allowed_to_do_stops_nobody(world: World, switch: str) -> None:
    with world.broken(switch):
        arrived = world.launch(appointment=world.appointment()["id"])

    assert 'data-page="visit"' in arrived.text


def test_who_helps_a_patient_comes_from_the_portal_to_a_link_of_their_own(world: World) -> None:
    day = requests.get(f"{world.ehr}/_day", timeout=PATIENCE).json()
    visit = next(one for one in day["appointments"] if one["patient"] == "vb-patient-09" and one["encounter"])
    staff = world.launch(appointment=visit["id"])

    patient = world.launch(user="Patient/vb-patient-09", appointment=visit["id"])
    helper = world.launch(user="RelatedPerson/vb-related-09", appointment=visit["id"])

    assert patient.url != helper.url
    assert 'data-page="patient"' in patient.text
    assert 'data-page="patient"' in helper.text
    assert "Colette Vance" not in staff.text
    assert "Colette Vance" in world.launch(appointment=visit["id"]).text


def test_keys_that_were_just_rotated_are_fetched_again(world: World) -> None:
    world.launch(appointment=world.appointment()["id"])
    world.break_it("rotate_keys")

    arrived = world.launch(appointment=world.appointment()["id"])

    assert 'data-page="visit"' in arrived.text


def test_a_token_that_expired_at_the_ehr_is_renewed_for_the_schedule(world: World) -> None:
    order = {"app": f"{world.app}/launch", "context": {"practitioner": world.appointment()["practitioner"]}}
    browser = Browser(patience=0)
    url = requests.post(f"{world.ehr}/_launch", json=order, timeout=PATIENCE).json()["url"]
    schedule = browser.get(url)
    world.break_it("expire_tokens")
    before = world.last_request()

    again = browser.get(schedule.url)

    asked = [(row["system"], row["status"]) for row in world.requests_since(before)]
    assert 'data-page="schedule"' in again.text
    assert asked.count(("fhir", 401)) == 1
    assert ("oauth", 200) in asked


def test_nothing_that_the_ehr_issued_is_in_the_files_of_the_database(tmp_path: Path) -> None:
    for world in open_world(tmp_path, "visitbridge-public"):
        world.launch(appointment=world.appointment()["id"])
        dumped = b"".join(path.read_bytes() for path in tmp_path.glob("app.db*"))
        issued = requests.get(f"{world.ehr}/_issued", timeout=PATIENCE).json()

    secrets = [token for tokens in issued.values() for token in tokens]
    assert issued["access_tokens"]
    assert issued["refresh_tokens"]
    assert b"staff_session" in dumped
    assert [token for token in secrets if token.encode() in dumped] == []
