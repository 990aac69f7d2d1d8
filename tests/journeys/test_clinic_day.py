"""A small clinic day, acted out once: it ends right, and all that Zoom was asked and told is documented."""

import io
import json
from collections import Counter, defaultdict
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox.clinic_day.__main__ import Asked, asked
from sandbox.clinic_day.cast import patients, providers
from sandbox.clinic_day.day import Day
from sandbox.clinic_day.plan import DAY, KINDS, NOT_FIRST, minutes_of, plan
from sandbox.clinic_day.report import first_wrong
from sandbox.clinic_day.tape import Tape, costs, operation_of
from tests.journeys.conftest import ZOOMS_OWN, secrets_of
from tests.journeys.witness import Witness, witnessed
from tests.leaks import leaks, secret
from tests.world import World, opened_world
from tests.zoom_bridge.contract.exchanges import Exchanges

GUIDE = Path(__file__).parents[2] / "docs" / "operations" / "zoom-app.md"
# Each provider has one visit, in each of the ways that a first one may go; and one has another one.
HOSTS = len(KINDS) - len(NOT_FIRST)
VISITS = HOSTS + 1


@dataclass
class Acted:
    """A day that is over, and what it printed."""

    world: World
    day: Day
    right: bool
    said: str
    witness: Witness

    @property
    def keys_of_zoom(self):
        """Every token, host's key and guest's key that Zoom gave out; a passcode is too short to look for."""
        given = secrets_of(self.world, self.witness)
        found = {value for what in (ZOOMS_OWN, "links into Zoom") for value in given[what] if len(value) > 16}
        return [secret("a key of Zoom's", value) for value in sorted(found)]

    @property
    def rows(self):
        return list(self.day.tape.rows())


@pytest.fixture(scope="module")
def acted(tmp_path_factory):
    with opened_world(tmp_path_factory.mktemp("day")) as world:
        day = Day(world.addresses, world.folder, 7, providers(HOSTS), patients(VISITS))
        with redirect_stdout(io.StringIO()) as said, witnessed() as witness:
            right = day.through("pro", host_day=1)
        yield Acted(world, day, right, said.getvalue(), witness)


@pytest.fixture(scope="module")
def exchanges(shared):
    return Exchanges(shared / "reference" / "zoom-spec")


def test_the_day_follows_from_the_seed_and_has_everything_that_a_day_has():
    cast = providers(5), patients(30)

    assert plan(7, *cast) == plan(7, *cast) != plan(8, *cast)
    assert {script.kind for script in plan(8, *cast)} == set(KINDS)
    assert len({one.display for one in patients(2_000)}) == 2_000
    assert len({one.email for one in providers(90)}) == 90


