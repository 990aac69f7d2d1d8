"""What a call is told of beside who is in it: trouble, roles, phones, tests, recording, changes in Zoom."""

import json

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from app.factory import create_app
from app.models import CallFactRow, CallNoteRow, Meeting
from app.services.call_news import call_news
from app.services.join_visit import join_visit
from app.services.note_text import note_text
from app.services.read_inbox import read_inbox
from app.services.visit_page import read_visit_page
from app.services.visit_summary import summary_of
from app.store.journal import facts_first_told, find_delivery
from app.visits.states import MeetingState, Presence
from app.web.call_news_words import news_notices


@pytest.fixture
def call(world, clock):
    """Host and patient in the call; tells Zoom's events of it."""
    world.start()
    join_visit(world.rooms, world.patient.token)
    world.tell("started", clock.now())
    world.tell("participant_joined", clock.now(), who="host")
    world.tell("participant_joined", clock.now(), who="patient")

    def body(event, participant=None, **meeting):
        clock.forward(seconds=1)
        told = json.loads(world.event("x", clock.now()))
        told["event"] = event
        told["payload"]["object"] |= meeting | ({"participant": participant} if participant else {})
        return json.dumps(told).encode()

    def tell(event, participant=None, **meeting):
        told = body(event, participant, **meeting)
        assert world.deliver(told) == 204
        return told

    tell.body, tell.world = body, world
    return tell


def news(world):
    with world.rooms.db.read() as tx:
        return call_news(tx, world.visit_id)


def keys(world):
    return {one.key for one in pages(world)}


def pages(world):
    app = create_app(world.rooms)
    with app.test_request_context(), force_locale("en"):
        return news_notices(read_visit_page(world.rooms, world.session, world.visit_id))


def test_trouble_is_shown_to_staff_and_stands_in_the_note(call, clock):
    call("meeting.alert", issues=["Unstable audio quality", "Call Reconnection", "Something new"])

    with call.world.rooms.db.read() as tx:
        entered, _body = find_delivery(tx, 4, None)
        assert [fact.kind for fact in facts_first_told(tx, entered)] == ["trouble"]
    (notice,) = pages(call.world)
    assert "the sound is unstable, a connection is lost again and again, something else" in str(notice.text)
    note = note_text(summary_of(call.world.rooms, call.world.visit_id), "en")
    assert "unstable sound, lost and found connections, other trouble" in note
    clock.forward(minutes=11)
    assert keys(call.world) == set()


def test_without_trouble_the_note_says_so(call):
    note = note_text(summary_of(call.world.rooms, call.world.visit_id), "en")

    assert "Technical trouble: none seen." in note


def test_a_note_that_comes_twice_is_kept_once_and_pages_are_told_once(call):
    body = call("meeting.alert", issues=["High CPU occupation"])
    revision = call.world.visit.revision
    call.world.deliver(body.replace(b'"account', b' "account') + b" ")

    with call.world.rooms.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(CallNoteRow)) == 1
    assert call.world.visit.revision == revision


def test_who_helps_to_host_is_shown_while_they_are_in_the_call(call):
    guest = {"participant_uuid": "patient-1", "registrant_id": call.world.guest_id}
    call("meeting.participant_role_changed", guest | {"old_role": "attendee", "new_role": "co-host"})

    patient = call.world.patient.id
    assert news(call.world).roles == {patient: "co-host"}
    call("meeting.participant_role_changed", guest | {"old_role": "co-host", "new_role": "attendee"})
    assert news(call.world).roles == {}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_phone_bound_to_a_person_is_that_person(call, clock, order):
    world = call.world
    phone = {"participant_uuid": "phone-1", "user_id": "99"}
    bodies = [
        call.body("meeting.participant_joined", phone | {"join_time": clock.now().isoformat()}),
        call.body("meeting.participant_bind", phone | {"bind_participant_uuid": "patient-1"}),
    ]
    for n in order:
        world.deliver(bodies[n])
    world.tell("participant_left", clock.now(), who="patient")

    assert world.patient.presence == Presence.IN_CALL
    with world.rooms.db.read() as tx:
        assert (
            tx.scalar(select(func.count()).where(CallFactRow.person.is_(None), CallFactRow.connection != ""))
            == 0
        )
    assert [one.role for one in summary_of(world.rooms, world.visit_id).people].count(None) == 0


def test_a_device_test_is_shown(call):
    call(
        "meeting.device_tested",
        test_result={"user_id": "1", "camera_status": 2, "microphone_status": 1, "speaker_status": 0},
    )

    (notice,) = pages(call.world)
    assert notice.tone == "wait"
    assert "camera works, speaker not tested, microphone does not work" in str(notice.text)


