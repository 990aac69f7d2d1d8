"""The EHR's screens over a clinic's day, with neighbours that answer as told."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

import pytest
import responses
from flask.testing import FlaskClient

from sandbox.clinic.day import seconds_until
from sandbox.clock import SettableClock
from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.world import Ehr

ZOOM, MESSAGES = "http://127.0.0.1:8002", "http://127.0.0.1:8003"


@dataclass
class Neighbours:
    """Zoom and the message sink, faked at the wire; silent unless told."""

    wire: responses.RequestsMock
    orders: list[tuple[str, dict]] = field(default_factory=list)

    def answers(self, url: str, body: object) -> None:
        """A GET of ``url`` is answered."""
        self.wire.get(url, json=body)

    def obeys(self, url: str) -> None:
        """A POST to ``url`` is taken down."""

        def take(request):
            self.orders.append((url, json.loads(request.body)))
            return (200, {}, "{}")

        self.wire.add_callback("POST", url, take)


@pytest.fixture
def neighbours() -> Iterator[Neighbours]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        yield Neighbours(wire)


@pytest.fixture
def ehr() -> Ehr:
    """In the middle of a day: no screen of its depends on when it is looked at."""
    return Ehr(EhrConfig(), SettableClock(seconds_until(time(12), datetime.now(UTC))))


@pytest.fixture
def screen(ehr: Ehr, neighbours: Neighbours) -> FlaskClient:
    return create_app(ehr.config, ehr).test_client()


@pytest.fixture
def due(ehr: Ehr):
    """The visit that is about to start."""
    return next(line for line in ehr.schedule() if line.appointment_id.endswith("-04"))


@pytest.fixture
def frame_of():
    """The frame of a page, as its attributes."""

    def find(html: str) -> dict[str, str]:
        tag = re.search(r"<iframe ([^>]*)>", html)
        assert tag is not None
        return dict(re.findall(r'(\w+)="([^"]*)"', tag[1]))

    return find
