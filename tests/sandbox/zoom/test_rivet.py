"""Zoom's own Node library takes the simulator for Zoom: as its client, and as receiver of its webhooks."""

import json
import os
import queue
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from sandbox.clock import SettableClock
from sandbox.serving import served
from sandbox.zoom.app import create_app
from sandbox.zoom.config import ZoomConfig
from tests.patience import PATIENCE, until
from tests.ports import free_port
from tests.sandbox.zoom.conftest import AMARA, JONAS, VISIT

SOURCE = Path(__file__).parent / "rivet"
EVENTS = (
    *(
        "meeting.created",
        "meeting.registration_created",
        "meeting.updated",
        "meeting.started",
        "meeting.ended",
    ),
    *(
        "meeting.participant_joined_waiting_room",
        "meeting.participant_admitted",
        "meeting.participant_joined",
    ),
    *("meeting.participant_put_in_waiting_room", "meeting.participant_left", "meeting.deleted"),
)
GUEST = {"first_name": "Patient K7Q2", "email": "k7q2@guests.example"}


class Library:
    """The library in a process of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            ["node", "library.mjs"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.told: list[dict] = []
        self._answers: queue.Queue[dict] = queue.Queue()
        threading.Thread(target=self._hear, daemon=True).start()

    def call(self, of: str, name: str, **sent: object) -> dict:
        """What the library says of one call."""
        self.process.stdin.write(json.dumps({"of": of, "call": name, **sent}) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> dict:
        return self._answers.get(timeout=PATIENCE)

    def events(self) -> list[str]:
        return [one["event"] for one in self.told]

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def _hear(self) -> None:
        for line in self.process.stdout:
            said = json.loads(line)
            if "event" in said:
                self.told.append(said)
            else:
                self._answers.put(said.get("answer", said))


def installed(folder: Path) -> Path:
    """Where the library is, put there once; skips where node, npm or the network is missing."""
    if shutil.which("npm") is None:
        pytest.skip("Zoom's own library needs node and npm")
    folder.mkdir(parents=True, exist_ok=True)
    for path in SOURCE.iterdir():
        shutil.copyfile(path, folder / path.name)
    if not (folder / "node_modules").is_dir():
        done = subprocess.run(
            ["npm", "ci", "--silent", "--no-audit", "--no-fund"],
            cwd=folder,
            capture_output=True,
            timeout=300,
            check=False,
        )
        if done.returncode != 0:
            pytest.skip("npm ci of Zoom's own library failed: no network?")
    return folder


@pytest.fixture(scope="module")
def met(root):
    """The library and the simulator, each knowing where the other is."""
    folder, port = installed(root / "var" / "peers" / "rivet"), free_port()
    config = ZoomConfig(webhook_url=f"http://127.0.0.1:{port}/zoom/events", retry_scale=0.001)
    app = create_app(config, SettableClock())
    with served(app) as base:
        library = Library(
            folder,
            {
                "ZOOM_API_URL": f"{base}/v2",
                "ZOOM_OAUTH_URL": f"{base}/oauth/token",
                "ZOOM_ACCOUNT_ID": config.account_id,
                "ZOOM_CLIENT_ID": config.client_id,
                "ZOOM_CLIENT_SECRET": config.client_secret,
                "ZOOM_WEBHOOK_SECRET": config.webhook_secret,
                "PORT": str(port),
                "EVENTS": ",".join(EVENTS),
            },
        )
        assert library.answer() == {"listens": True}
        yield library, app.test_client()
        library.close()
    app.extensions["zoom"].close()


@pytest.fixture(scope="module")
def visit(met):
    """A whole visit by the library's calls, and by people."""
    library, http = met

    def act(do: str, **step: str) -> None:
        answer = http.post("/_sim", json={"steps": [{"do": do, **step}]})
        assert answer.status_code == 200, answer.text

    made = library.call("meetings", "createMeeting", path={"userId": AMARA}, body=VISIT)["data"]
    place = {"meetingId": made["id"]}
    guest = library.call("meetings", "addMeetingRegistrant", path=place, body=GUEST)
    library.call("meetings", "updateMeeting", path=place, body={"duration": 45})
    read = library.call("meetings", "getMeeting", path=place)
    act("host_starts", start_url=read["data"]["start_url"])
    for step in ("enter", "admit", "put_back", "admit", "leave"):
        act(step, join_url=guest["data"]["join_url"])
    ended = library.call("meetings", "updateMeetingStatus", path=place, body={"action": "end"})
    past = library.call("meetings", "getPastMeetingParticipants", path=place)
    deleted = library.call("meetings", "deleteMeeting", path=place)
    return {"made": made, "guest": guest, "read": read, "ended": ended, "past": past, "deleted": deleted}


