"""What we owe: delivered once each, tried again when that may help, given up in the open."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.errors.links import AddressMissing, ChannelOff
from app.errors.visit import VisitUnknown
from app.messages.errors import MessageRefused, MessageUnsent
from app.models import OutboxRow
from app.services.close_visit import cancel_visit
from app.services.deliver_outbox import deliver, due_rows
from app.services.send_link import send_link
from app.visits.states import WriteState
from app.visits.writes import WAITS


def row(rooms):
    with rooms.db.read() as tx:
        return tx.scalars(select(OutboxRow)).one()


@pytest.fixture
def owed(world):
    """An e-mail with the patient's link is owed."""
    send_link(world.rooms, world.visit_id, world.patient.id, "email")
    return world


def test_the_message_has_the_link_and_nothing_of_the_patient(owed, rooms):
    deliver(rooms, due_rows(rooms)[0])

    (message,) = rooms.gateways["email"].sent
    assert message.to == "rosa.diaz@mail.example"
    assert f"http://localhost:8000/v/{owed.token}" in message.text
    assert "10:00 AM (Eastern Time)" in message.text
    assert "Harbor Clinic" in message.subject
    for secret in ("Rosa", "Diaz", "Follow-up", "Osei"):
        assert secret not in message.text + message.subject
    assert row(rooms).receipt == "gateway-1"


def test_a_text_message_goes_to_the_number_with_its_country(world, rooms):
    send_link(rooms, world.visit_id, world.patient.id, "sms")

    deliver(rooms, due_rows(rooms)[0])

    (message,) = rooms.gateways["sms"].sent
    assert message.to == "+12125550123"
    assert world.token in message.text


def test_what_was_delivered_is_not_delivered_again(owed, rooms):
    (row_id,) = due_rows(rooms)

    assert deliver(rooms, row_id) == WriteState.WRITTEN
    assert deliver(rooms, row_id) is None

    assert len(rooms.gateways["email"].sent) == 1


def test_many_who_deliver_at_once_deliver_once(owed, rooms):
    (row_id,) = due_rows(rooms)

    threads = [threading.Thread(target=deliver, args=(rooms, row_id)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(rooms.gateways["email"].sent) == 1


def test_a_gateway_that_is_away_is_asked_again_later_and_later(owed, rooms, clock):
    (row_id,) = due_rows(rooms)
    rooms.gateways["email"].failures = [MessageUnsent(), MessageUnsent()]

    assert deliver(rooms, row_id) == WriteState.PENDING
    assert due_rows(rooms) == ()
    clock.forward(seconds=5)
    assert deliver(rooms, row_id) == WriteState.PENDING
    clock.forward(seconds=5)
    assert deliver(rooms, row_id) is None
    clock.forward(seconds=25)
    assert deliver(rooms, row_id) == WriteState.WRITTEN

    assert row(rooms).attempts == 3


def test_every_try_carries_the_same_reference(owed, rooms, clock):
    (row_id,) = due_rows(rooms)
    rooms.gateways["email"].failures = [MessageUnsent()]
    deliver(rooms, row_id)
    clock.forward(minutes=1)

    deliver(rooms, row_id)

    assert rooms.gateways["email"].sent[0].reference == row_id


def test_a_refused_message_is_not_tried_again(owed, rooms):
    (row_id,) = due_rows(rooms)
    rooms.gateways["email"].failures = [MessageRefused()]

    assert deliver(rooms, row_id) == WriteState.REJECTED
    assert (row(rooms).error_code, due_rows(rooms)) == ("VB-1604", ())


def test_after_the_last_try_it_is_given_up_in_the_open(owed, rooms, clock):
    (row_id,) = due_rows(rooms)
    rooms.gateways["email"].failures = [MessageUnsent()] * 20

    for wait in WAITS:
        assert deliver(rooms, row_id) == WriteState.PENDING
        clock.instant += wait

    assert deliver(rooms, row_id) == WriteState.GIVEN_UP
    assert (row(rooms).state, row(rooms).error_code) == ("given_up", "VB-1605")


def test_a_row_whose_process_died_is_delivered_by_the_next(owed, rooms, clock):
    class Killed(BaseException):
        pass

    (row_id,) = due_rows(rooms)
    rooms.gateways["email"].failures = [Killed()]
    with pytest.raises(Killed):
        deliver(rooms, row_id)
    assert deliver(rooms, row_id) is None

    clock.instant += timedelta(minutes=2)

    assert due_rows(rooms) == (row_id,)
    assert deliver(rooms, row_id) == WriteState.WRITTEN


def test_a_visit_that_is_off_needs_no_message(owed, rooms):
    cancel_visit(rooms, owed.session, owed.visit_id, "off")

    assert deliver(rooms, due_rows(rooms)[0]) == WriteState.REJECTED

    assert rooms.gateways["email"].sent == []
    assert row(rooms).error_code == "not_needed"


def test_two_presses_in_a_row_are_one_wish_and_a_later_one_is_another(owed, rooms, clock):
    send_link(rooms, owed.visit_id, owed.patient.id, "email")
    (row_id,) = due_rows(rooms)
    deliver(rooms, row_id)

    clock.forward(minutes=1)
    send_link(rooms, owed.visit_id, owed.patient.id, "email")

    assert len(due_rows(rooms)) == 1


def test_what_cannot_be_sent_is_refused_at_the_press(world, rooms):
    with pytest.raises(ChannelOff):
        send_link(rooms, world.visit_id, world.patient.id, "pigeon")
    with pytest.raises(AddressMissing):
        send_link(rooms, world.visit_id, world.host.id, "sms")
    with pytest.raises(VisitUnknown):
        send_link(rooms, world.visit_id, "nobody", "email")