@pytest.mark.parametrize(("hosts", "visits"), [(12, 400), (3, 400), (5, 30), (1, 1)])
def test_a_provider_is_in_one_call_at_a_time(hosts, visits):
    calls = defaultdict(list)
    for script in plan(7, providers(hosts), patients(visits)):
        at = {act: minute for minute, act in script.acts}
        if "host_leaves" in at:
            calls[script.provider].append((at.get("start", at.get("double_click")), at["host_leaves"]))

    assert sum(map(len, calls.values())) >= visits * 0.75
    for theirs in calls.values():
        assert all(ended < begins for (_, ended), (begins, _) in pairwise(sorted(theirs)))
        assert max(ended for _, ended in theirs) < DAY + 60


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PATIENTS": "301", "HOSTS": "2"}, "HOSTS=3"),
        ({"PATIENTS": "many"}, "PATIENTS is a number"),
        ({"HOST_DAY": "101"}, "HOST_DAY is a number from 1 to 100"),
        ({"PLAN": "platinum"}, "free, pro, business"),
        ({"PACE": "slow"}, "compressed, real"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_what_can(environment, said):
    with pytest.raises(SystemExit, match=said):
        asked(environment)

    assert asked({}) == Asked(seed=7, patients=30, hosts=5, plan="pro", host_day=100, pace="compressed")


def test_who_waits_looks_again_before_their_page_is_taken_for_closed():
    scripts = plan(7, providers(2), patients(4))
    minutes = minutes_of(scripts, at_most=7)

    for script in scripts:
        come, join = (next((at for at, act in script.acts if act == name), 0) for name in ("come", "join"))
        theirs = [minute for minute in minutes if come <= minute <= join]
        assert all(after - before <= 7 for before, after in pairwise(theirs))


def test_the_day_ends_as_the_simulators_know_it(acted):
    assert acted.right, acted.said
    assert f"ok     notes        {VISITS} of {VISITS}" in acted.said
    assert "s at worst" in acted.said


def test_two_waited_at_one_provider_and_the_schedule_showed_both(acted):
    (behind,) = (one for one in acted.day.drives if one.refused)
    scripts = [one.script for one in acted.day.drives if one.script.provider == behind.script.provider]

    assert [script.acts[0] for script in scripts] == [(-5, "come"), (-5, "come")]
    assert acted.day.providers[0].waiting == 2


def test_what_the_account_does_not_allow_is_said_and_ends_right(acted):
    (drive,) = (one for one in acted.day.drives if one.refused)

    assert (drive.refused, drive.script.kind, drive.script.state) == ("VB-1515", "given_up", "cancelled")
    assert "refused with 429: 1 for the host's day" in acted.said
    assert f"not done: 1 visits of {drive.script.provider} (VB-1515)" in acted.said


def test_a_refusal_by_a_host_who_has_meetings_left_is_wrong(acted, monkeypatch):
    monkeypatch.setattr(acted.day, "_host_day", 2)

    (wrong,) = acted.day.compared().values()

    assert "had meetings left" in wrong["walked"]


def test_a_visit_that_went_otherwise_is_the_first_wrong_thing(acted):
    drive = next(one for one in acted.day.drives if one.script.ending == "note")
    script = drive.script
    drive.script = replace(script, ending="finish")
    try:
        wrong = acted.day.compared()
    finally:
        drive.script = script

    assert list(wrong[script.appointment]) == ["notes"]
    assert f"{script.appointment}, notes" in first_wrong(
        acted.day.drives, {script.appointment: {"notes": "x"}}
    )


def test_every_request_and_answer_of_the_day_is_one_that_zoom_documents(acted, exchanges):
    calls = [row for row in acted.rows if row["system"] == "zoom"]

    assert acted.day.tape.missed == 0
    assert {exchanges.operation_of(row) for row in calls} >= {
        *("meetingCreate", "meeting", "meetingRegistrantCreate", "meetingStatus", "user", "users"),
    }
    assert [wrong for row in calls for wrong in exchanges.wrong_with(row)] == []


def test_every_webhook_of_the_day_is_one_that_zoom_documents(acted, exchanges):
    told = [row for row in acted.rows if row["system"] == "webhook"]
    events = Counter(json.loads(row["request"]["body"])["event"] for row in told)

    assert {"meeting.started", "meeting.participant_joined", "meeting.participant_put_in_waiting_room"} <= {
        *events
    }
    assert [wrong for row in told for wrong in exchanges.wrong_with(row)] == []
    assert {row["status"] for row in told} == {204}


def test_the_scopes_that_the_day_needs_are_those_that_the_guide_tells_to_grant(acted, exchanges):
    guide = GUIDE.read_text("utf-8")
    used = {exchanges.operation_of(row) for row in acted.rows if row["system"] == "zoom"}

    missing = {name for name in used if not any(f"`{scope}`" in guide for scope in exchanges.scopes_of(name))}

    assert missing == set()


def test_no_key_of_zooms_is_stored_logged_or_shown_all_day(acted):
    # A redirect is the link: its body is not shown to anybody.
    shown = [row for row in acted.witness.of(acted.world.addresses.app) if not row.location]
    pages = "\n".join(row.body for row in shown)
    kept = {path.name: path.read_bytes() for path in acted.world.folder.glob("*.db*") if path.is_file()}
    keys, log = acted.keys_of_zoom, acted.world.log("app")
    began = sum(bool(drive.meeting) for drive in acted.day.drives)

    assert len(keys) > 2 * began
    assert leaks(keys, "".join(acted.witness.links_into(acted.world.addresses.zoom)))
    assert "visitbridge.db" in kept
    assert "zoom_call" in log
    assert {what: leaks(keys, text) for what, text in {**kept, "log": log, "pages": pages}.items()} == {
        what: [] for what in (*kept, "log", "pages")
    }


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"path": "/v2/users/u1/meetings?typ=live"}, "query typ is not documented"),
        ({"path": "/v2/users/u1/meetings?page_size=many"}, "page_size"),
        ({"path": "/v2/user/u1"}, "no such operation"),
        ({"status": 418}, "status 418 is not documented"),
        ({"body": "{}", "status": 404}, "without code and message"),
        ({"sent": "{}"}, "a body is not documented"),
        ({"body": '{"meetings": [{"id": "not a number"}]}'}, "meetings.0.id"),
        ({"body": '{"meetings": [{"idd": 7}]}'}, "'idd' was unexpected"),
    ],
)
def test_the_check_finds_what_is_not_documented(exchanges, row, what):
    sent = {
        "system": "zoom",
        "method": "GET",
        "path": row.get("path", "/v2/users/u1/meetings"),
        "status": row.get("status", 200),
        "request": {"headers": {}, "body": row.get("sent", "")},
        "response": {"body": row.get("body", "{}")},
    }

    assert any(what in wrong for wrong in exchanges.wrong_with(sent)), exchanges.wrong_with(sent)


def test_the_check_finds_a_webhook_that_zoom_never_sends(exchanges):
    body = {"event": "meeting.started", "event_ts": 1, "payload": {"account_id": "a", "object": {"id": 7}}}
    rows = [
        {"system": "webhook", "request": {"body": json.dumps(one)}} for one in (body, {"event": "meeting.x"})
    ]

    assert any("object" in wrong for wrong in exchanges.wrong_with(rows[0]))
    assert exchanges.wrong_with(rows[1]) == ["no such event: meeting.x"]


def test_what_the_day_cost_is_counted_by_operation_and_kind_of_refusal():
    def call(method, path, status=200, headers=None, body=""):
        answer = {"headers": headers or {}, "body": body}
        return {"system": "zoom", "method": method, "path": path, "status": status, "response": answer}

    rows = [
        call("POST", "/v2/users/u/meetings", 429, {"X-RateLimit-Type": "QPS"}),
        call("POST", "/v2/users/u/meetings", 429, body="limit (100) of Meeting Create/Update API requests"),
        call("GET", "/v2/meetings/7", 429, {"X-RateLimit-Type": "Daily-limit"}),
        {"system": "webhook", "note": "meeting.started, attempt 1"},
    ]

    calls, limited, events = costs(iter(rows))

    assert calls == {"meetingCreate": 2, "meeting": 1}
    assert limited == {"a second": 1, "the host's day": 1, "the account's day": 1}
    assert events == {"meeting.started": 1}
    assert operation_of(call("GET", "/v2/nothing")) is None


def test_rows_that_the_simulator_has_forgotten_are_counted(tmp_path, monkeypatch):
    tape = Tape(SimpleNamespace(zoom="http://zoom.test"), tmp_path)
    monkeypatch.setattr("sandbox.clinic_day.tape.called", lambda *_: [{"n": 1}, {"n": 4}])

    tape.wind()

    assert tape.missed == 2
    assert [row["n"] for row in tape.rows()] == [1, 4]
