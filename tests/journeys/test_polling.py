"""Every webhook is lost: the provider still sees each step of the visit within half a minute, and its end."""

import sqlite3
import time
from contextlib import closing

from sandbox.walk.stage import Ways
from tests.world import World

OFTEN = Ways({"VISITBRIDGE_POLL_SECONDS": "2"})
HALF_A_MINUTE = 30.0


def facts(world: World) -> dict[str, set[int]]:
    """The kinds of facts that are known of the call, and whether they were derived."""
    found: dict[str, set[int]] = {}
    with closing(sqlite3.connect(f"file:{world.folder / 'visitbridge.db'}?mode=ro", uri=True)) as database:
        for kind, derived in database.execute("SELECT kind, derived FROM call_fact"):
            found.setdefault(kind, set()).add(derived)
    return found


def runs(world: World) -> list[tuple[bool, str]]:
    """Whether each run of the meeting is over, and the meeting's state."""
    asked = (
        "SELECT i.ended_at IS NOT NULL, m.state FROM meeting_instance i JOIN meeting m ON m.id = i.meeting_id"
    )
    with closing(sqlite3.connect(f"file:{world.folder / 'visitbridge.db'}?mode=ro", uri=True)) as database:
        return [(bool(ended), state) for ended, state in database.execute(asked)]


def test_a_visit_walks_without_a_single_webhook(open_world):
    with open_world(OFTEN, patience=HALF_A_MINUTE) as world:
        world.ask(f"{world.addresses.zoom}/_break", {"name": "lose_webhooks"})

        # Each step of the walk waits for what the provider sees for half a minute, and fails after it.
        world.visit.walk()
        deadline = time.monotonic() + HALF_A_MINUTE
        while runs(world) != [(True, "idle")] and time.monotonic() < deadline:
            time.sleep(0.5)

        sent = [
            row
            for row in world.ask(f"{world.addresses.zoom}/_requests?since=0")
            if row["system"] == "webhook"
        ]
        assert {row["status"] for row in sent} == {0}
        assert runs(world) == [(True, "idle")]
        assert facts(world) == {kind: {1} for kind in ("started", "joined", "waiting", "left", "ended")}