def test_a_move_into_a_breakout_room_is_no_leaving(call, clock):
    world = call.world
    person = {"participant_uuid": "patient-1", "registrant_id": world.guest_id, "parent_user_id": "5"}
    world.tell("participant_left", clock.now(), who="patient")
    call("meeting.participant_joined_breakout_room", person | {"join_time": clock.now().isoformat()})
    assert world.patient.presence == Presence.IN_CALL

    call("meeting.participant_left_breakout_room", person | {"leave_time": clock.now().isoformat()})

    assert world.patient.presence == Presence.IN_CALL


def test_everybody_reads_that_the_visit_is_recorded(call, clock, rooms):
    phone = create_app(rooms).test_client()
    token = call.world.patient.token

    seen = {}
    for step in ("started", "paused", "resumed", "stopped"):
        call(f"recording.{step}")
        page = phone.get(f"/v/{token}").get_data(as_text=True)
        seen[step] = ('data-recording="on"' in page, 'data-recording="paused"' in page, keys(call.world))

    assert seen == {
        "started": (True, False, {"recording"}),
        "paused": (False, True, {"recording"}),
        "resumed": (True, False, {"recording"}),
        "stopped": (False, False, set()),
    }


def test_a_recording_ends_with_the_call(call, clock):
    call("recording.started")
    call.world.tell("ended", clock.now())

    assert news(call.world).recording is None


def test_words_of_a_recording_count_by_their_own_time(call):
    bodies = [call.body(f"recording.{step}") for step in ("started", "paused", "resumed", "stopped")]
    for body in reversed(bodies):
        call.world.send(body)
    read_inbox(call.world.rooms)

    assert news(call.world).recording is None


@pytest.fixture
def unused(world, clock):
    """A meeting that was made, and that nobody is in."""
    world.start()
    join_visit(world.rooms, world.patient.token)
    return world


def meetings(world):
    with world.rooms.db.read() as tx:
        rows = tx.scalars(select(Meeting).order_by(Meeting.created_at, Meeting.id)).all()
        return [(row.state, row.error_code) for row in rows]


def of_calendar(world, clock, event, topic="", **settings):
    told = json.loads(world.event("x", clock.now()))
    told["event"] = event
    told["payload"] |= {"operator": "somebody@clinic.example", "operation": "single"}
    told["payload"]["object"]["id"] = int(told["payload"]["object"]["id"])
    told["payload"]["object"] |= {"topic": topic, "settings": settings}
    return json.dumps(told).encode()


def test_a_meeting_that_somebody_deleted_is_made_anew_at_the_next_start(unused, clock):
    link = unused.patient.token

    unused.deliver(of_calendar(unused, clock, "meeting.deleted"))

    assert meetings(unused) == [(MeetingState.CLOSED, "gone")]
    assert keys(unused) == {"lost"}
    clock.forward(seconds=1)
    unused.start()
    assert [state for state, _ in meetings(unused)] == [MeetingState.CLOSED, MeetingState.READY]
    assert keys(unused) == set()
    assert unused.patient.token == link


def test_settings_against_the_rules_make_it_anew_too(unused, clock):
    unused.deliver(of_calendar(unused, clock, "meeting.updated", waiting_room=False))

    assert meetings(unused) == [(MeetingState.CLOSED, "changed")]
    assert keys(unused) == {"lost"}


def test_other_changes_are_nobodys_business(unused, clock):
    for given in ({}, {"waiting_room": True}, {"host_video": False}):
        unused.deliver(of_calendar(unused, clock, "meeting.updated", topic="Rosa", **given))

    assert meetings(unused) == [(MeetingState.READY, None)]


def test_a_call_that_goes_on_is_not_taken_from_people(call, clock):
    call.world.deliver(of_calendar(call.world, clock, "meeting.updated", waiting_room=False))

    assert meetings(call.world) == [(MeetingState.LIVE, None)]
    page = read_visit_page(call.world.rooms, call.world.session, call.world.visit_id)
    assert [(one.setting, one.got) for one in page.meeting.drift] == [("waiting_room", "false")]


def test_a_meeting_of_nobody_we_know_changes_nothing(unused, clock):
    body = of_calendar(unused, clock, "meeting.deleted").replace(unused.room_id.encode(), b"5550001")

    unused.deliver(body)

    assert meetings(unused) == [(MeetingState.READY, None)]
