"""Staff invite people to a visit: a link each, sent or copied, taken back, and over with the day."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from app.errors.links import LinkTakenBack, LinkUnknown
from app.errors.people import (
    EmailWrong,
    InvitationIncomplete,
    InvitationTooLate,
    NotInvited,
    PeopleFull,
    PhoneWrong,
)
from app.errors.visit import VisitClosed
from app.models import AuditRow
from app.services.close_visit import cancel_visit
from app.services.deliver_outbox import deliver, due_rows
from app.services.finish_visit import finish_visit
from app.services.invitation import Fault, Invitation, Typed, read_invitation
from app.services.invite_person import give_another_link, invite_person, take_link_back
from app.services.join_visit import NotYet, join_visit
from app.services.patient_page import read_patient_page
from app.services.patient_presence import beat, look_at_link, open_link
from app.services.send_link import send_link
from app.services.visit_page import read_visit_page
from app.services.visit_summary import summary_of
from app.store.people import person_of
from app.visits.door import Door
from app.visits.guests import MOST_PEOPLE
from app.visits.states import Presence, Role
from zoom_bridge.errors import ZoomScopeMissing

ANYBODY = Invitation("form-1", Role.INTERPRETER, "Lin Wei", "zh-Hant", None, None)


@pytest.fixture
def invite(world):
    """Invites somebody, with changes by name; their token."""

    def press(**changes):
        guest = invite_person(world.rooms, world.session, world.visit_id, replace(ANYBODY, **changes))
        return person_of(world.visit, guest)

    return press


def deeds(rooms):
    with rooms.db.read() as tx:
        return tx.scalars(select(AuditRow.act).order_by(AuditRow.n)).all()


def guest_shown(world, guest):
    page = read_visit_page(world.rooms, world.session, world.visit_id)
    return next(person for person in page.people if person.id == guest.id)


def test_somebody_who_is_invited_has_a_link_and_a_page_of_their_own(world, invite):
    guest = invite()

    linked = open_link(world.rooms, guest.token)
    page = read_patient_page(world.rooms, linked)

    assert guest.token != world.token
    assert (page.role, page.language) == (Role.INTERPRETER, "zh-Hant")
    assert page.name_in_call == f"Interpreter {world.visit.code}"
    assert guest_shown(world, guest).presence == Presence.HERE
    assert world.patient.presence == Presence.INVITED
    assert deeds(world.rooms)[-1] == "invite"


def test_their_name_is_sealed_in_the_database(world, invite):
    guest = invite(email="lin.wei@agency.example")

    kept = text("SELECT name, email, token FROM participant WHERE id = :id")
    with world.rooms.db.read() as tx:
        row = tx.execute(kept, {"id": guest.id}).one()

    assert not any(b"Lin" in bytes(cell) or b"lin.wei" in bytes(cell) for cell in row)


def test_the_same_form_again_invites_nobody_else(world, invite):
    first = invite(email="lin.wei@agency.example")

    again = invite(email="lin.wei@agency.example")

    assert again.id == first.id
    assert again.token == first.token
    assert len(due_rows(world.rooms)) == 1
    assert deeds(world.rooms).count("invite") == 1


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (Role.INTERPRETER, "asked to interpret"),
        (Role.FAMILY, "invited to join"),
        (Role.COLLEAGUE, "as a colleague"),
    ],
)
def test_each_role_gets_a_message_in_its_own_words(world, invite, role, said):
    guest = invite(role=role, language="en", email="lin.wei@agency.example", phone="+12125550147")

    for row in due_rows(world.rooms):
        deliver(world.rooms, row)

    (mail,), (text,) = world.rooms.gateways["email"].sent, world.rooms.gateways["sms"].sent
    assert said in mail.text and guest.token in mail.text and guest.token in text.text
    assert "Rosa" not in mail.text + text.text + mail.subject
    assert "Your video visit" not in mail.subject


def test_a_visit_holds_so_many_people_and_no_more(world, invite):
    for number in range(MOST_PEOPLE - 2):
        invite(key=f"form-{number}")

    with pytest.raises(PeopleFull):
        invite(key="one more")

    assert len(world.visit.people) == MOST_PEOPLE


def test_nobody_is_invited_to_a_closed_visit_nor_after_its_day(world, invite, clock):
    clock.forward(hours=20)
    with pytest.raises(InvitationTooLate):
        invite()
    cancel_visit(world.rooms, world.session, world.visit_id, "moved house")
    with pytest.raises(VisitClosed):
        invite()

    assert len(world.visit.people) == 2


def test_a_link_that_was_taken_back_says_so_and_joins_nothing(world, invite):
    guest = invite(email="lin.wei@agency.example")
    world.start()
    assert join_visit(world.rooms, guest.token).reveal()

    take_link_back(world.rooms, world.session, world.visit_id, guest.id)
    take_link_back(world.rooms, world.session, world.visit_id, guest.id)

    assert look_at_link(world.rooms, guest.token).door is Door.TAKEN_BACK
    assert join_visit(world.rooms, guest.token) == NotYet(Door.TAKEN_BACK)
    assert deeds(world.rooms).count("take_link_back") == 1
    with pytest.raises(LinkTakenBack):
        send_link(world.rooms, world.visit_id, guest.id, "email")
    assert join_visit(world.rooms, world.token).reveal()


def test_a_pass_is_taken_back_at_the_video_service_and_another_link_gets_another(world, invite, video):
    guest = invite()
    world.start()
    before = join_visit(world.rooms, guest.token).reveal()

    take_link_back(world.rooms, world.session, world.visit_id, guest.id)
    for row in due_rows(world.rooms):
        deliver(world.rooms, row)
    give_another_link(world.rooms, world.session, world.visit_id, guest.id)
    fresh = person_of(world.visit, guest.id)

    assert [one in before for one in video.meetings[world.room_id].taken_back] == [True]
    assert join_visit(world.rooms, fresh.token).reveal() != before
    assert guest_shown(world, guest).guest.not_taken_back is None


def test_what_the_video_service_says_against_it_is_shown(world, invite, video):
    guest = invite()
    world.start()
    join_visit(world.rooms, guest.token)
    video.before["take_back"] = [ZoomScopeMissing(())]

    take_link_back(world.rooms, world.session, world.visit_id, guest.id)
    for row in due_rows(world.rooms):
        deliver(world.rooms, row)

    assert guest_shown(world, guest).guest.not_taken_back
    assert join_visit(world.rooms, guest.token) == NotYet(Door.TAKEN_BACK)


def test_an_open_page_whose_link_was_taken_back_is_nobodys(world, invite):
    guest = invite()
    open_link(world.rooms, guest.token)

    take_link_back(world.rooms, world.session, world.visit_id, guest.id)

    assert beat(world.rooms, guest.token).door is Door.TAKEN_BACK
    assert guest_shown(world, guest).presence == Presence.INVITED


def test_what_was_to_be_sent_with_a_link_that_was_taken_back_is_not_sent(world, invite):
    guest = invite(email="lin.wei@agency.example")

    take_link_back(world.rooms, world.session, world.visit_id, guest.id)
    for row in due_rows(world.rooms):
        deliver(world.rooms, row)

    assert world.rooms.gateways["email"].sent == []


def test_another_link_takes_the_place_of_the_one_before(world, invite):
    guest = invite(email="lin.wei@agency.example")
    take_link_back(world.rooms, world.session, world.visit_id, guest.id)

    give_another_link(world.rooms, world.session, world.visit_id, guest.id)
    give_another_link(world.rooms, world.session, world.visit_id, guest.id)

    fresh = person_of(world.visit, guest.id)
    assert open_link(world.rooms, fresh.token).door is Door.WAIT
    with pytest.raises(LinkUnknown):
        open_link(world.rooms, guest.token)
    assert deeds(world.rooms).count("invite") == 2


def test_the_patients_own_link_is_not_staffs_to_take_back(world):
    with pytest.raises(NotInvited):
        take_link_back(world.rooms, world.session, world.visit_id, world.patient.id)

    assert look_at_link(world.rooms, world.token).door is not Door.TAKEN_BACK


def test_links_of_invited_people_end_with_the_day_and_the_patients_does_not(world, invite, clock):
    guest = invite()
    clock.forward(hours=14)
    assert look_at_link(world.rooms, guest.token).door is Door.WAIT
    clock.forward(minutes=10)

    assert look_at_link(world.rooms, guest.token).door is Door.OVER
    assert look_at_link(world.rooms, world.token).door is Door.WAIT
    assert guest_shown(world, guest).guest.is_over


def test_a_call_that_lasts_over_midnight_may_be_come_back_to(world, invite, clock):
    guest = invite()
    world.start()
    world.tell("started", clock.now())
    world.tell("participant_joined", clock.now(), who="host")

    clock.forward(hours=15)

    assert join_visit(world.rooms, guest.token).reveal()


def test_whoever_left_may_join_again_until_the_provider_finishes(world, invite, clock):
    guest = invite()
    world.start()
    world.tell("started", clock.now())
    world.tell("participant_joined", clock.now(), who="host")
    join_visit(world.rooms, guest.token)
    their = {"registrant_id": world.guest_id, "connection": "guest-1"}
    world.tell("participant_joined", clock.now(), who="patient", **their)
    clock.forward(minutes=3)
    world.tell("participant_left", clock.now(), who="patient", **their)

    assert look_at_link(world.rooms, guest.token).door is Door.DROPPED
    assert join_visit(world.rooms, guest.token).reveal()
    came = next(
        one
        for one in summary_of(world.rooms, world.visit_id).people
        if one.stretches and one.role is not Role.HOST
    )
    assert (came.role, came.name) == (Role.INTERPRETER, "Lin Wei")
    finish_visit(world.rooms, world.session, world.visit_id, end_for_all=False)
    assert join_visit(world.rooms, guest.token) == NotYet(Door.FINISHED)


TYPED = Typed("form-1", "family", "  Ines   Vega ", "en", " ines@mail.example ", "(212) 555-0147")


def test_what_was_typed_is_brought_into_shape():
    found = read_invitation(TYPED, "America/New_York", {"email", "sms"})

    assert found == Invitation("form-1", Role.FAMILY, "Ines Vega", "en", "ines@mail.example", "+12125550147")


@pytest.mark.parametrize(
    ("changes", "field", "error"),
    [
        ({"role": "patient"}, "role", InvitationIncomplete),
        ({"role": "host"}, "role", InvitationIncomplete),
        ({"name": " "}, "name", InvitationIncomplete),
        ({"name": "x" * 81}, "name", InvitationIncomplete),
        ({"name": "Ines\x00Vega"}, "name", InvitationIncomplete),
        ({"language": "tlh"}, "language", InvitationIncomplete),
        ({"key": ""}, "language", InvitationIncomplete),
        ({"email": "ines"}, "email", EmailWrong),
        ({"email": "ines@mail.example\nBcc: all@mail.example"}, "email", EmailWrong),
        ({"email": "a@b@mail.example"}, "email", EmailWrong),
        ({"phone": "12"}, "phone", PhoneWrong),
        ({"phone": "call me"}, "phone", PhoneWrong),
    ],
)
def test_what_cannot_be_is_named(changes, field, error):
    found = read_invitation(replace(TYPED, **changes), "America/New_York", {"email", "sms"})

    assert isinstance(found, Fault)
    assert (found.field, type(found.error)) == (field, error)
