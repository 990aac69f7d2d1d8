"""A deployment with one EHR at the wire, and browsers that come through it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import responses
from flask import Flask
from joserfc.jwk import RSAKey

from app.clock import FrozenClock
from app.factory import create_app
from app.http import new_http_session
from app.keys import DeploymentKeys, new_client_jwks
from app.ports import Rooms
from app.rooms import connect_ehrs
from app.settings import Settings
from app.sites import ClinicSite, ClinicSites
from app.store.database import Database
from launch.sites import Site
from tests.app.launching.wire_ehr import (
    COLLEAGUE,
    ISS,
    LOCATION,
    PATIENT,
    PRACTITIONER,
    SCOPES,
    WireEhr,
    appointment,
)

FRAMER = "https://ehr.example"


@pytest.fixture(scope="session")
def ehr_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "ehr-1"}, private=True)  # type: ignore[arg-type]  # a kid is enough


@pytest.fixture(scope="session")
def our_keys() -> DeploymentKeys:
    return DeploymentKeys(new_client_jwks("ES384"))


@pytest.fixture
def ehr(ehr_key: RSAKey, clock: FrozenClock) -> Iterator[WireEhr]:
    """The EHR. Its chart holds one appointment, ten minutes from now."""
    made = WireEhr(ehr_key, clock.now)
    made.put(PATIENT, PRACTITIONER, COLLEAGUE, LOCATION)
    made.put(appointment("a-1", clock.now() + timedelta(minutes=10)))
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        made.install(mock)
        yield made


@pytest.fixture
def site(make_site: Callable[..., ClinicSite]) -> ClinicSite:
    launch = Site(
        name="sandbox",
        issuers=(ISS,),
        vendor="generic",
        client_id="client",
        client_kind="public",
        client_secret=None,
        scopes=tuple(SCOPES.split()),
        frame_ancestors=(FRAMER,),
    )
    return make_site(launch=launch)


@pytest.fixture
def rooms(
    rooms: Rooms,
    site: ClinicSite,
    settings: Settings,
    our_keys: DeploymentKeys,
    database: Database,
    clock: FrozenClock,
) -> Rooms:
    ehrs = connect_ehrs(settings, (site,), our_keys, database, new_http_session(), clock, clock)
    return replace(rooms, sites=ClinicSites((site,)), ehr=ehrs)


@pytest.fixture
def app(rooms: Rooms) -> Flask:
    return create_app(rooms)


@dataclass
class Person:
    """Somebody at a browser, with whatever cookies it keeps."""

    app: Flask
    ehr: WireEhr

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str, **headers: str) -> Any:
        sent = {"Accept": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.get(path, headers=sent)

    def post(self, path: str, form: dict[str, str]) -> Any:
        sent = {"Accept": "text/html", "Origin": "http://localhost:8000"}
        return self.client.post(path, data=form, headers=sent)

    def click(self, iss: str = ISS) -> str:
        """Launch from the EHR, say yes there, and answer the path of the callback."""
        return self.say_yes(self.get(f"/launch?iss={iss}&launch=handle-1"))

    def say_yes(self, to_the_ehr: Any) -> str:
        """What follows the redirect to the EHR."""
        assert to_the_ehr.status_code == 302, to_the_ehr.text
        return f"/launch/callback?{self.ehr.authorize(to_the_ehr.location)}"

    def launch(self) -> Any:
        """The whole way in."""
        return self.get(self.click())

    def forget_cookies(self) -> None:
        self.client = self.app.test_client()


@pytest.fixture
def new_person(app: Flask, ehr: WireEhr) -> Callable[[], Person]:
    return lambda: Person(app, ehr)


@pytest.fixture
def person(new_person: Callable[[], Person]) -> Person:
    return new_person()
