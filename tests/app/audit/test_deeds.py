"""Who did what stands in the audit as soon as it is done, and what was not done does not."""

import json
import os

import pytest

from app.crypto import digest
from app.errors.visit import NoShowTooEarly
from app.services.acknowledge import acknowledge
from app.services.close_visit import cancel_visit, mark_no_show
from app.services.finish_visit import finish_visit
from app.services.give_account import give_account
from app.services.join_visit import join_visit
from app.services.note_look import note_look
from app.services.reopen_visit import reopen_visit
from app.services.send_link import send_link
from app.services.sign_in import sign_in as spend_link
from app.services.sign_in import sign_out
from app.signin.roles import Grant, StaffRole
from app.store.audit import THE_COMMAND_LINE, Entry, append, listed, session_mark
from app.store.audit_check import check_chain
from app.visits.deeds import Deed

POSTGRES = "VISITBRIDGE_TEST_POSTGRES_URL"
# Over SQLite there is one writer at a time in any case.
MANY_WRITERS = pytest.param(
    "postgres",
    marks=[pytest.mark.postgres, pytest.mark.skipif(POSTGRES not in os.environ, reason=f"no {POSTGRES}")],
)


@pytest.fixture
def deeds(rooms):
    """The rows of the audit as they are now."""

    def read():
        with rooms.db.read() as tx:
            assert check_chain(tx).broken is None
            return list(listed(tx, None, None))

    return read


def test_a_visit_leaves_the_acts_of_its_provider(world, deeds, session):
    world.start()
    world.start()
    send_link(world.rooms, world.visit_id, world.patient.id, "sms", by=session)
    finish_visit(world.rooms, session, world.visit_id, end_for_all=False)
    reopen_visit(world.rooms, session, world.visit_id, "closed by mistake")
    cancel_visit(world.rooms, session, world.visit_id, "the patient called")

    acts = [row.act for row in deeds()]
    assert acts == ["start", "host_link", "host_link", "send_link", "finish", "reopen", "cancel"]
    assert {(row.visit_id, row.staff_id, row.session_kind, row.site) for row in deeds()} == {
        (world.visit_id, session.staff_id, "launch", "sandbox")
    }
    assert {row.session for row in deeds()} == {session_mark(session.id)}


def test_nothing_of_the_patient_and_no_reason_stands_in_it(world, deeds, session):
    send_link(world.rooms, world.visit_id, world.patient.id, "sms", by=session)
    cancel_visit(world.rooms, session, world.visit_id, "Rosa called")

    sent, cancelled = deeds()

    assert json.loads(sent.details) == {"channel": "sms", "participant": world.patient.id}
    assert json.loads(cancelled.details) == {}


def test_what_was_refused_is_not_written_down_as_done(world, deeds, session):
    with pytest.raises(NoShowTooEarly):
        mark_no_show(world.rooms, session, world.visit_id)

    assert deeds() == []


def test_a_patient_who_was_seen_to_be_here_is_acknowledged_once(world, deeds, session, rooms):
    with rooms.db.write() as tx:
        tx.merge(world.patient).presence = "here"

    acknowledge(rooms, session, [world.visit_id])
    acknowledge(rooms, session, [world.visit_id])

    assert [row.act for row in deeds()] == ["acknowledge"]


def test_a_look_is_written_down_once_in_half_an_hour_for_each_session_and_visit(
    world, deeds, session, sign_in, clock
):
    other = sign_in()

    for _ in range(3):
        note_look(world.rooms, session, world.visit_id)
    note_look(world.rooms, other, world.visit_id)
    note_look(world.rooms, session)
    clock.forward(minutes=31)
    note_look(world.rooms, session, world.visit_id)

    assert [(row.act, row.staff_id, row.visit_id) for row in deeds()] == [
        ("seen", session.staff_id, world.visit_id),
        ("seen", other.staff_id, world.visit_id),
        ("listed", session.staff_id, None),
        ("seen", session.staff_id, world.visit_id),
    ]


def test_an_account_its_signing_in_and_out_are_written_down(rooms, deeds):
    link = give_account(rooms, "rlee", "Robin Lee", [Grant(StaffRole.SCHEDULER)]).link
    session_id = spend_link(rooms, link.rpartition("/")[2], digest("browser"))
    sign_out(rooms, session_id)

    account, signed_in, signed_out = deeds()
    assert (account.act, account.session_kind, account.staff_id) == ("account", "command", None)
    assert json.loads(account.details) == {"account": signed_in.staff_id, "made": "yes"}
    assert (signed_in.act, signed_in.session_kind) == ("sign_in", "local")
    assert (signed_out.act, signed_out.session) == ("sign_out", signed_in.session)
    assert session_id not in signed_in.session


def test_webhooks_and_what_they_tell_write_no_audit(world, deeds, minutes):
    world.start()
    join_visit(world.rooms, world.token)
    before = len(deeds())

    world.tell("started", minutes(0))
    world.tell("participant_joined", minutes(1), who="host")
    world.tell("participant_joined", minutes(2), who="patient")

    assert world.visit.state == "in_progress"
    assert len(deeds()) == before


@pytest.mark.parametrize("database_url", [MANY_WRITERS], indirect=True)
def test_a_webhook_does_not_wait_for_somebody_who_is_writing_a_deed_down(world, rooms, deeds, minutes):
    world.start()
    with rooms.db.write() as tx:
        append(tx, [Entry(THE_COMMAND_LINE, Deed.SEEN, "another")], rooms.wall.now())
        tx.flush()

        world.tell("started", minutes(0))
        world.tell("participant_joined", minutes(1), who="host")

        assert world.host.presence == "in_call"
    assert deeds()[-1].visit_id == "another"