def test_the_library_calls_what_a_visit_needs_and_reads_the_answers(visit):
    assert (visit["guest"]["status"], visit["ended"]["status"], visit["deleted"]["status"]) == (201, 204, 204)
    assert visit["read"]["data"]["duration"] == 45
    assert visit["made"]["settings"]["waiting_room"] is True
    assert {one["name"] for one in visit["past"]["data"]["participants"]} == {"Amara Osei", "Patient K7Q2"}


def test_the_library_proves_and_takes_every_webhook(met, visit):
    library, http = met
    until(lambda: set(library.events()) == set(EVENTS), what="all the events")

    assert http.get("/_drain").get_json() == {"drained": True, "waiting": 0}
    sent = [row for row in http.get("/_requests").get_json() if row["system"] == "webhook"]
    assert {row["status"] for row in sent} == {200}
    started = next(one for one in library.told if one["event"] == "meeting.started")
    assert started["payload"]["object"]["id"] == str(visit["made"]["id"])


def test_the_library_proves_its_address(met):
    _, http = met

    answer = http.post("/_sim", json={"steps": [{"do": "validate_url"}]})

    assert answer.get_json()["steps"][0]["happened"] == "validated"


def test_the_library_turns_a_wrong_signature_away_and_the_simulator_does_not_repeat_it(met, monkeypatch):
    library, http = met
    before = len(library.told)
    monkeypatch.setattr("sandbox.zoom.webhooks.signature", lambda *_: "v0=" + "0" * 64)

    library.call("meetings", "createMeeting", path={"userId": AMARA}, body={"topic": "Unsigned"})
    drained = http.get("/_drain").get_json()

    assert drained == {"drained": True, "waiting": 0}
    assert len(library.told) == before
    assert http.get("/_requests").get_json()[-1]["status"] == 400


@pytest.mark.parametrize(
    ("of", "name", "sent", "said"),
    [
        ("meetings", "getMeeting", {"path": {"meetingId": 81234567890}}, "[404/3001]"),
        ("users", "getUser", {"path": {"userId": "nobody@clinic.example"}}, "[404/1001]"),
        (
            "meetings",
            "createMeeting",
            {"path": {"userId": AMARA}, "body": {"duration": "long"}},
            "[400/300]",
        ),
    ],
)
def test_the_library_reads_the_simulators_refusals(met, of, name, sent, said):
    answer = met[0].call(of, name, **sent)

    assert answer["refused"] == "ApiResponseError"
    assert answer["said"].startswith(said)


def test_the_library_reads_a_refusal_for_calls_that_are_too_many(met):
    library, http = met
    http.post("/_break", json={"name": "rate_limit", "kind": "qps", "count": 1})

    assert library.call("users", "listUsers")["said"].startswith("[429/429]")
    assert library.call("users", "listUsers")["status"] == 200


def test_the_library_lists_users_and_gets_a_hosts_key(met):
    library, _ = met

    found = library.call("users", "listUsers", query={"status": "active", "page_size": 300})
    key = library.call("users", "getUsersToken", path={"userId": AMARA}, query={"type": "zak"})

    assert {AMARA, JONAS} <= {one["email"] for one in found["data"]["users"]}
    assert key["data"]["token"]
