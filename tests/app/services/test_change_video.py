"""Two video services: a visit is moved from one to the other and back, under the same links."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.errors import explain
from app.errors.video import VideoUnknown
from app.errors.visit import VisitClosed
from app.models import AuditRow, GuestPass, Meeting, StreamEvent, Visit
from app.services.call_known import calls_known
from app.services.change_video import change_video
from app.services.finish_visit import finish_visit
from app.services.join_visit import join_visit
from app.services.note_text import note_text
from app.services.patient_page import read_patient_page
from app.services.patient_presence import beat, look_at_link, open_link
from app.services.reconcile import reconcile
from app.services.reread_appointment import Reread
from app.services.start_visit import start_visit
from app.services.visit_page import read_visit_page
from app.services.visit_summary import summary_of
from app.store.alone import StillAtIt
from app.visits.door import Door
from app.visits.states import Presence, VisitState
from jitsi_bridge.addresses import RoomAddresses
from jitsi_bridge.bridge import PASS_LIFE, JitsiBridge
from jitsi_bridge.secret import Secret
from jitsi_bridge.tokens import TokenMaker
from zoom_bridge.errors import ZoomUnreachable

JITSI = "https://meet.clinic.example/"


def jitsi_at(clock, tokens=None) -> JitsiBridge:
    return JitsiBridge(RoomAddresses(JITSI + "{room}"), lambda name: f"r-{name.lower()}", clock, tokens)


@pytest.fixture
def rooms(rooms, clock):
    """Zoom's double is the usual service, Jitsi the other one."""
    return replace(rooms, other_videos=(jitsi_at(clock),))


def to(world, vendor: str) -> bool:
    return change_video(world.rooms, world.session, world.visit_id, vendor)


def states(rooms):
    with rooms.db.read() as tx:
        rows = tx.execute(
            select(Meeting.vendor, Meeting.state, Meeting.error_code).order_by(Meeting.created_at)
        )
        return [tuple(row) for row in rows]


def test_start_and_join_lead_to_the_new_service_under_the_same_link(world, video, clock):
    world.start()
    assert join_visit(world.rooms, world.token).reveal().startswith("https://video.example/w/")
    clock.forward(minutes=1)

    assert to(world, "jitsi")
    with world.rooms.db.read() as tx:
        assert tx.scalars(select(AuditRow.act).order_by(AuditRow.n)).all()[-1] == "move_video"

    room = world.start().reveal()
    assert room.startswith(JITSI + "r-")
    assert join_visit(world.rooms, world.token).reveal().startswith(room)
    assert states(world.rooms) == [("zoom", "closed", "moved"), ("jitsi", "ready", None)]


def test_no_vendor_is_called_to_move_a_visit_while_zoom_is_down(world, video):
    world.start()
    video.calls.clear()
    video.before = {verb: [ZoomUnreachable()] * 3 for verb in ("host", "open", "host_link", "close")}

    to(world, "jitsi")
    world.start()
    join_visit(world.rooms, world.token)

    assert video.calls == []


def test_a_visit_that_could_not_be_started_is_started_elsewhere(world, video):
    video.before["host"] = [ZoomUnreachable()]
    with pytest.raises(ZoomUnreachable):
        world.start()

    to(world, "jitsi")

    assert world.start().reveal().startswith(JITSI)
    assert world.visit.state == VisitState.OPEN


def test_a_second_press_moves_nothing(world):
    world.start()

    assert to(world, "jitsi")
    world.start()
    assert not to(world, "jitsi")

    assert [row[:2] for row in states(world.rooms)] == [("zoom", "closed"), ("jitsi", "ready")]


def test_a_visit_comes_back_to_a_new_meeting_of_the_usual_service(world):
    world.start()
    to(world, "jitsi")
    world.start()

    to(world, "zoom")

    assert world.start().reveal().startswith("https://video.example/s/")
    assert world.visit.video is None
    assert [row[:2] for row in states(world.rooms)] == [
        ("zoom", "closed"),
        ("jitsi", "closed"),
        ("zoom", "ready"),
    ]


def test_whoever_was_in_the_old_call_is_counted_as_gone_and_is_asked_to_join_again(world, clock):
    open_link(world.rooms, world.token)
    world.start()
    join_visit(world.rooms, world.token)
    world.deliver(world.event("started", clock.now()))
    world.deliver(world.event("participant_joined", clock.now(), who="patient"))
    assert world.patient.presence == Presence.IN_CALL
    before = look_at_link(world.rooms, world.token)
    clock.forward(minutes=2)

    to(world, "jitsi")

    linked = beat(world.rooms, world.token)
    page = read_patient_page(world.rooms, linked)
    assert linked.revision > before.revision
    assert (linked.door, page.may_join, page.was_moved, page.video) == (Door.DROPPED, True, True, "Jitsi")


def test_who_was_on_the_way_is_here_again(world):
    open_link(world.rooms, world.token)
    world.start()
    join_visit(world.rooms, world.token)
    assert world.patient.presence == Presence.ON_THE_WAY

    to(world, "jitsi")

    assert world.patient.presence == Presence.HERE
    assert look_at_link(world.rooms, world.token).door is Door.JOIN


