"""Pages with rows behind them: visits in any state, people anywhere, and browsers that open them."""

import pytest
from flask.testing import FlaskClient

from app.crypto import KEYRING
from app.factory import create_app
from app.ports import Rooms
from tests.clinic_day import ClinicDay


@pytest.fixture
def day(rooms: Rooms) -> ClinicDay:
    return ClinicDay(rooms)


@pytest.fixture
def phone(rooms: Rooms) -> FlaskClient:
    """The patient's browser."""
    KEYRING.load(["a key for tests that is long enough to be one"])
    return create_app(rooms).test_client()
