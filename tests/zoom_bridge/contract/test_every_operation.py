"""Every operation of the client, asked of the strict simulated Zoom, and held against Zoom's own files."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from sandbox.serving import served
from sandbox.zoom.app import create_app
from sandbox.zoom.config import ZoomConfig
from sandbox.zoom.operations import OPERATIONS
from tests.patience import PATIENCE
from tests.zoom_bridge.contract.exchanges import Exchanges
from zoom_bridge.account import connect
from zoom_bridge.auth import ZoomApp
from zoom_bridge.errors import ZoomMeetingUnknown, ZoomUserUnknown
from zoom_bridge.hosts import UserStatus
from zoom_bridge.ids import HostId, MeetingId, MeetingUuid
from zoom_bridge.meetings import MeetingList
from zoom_bridge.registrants import RegistrantOrder
from zoom_bridge.secret import Secret

pytestmark = pytest.mark.wire
AMARA = HostId("amara.osei@clinic.example")
GUIDE = "docs/operations/zoom-app.md"
# The client can, the product does not.
NEVER_ASKED = {"userToken"}


class RealClock:
    def now(self):
        return datetime.now(UTC)


@pytest.fixture
def clock():
    return RealClock()


@pytest.fixture
def zoom_url():
    app = create_app(ZoomConfig())
    with served(app) as url:
        yield url
    app.extensions["zoom"].close()


@pytest.fixture
def client(zoom_url, store, gate, book, clock):
    store.token = None
    credentials = ("sandbox-account", "sandbox-client", Secret("sandbox-secret"))
    app = ZoomApp(*credentials, f"{zoom_url}/oauth/token", f"{zoom_url}/v2")
    with requests.Session() as session:
        yield connect(session, app, store=store, gate=gate, quota=book, clock=clock)


def people_do(zoom_url, *steps):
    answer = requests.post(f"{zoom_url}/_sim", json={"steps": list(steps)}, timeout=PATIENCE)
    assert answer.ok, answer.text
    return answer.json()["steps"]


def a_call(client, zoom_url, order):
    """A meeting that two people were in; its number, and its run."""
    made = client.create_meeting(AMARA, order(start=datetime.now(UTC) + timedelta(minutes=5)))
    guest = client.add_registrant(made.id, RegistrantOrder("k7q2@visits.example", "Patient K7Q2", "es"))
    join = guest.join_url.reveal()
    began, *_ = people_do(
        zoom_url,
        {"do": "host_starts", "start_url": client.get_meeting(made.id).start_url.reveal()},
        {"do": "enter", "join_url": join},
        {"do": "admit", "join_url": join},
    )
    return made.id, MeetingUuid(began["uuid"])


def ask_everything(client, zoom_url, order):
    """Each method of the client, and some refusals."""
    meeting, run = a_call(client, zoom_url, order)
    assert len(list(client.list_live_participants(meeting))) == 2
    for which in MeetingList:
        assert list(client.list_meetings(AMARA, which)) is not None
    (registrant,) = client.list_registrants(meeting)
    client.update_waiting_room(meeting, "Ten minutes late.")
    client.record_nothing(meeting, AMARA)
    client.cancel_registrant(meeting, registrant.id)
    client.end_meeting(meeting)
    assert client.get_recording(run) is None
    client.get_past_meeting(run)
    assert len(list(client.list_past_participants(run))) == 3  # the waiting room is a stay of its own
    assert len(list(client.list_past_instances(meeting))) == 1
    with pytest.raises(ZoomMeetingUnknown):
        list(client.list_lone_participants(run))
    client.delete_meeting(meeting)
    with pytest.raises(ZoomMeetingUnknown):
        client.get_meeting(MeetingId("81234567890"))
    with pytest.raises(ZoomUserUnknown):
        client.get_user(HostId("nobody@clinic.example"))
    assert client.get_user(AMARA).id
    for status in UserStatus:
        assert client.list_users(status).users
    assert client.get_zak(AMARA).reveal()


@pytest.mark.parametrize("uuids", ["plain", "awkward"])
def test_every_operation_asks_and_is_answered_as_zoom_documents(client, zoom_url, order, shared, uuids):
    exchanges = Exchanges(shared / "reference" / "zoom-spec")
    if uuids == "awkward":
        requests.post(f"{zoom_url}/_break", json={"name": "awkward_uuids"}, timeout=PATIENCE)

    ask_everything(client, zoom_url, order)

    recorded = requests.get(f"{zoom_url}/_requests", timeout=PATIENCE).json()
    calls = [row for row in recorded if row["system"] == "zoom"]
    assert [wrong for row in calls for wrong in exchanges.wrong_with(row)] == []
    asked = {exchanges.operation_of(row) for row in calls}
    assert asked == {operation.id for operation in OPERATIONS}


def test_the_guide_names_a_scope_for_every_operation(shared, root):
    exchanges = Exchanges(shared / "reference" / "zoom-spec")
    guide = (root / GUIDE).read_text("utf-8")

    without = [
        one.id
        for one in OPERATIONS
        if not any(f"`{scope}`" in guide for scope in exchanges.scopes_of(one.id))
    ]

    assert set(without) == NEVER_ASKED
