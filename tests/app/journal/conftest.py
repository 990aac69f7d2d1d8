"""A visit whose call is told of, and an engineer who looks."""

import re

import pytest

from app.factory import create_app
from app.web.cookies import NAME
from tests.app.services.conftest import appointment, patient, seen, session, sign_in, world
from tests.clinic_day import ClinicDay

__all__ = ["appointment", "patient", "seen", "session", "sign_in", "world"]


@pytest.fixture
def browser(rooms):
    """Somebody's browser, signed in in a role."""

    class Browser:
        def __init__(self, role="engineer"):
            self.http = create_app(rooms).test_client()
            self.session = ClinicDay(rooms).sign_in("browser", kind="local", role=role)
            self.http.set_cookie(NAME, "browser", secure=True, domain="localhost")

        def get(self, path):
            return self.http.get(f"https://localhost/clinic/s/{self.session}/{path}")

        def read(self, path):
            answer = self.get(path)
            assert answer.status_code == 200, answer.status_code
            return answer.get_data(as_text=True)

        def press(self, path, page):
            token = re.search(r'name="csrf" value="([^"]+)"', self.read(page))
            headers = {"Origin": rooms.settings.base_url}
            address = f"https://localhost/clinic/s/{self.session}/{path}"
            return self.http.post(address, data={"csrf": token[1]}, headers=headers)

    return Browser
