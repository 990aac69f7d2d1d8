"""Pages with rows behind them: visits in any state, people anywhere, and browsers that open them."""

import pytest
from flask.testing import FlaskClient

from app.crypto import KEYRING
from app.factory import create_app
from app.ports import Rooms
from app.web.cookies import NAME
from tests.clinic_day import ClinicDay


@pytest.fixture
def day(rooms: Rooms) -> ClinicDay:
    return ClinicDay(rooms)


@pytest.fixture
def phone(rooms: Rooms) -> FlaskClient:
    """The patient's browser."""
    KEYRING.load(["a key for tests that is long enough to be one"])
    return create_app(rooms).test_client()


@pytest.fixture
def provider(rooms, day):
    """Opens staff pages of whatever the day holds by then, in a role."""

    class Provider:
        def __init__(self, role: str = "provider", rooms: Rooms = rooms) -> None:
            self.http: FlaskClient = create_app(rooms).test_client()
            self.session = day.sign_in("browser", role=role)
            self.http.set_cookie(NAME, "browser", secure=True, domain="localhost")

        def get(self, path: str, **headers: str):
            address = f"https://localhost/clinic/s/{self.session}/{path}"
            return self.http.get(address, headers=headers)

        def read(self, path: str) -> str:
            answer = self.get(path)
            assert answer.status_code == 200
            return answer.get_data(as_text=True)

    return Provider