def test_open_pages_are_told(world):
    world.start()
    with world.rooms.db.read() as tx:
        before = len(tx.scalars(select(StreamEvent)).all())

    to(world, "jitsi")

    with world.rooms.db.read() as tx:
        assert len(tx.scalars(select(StreamEvent)).all()) > before


def test_nobody_is_asked_whether_they_are_signed_in_where_there_are_no_accounts(world):
    to(world, "jitsi")

    found = start_visit(world.rooms, world.session, world.visit_id, agreed=set(), chart=Reread())

    assert found.reveal().startswith(JITSI)


def test_a_closed_visit_and_an_unknown_service_are_refused(world):
    with pytest.raises(VideoUnknown) as unknown:
        to(world, "carrier-pigeon")
    world.start()
    finish_visit(world.rooms, world.session, world.visit_id, end_for_all=False)
    with pytest.raises(VisitClosed):
        to(world, "jitsi")

    assert explain(unknown.value).code == "VB-1523"


def test_a_meeting_that_was_made_while_the_visit_was_moved_serves_nobody(world, video):
    video.while_opening = lambda: to(world, "jitsi") and None

    with pytest.raises(StillAtIt):
        world.start()

    assert states(world.rooms) == [("zoom", "closed", "moved")]
    assert world.start().reveal().startswith(JITSI)


def test_the_page_offers_the_other_service_and_says_where_the_visit_is(world):
    page = read_visit_page(world.rooms, world.session, world.visit_id)
    assert (page.video, page.offers.move_to.vendor, page.at.since) == ("Zoom", "jitsi", None)

    to(world, "jitsi")

    page = read_visit_page(world.rooms, world.session, world.visit_id)
    assert (page.video, page.offers.move_to.vendor, page.at.tells) == ("Jitsi", "zoom", False)
    assert page.at.since == world.rooms.clock.now()


def test_a_single_service_offers_no_other(world, rooms):
    alone = replace(rooms, other_videos=())

    assert read_visit_page(alone, world.session, world.visit_id).offers.move_to is None


def test_the_note_says_which_service_was_used_since_when_and_claims_nothing_of_a_silent_one(world, clock):
    world.start()
    clock.forward(minutes=5)
    to(world, "jitsi")
    world.start()

    text = note_text(summary_of(world.rooms, world.visit_id), "en")

    assert "Video service: Zoom since " in text
    assert ", Jitsi since " in text
    assert "Jitsi does not tell who was in the call." in text
    assert "not in the call together" not in text
    assert "none seen" not in text


def test_a_note_of_the_usual_service_alone_says_nothing_of_services(world):
    world.start()

    assert "Video service" not in note_text(summary_of(world.rooms, world.visit_id), "en")


def test_a_call_that_cannot_be_asked_after_is_not_asked_after_and_said_to_be_unknown(world):
    to(world, "jitsi")
    world.start()

    assert reconcile(world.rooms) == 0

    known = calls_known(world.rooms, [world.visit_id])[world.visit_id]
    assert known.cannot_ask
    assert known.as_of is None


def test_a_meeting_of_a_service_that_is_set_up_no_more_is_replaced(world, rooms):
    to(world, "jitsi")
    world.start()
    world.rooms = replace(rooms, other_videos=())

    assert world.start().reveal().startswith("https://video.example/s/")
    assert join_visit(world.rooms, world.token).reveal().startswith("https://video.example/w/")


def test_a_link_with_a_token_is_made_anew_once_it_is_old(world, rooms, clock):
    tokens = TokenMaker("visits", Secret("a secret that the Jitsi server knows, too"), "meet.clinic.example")
    world.rooms = replace(rooms, other_videos=(jitsi_at(clock, tokens),))
    to(world, "jitsi")
    world.start()
    first = join_visit(world.rooms, world.token).reveal()
    clock.forward(minutes=5)
    assert join_visit(world.rooms, world.token).reveal() == first

    clock.forward(seconds=PASS_LIFE.total_seconds())

    assert join_visit(world.rooms, world.token).reveal() != first
    with world.rooms.db.read() as tx:
        (kept,) = tx.scalars(select(GuestPass)).all()
        assert kept.good_until == clock.now() + PASS_LIFE


def test_a_host_in_a_call_at_the_old_service_may_begin_at_one_that_knows_no_hosts(world, video):
    world.start()
    video.meetings[world.room_id].live = True
    with world.rooms.db.write() as tx:
        tx.scalars(select(Meeting)).one().state = "live"
        tx.add(replaced_visit(tx, world.visit_id))
    other = replace(world, visit_id="the-other")
    to(other, "jitsi")

    assert other.start().reveal().startswith(JITSI)


def replaced_visit(tx, visit_id):
    """Another visit of the same host at the same time."""
    names = [column.key for column in Visit.__table__.columns]
    held = tx.get_one(Visit, visit_id)
    return Visit(
        **{name: getattr(held, name) for name in names}
        | {"id": "the-other", "appointment_id": "appt-2", "state": "planned", "opened_at": None}
    )
