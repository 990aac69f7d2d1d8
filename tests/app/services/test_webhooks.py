"""Deliveries: proven, kept once, answered, and never lost to one that cannot be read."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from app.errors.webhooks import NotKept
from app.models import CallFactRow, InboxRow, StreamEvent
from app.services.project_event import project, project_together
from app.services.read_inbox import read_inbox, read_what_outran_its_meeting, try_set_aside_again
from app.services.receive_webhook import receive_webhook
from app.store.facts import keep_facts
from app.store.failed_deliveries import MOST_TRIES, count_failed
from app.store.inbox import unread
from zoom_bridge.errors import EventMalformed, ForgedSignature, StaleSignature


def inbox(rooms):
    with rooms.db.read() as tx:
        return list(tx.scalars(select(InboxRow.effect).order_by(InboxRow.seq)))


def test_a_delivery_is_kept_and_answered_without_a_body(world, clock):
    world.start()

    assert world.send(world.event("started", clock.now())) == 204
    assert inbox(world.rooms) == [None]


def test_a_repeated_delivery_is_stored_once(world, clock):
    world.start()
    body = world.event("started", clock.now())

    assert (world.send(body), world.send(body)) == (204, 204)

    assert len(inbox(world.rooms)) == 1


def test_the_body_is_not_readable_in_the_database(world, clock, rooms):
    world.start()
    world.send(world.event("started", clock.now()))

    with rooms.db.read() as tx:
        (raw,) = tx.connection().exec_driver_sql("SELECT body FROM inbox").scalars().all()

    assert b"meeting.started" not in bytes(raw)


def test_a_forged_delivery_is_refused(rooms):
    headers = {"x-zm-request-timestamp": "1", "x-zm-signature": "v0=00"}

    with pytest.raises(ForgedSignature):
        receive_webhook(rooms, "zoom", headers, b"{}")

    assert inbox(rooms) == []


def test_one_signed_more_than_six_hours_ago_is_refused(world, clock):
    world.start()
    body = world.event("started", clock.now())

    with pytest.raises(StaleSignature):
        world.send(body, signed_at=clock.now() - timedelta(hours=6, seconds=1))

    assert world.send(body, signed_at=clock.now() - timedelta(hours=5, minutes=59)) == 204


@pytest.mark.parametrize("body", [b"", b"not json", b"[1, 2]", b"\xff\xfe"])
def test_what_is_no_event_is_refused(world, body):
    with pytest.raises(EventMalformed):
        world.send(body)


def test_the_challenge_is_answered_and_not_kept(world, rooms):
    body = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()

    answer = receive_webhook(rooms, "zoom", world.signed(body), body)

    assert answer.status == 200
    assert answer.body["plainToken"] == "abc"
    assert inbox(rooms) == []


def test_only_a_delivery_that_cannot_be_stored_is_to_be_sent_again(world, clock, rooms):
    world.start()
    body = world.event("started", clock.now())
    with rooms.db.write() as tx:
        tx.connection().exec_driver_sql("ALTER TABLE inbox RENAME TO hidden")
    try:
        with pytest.raises(NotKept):
            world.send(body)
    finally:
        with rooms.db.write() as tx:
            tx.connection().exec_driver_sql("ALTER TABLE hidden RENAME TO inbox")

    assert world.send(body) == 204


def test_unknown_events_and_meetings_are_kept(world, clock, rooms):
    world.start()

    world.deliver(b'{"event":"meeting.something_new","payload":{}}')
    world.deliver(world.event("started", clock.now(), id="99999999999"))

    assert inbox(rooms) == ["no_facts", "unknown_meeting"]


def test_a_string_and_a_number_name_the_same_meeting(world, clock, rooms):
    world.start()

    world.deliver(world.event("started", clock.now(), id=int(world.room_id)))

    assert inbox(rooms) == ["applied"]


def test_the_same_event_told_in_other_bytes_changes_nothing(world, clock, rooms):
    world.start()
    body = world.event("started", clock.now())

    world.deliver(body)
    world.deliver(json.dumps(json.loads(body), indent=1).encode())

    assert inbox(rooms) == ["applied", "repeated"]
    with rooms.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(CallFactRow)) == 1


def test_a_delivery_is_read_once(world, clock, rooms):
    world.start()
    world.send(world.event("started", clock.now()))

    assert project(rooms, 1) == "applied"
    assert project(rooms, 1) is None


def test_a_delivery_that_our_reader_chokes_on_holds_up_nobody(world, clock, rooms, video):
    world.start()
    read = video.facts
    video.facts = lambda body: read(body) if b"ended" in body else 1 / 0
    world.send(world.event("started", clock.now()))
    world.send(world.event("ended", clock.now()))

    read_inbox(rooms)

    assert inbox(rooms) == ["unreadable", "applied"]


def test_a_delivery_that_fails_stays_unread_and_holds_up_nobody(world, clock, rooms, monkeypatch):
    world.start()
    world.send(world.event("started", clock.now()))
    world.send(world.event("ended", clock.now()))
    monkeypatch.setattr(
        "app.services.project_event.keep_facts",
        lambda tx, facts: 1 / 0 if any(fact.inbox_seq == 1 for fact in facts) else keep_facts(tx, facts),
    )

    assert read_inbox(rooms) == 1

    assert inbox(rooms) == [None, "applied"]


@pytest.fixture
def never_read(world, clock, monkeypatch):
    """A delivery that always fails, before one that does not; what ends the fault."""
    world.start()
    world.send(world.event("started", clock.now()))
    world.send(world.event("ended", clock.now()))
    faults = [ZeroDivisionError]

    def keep(tx, facts):
        if faults and any(fact.inbox_seq == 1 for fact in facts):
            raise faults[0]
        return keep_facts(tx, facts)

    monkeypatch.setattr("app.services.project_event.keep_facts", keep)
    return faults


def test_a_delivery_that_always_fails_is_set_aside_and_kept(never_read, rooms):
    for _ in range(MOST_TRIES - 1):
        read_inbox(rooms)
    assert inbox(rooms) == [None, "applied"]

    read_inbox(rooms)

    with rooms.db.read() as tx:
        assert unread(tx) == ()
        assert count_failed(tx) == 1
        assert tx.scalars(select(InboxRow.attempts).order_by(InboxRow.seq)).all() == [MOST_TRIES, 0]
    assert inbox(rooms) == ["failed", "applied"]


def test_what_was_set_aside_is_read_by_a_version_that_can(never_read, rooms):
    for _ in range(MOST_TRIES):
        read_inbox(rooms)
    never_read.clear()

    try_set_aside_again(rooms)
    read_inbox(rooms)

    assert inbox(rooms) == ["applied", "applied"]


def test_a_database_that_does_not_answer_is_no_fault_of_the_delivery(never_read, rooms):
    never_read[0] = OperationalError("", {}, OSError())

    for _ in range(MOST_TRIES + 1):
        read_inbox(rooms)

    assert inbox(rooms) == [None, "applied"]


def test_events_that_outran_their_meeting_are_read_again_once_it_is_known(world, clock, rooms):
    world.start()
    early = world.event("started", clock.now(), id="90000000077")
    world.deliver(early)
    assert inbox(rooms) == ["unknown_meeting"]

    with rooms.db.write() as tx:
        tx.connection().exec_driver_sql("UPDATE meeting SET room_id = '90000000077'")
    read_what_outran_its_meeting(rooms)
    read_inbox(rooms)

    assert inbox(rooms) == ["applied"]


def test_only_what_is_older_is_read_when_asked_so(world, clock, rooms):
    world.start()
    world.send(world.event("started", clock.now()))

    assert read_inbox(rooms, clock.now() - timedelta(seconds=5)) == 0
    assert read_inbox(rooms, clock.now()) == 1


def test_every_example_of_zooms_documentation_is_kept_and_read(world, rooms, shared):
    world.start()
    bodies = []
    for path in sorted((shared / "reference" / "zoom-spec").glob("webhooks-*.json")):
        bodies += _examples(json.loads(path.read_text("utf-8")))
    assert len(bodies) > 90

    statuses = {world.send(body) for body in bodies}
    read_inbox(rooms)

    assert statuses == {204}
    assert set(inbox(rooms)) <= {"applied", "repeated", "unknown_meeting", "no_facts"}


def _examples(document):
    """Every example body of a specification, in the bytes in which it is written there."""
    for operations in document["webhooks"].values():
        for content in operations["post"]["requestBody"]["content"].values():
            for example in content.get("examples", {}).values():
                yield example["value"].encode()


def test_deliveries_that_are_read_together_each_have_their_effect(world, clock, rooms):
    world.start()
    told = world.event("started", clock.now())
    world.send(told)
    world.send(told + b" ")
    world.send(b'{"event":"meeting.something_new","payload":{}}')
    world.send(world.event("started", clock.now(), id="99999999999"))
    world.send(world.event("ended", clock.now()))

    assert project_together(rooms, range(1, 9)) == {
        1: "applied",
        2: "repeated",
        3: "no_facts",
        4: "unknown_meeting",
        5: "applied",
    }

    assert inbox(rooms) == ["applied", "repeated", "no_facts", "unknown_meeting", "applied"]


def test_a_line_bears_the_time_of_the_first_delivery_that_caused_it(world, clock, rooms):
    world.start()
    world.send(world.event("started", clock.now()))
    world.send(world.event("participant_joined", clock.now(), who="host"))
    with rooms.db.write() as tx:
        tx.execute(update(InboxRow).values(received_ms=InboxRow.seq * 1000))

    read_inbox(rooms)

    with rooms.db.read() as tx:
        lines = tx.execute(
            select(StreamEvent.kind, StreamEvent.received_ms).order_by(StreamEvent.n.desc()).limit(2)
        )
        assert {tuple(line) for line in lines} == {("meeting", 1000), ("presence", 1000)}
