"""A visit's story: what it is put together from, who may read it, and why the provider was not told."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.models import AuditRow, Listening, VisitMeeting, VisitMoment
from app.services.acknowledge import acknowledge
from app.services.join_visit import join_visit
from app.services.note_listening import note_listening
from app.services.patient_presence import beat, open_link
from app.services.reconcile import reconcile
from app.services.shred_deliveries import shred_old_deliveries
from app.services.timeline import read_timeline
from app.store.sessions import grant_visits
from app.visits.deeds import Deed
from app.visits.known_late import Why
from zoom_bridge.looks import Stay


def whys(story):
    return [(one.why, one.length) for one in story.reasons]


def said(story):
    return [(row.kind, row.what) for row in story.rows]


def listen(world, seconds=60, times=1):
    """A page of the provider is open for so many beats of a minute."""
    for _ in range(times):
        note_listening(world.rooms, "browser")
        world.rooms.clock.forward(seconds=seconds)


def test_everything_that_is_kept_stands_in_one_list(world, clock):
    open_link(world.rooms, world.patient.token)
    acknowledge(world.rooms, world.session, [world.visit_id])
    world.start()
    world.tell("started", clock.now())
    world.tell("participant_joined", clock.now(), who="host")

    story = read_timeline(world.rooms, world.visit_id)

    assert {
        ("presence", "here"),
        ("told", "told"),
        ("act", "start"),
        ("deed", "host_link"),
        ("delivery", "meeting.started"),
        ("delivery", "meeting.participant_joined"),
        ("presence", "in_call"),
        ("line", "presence"),
    } <= set(said(story))
    assert [row.at for row in story.rows] == sorted(row.at for row in story.rows)
    assert whys(story) == []


def test_words_that_came_late_are_named(world, clock):
    world.start()
    join_visit(world.rooms, world.patient.token)
    happened = clock.now()
    clock.forward(minutes=4)
    world.tell("participant_joined_waiting_room", happened, who="patient")

    story = read_timeline(world.rooms, world.visit_id)

    assert (Why.WORD_LATE, timedelta(minutes=4)) in whys(story)
    (row,) = (row for row in story.rows if row.what == "waiting")
    assert row.late == timedelta(minutes=4)


def test_nobody_had_a_page_open(world, clock):
    listen(world)
    open_link(world.rooms, world.patient.token)
    for _ in range(7 * 4):
        clock.forward(seconds=15)
        beat(world.rooms, world.patient.token)
    listen(world)
    acknowledge(world.rooms, world.session, [world.visit_id])

    story = read_timeline(world.rooms, world.visit_id)

    assert [why for why, _ in whys(story)] == [Why.NO_PAGE]
    (wait,) = story.waits
    assert wait.told_at == clock.now()


def test_pages_of_others_do_not_count(world, clock, sign_in):
    sign_in("local", department="elsewhere")
    open_link(world.rooms, world.patient.token)
    with world.rooms.db.write() as tx:
        tx.add(Listening(browser_hash="another browser", began_at=clock.now(), until=clock.now()))
    clock.forward(minutes=3)

    assert Why.NO_PAGE in [why for why, _ in whys(read_timeline(world.rooms, world.visit_id))]


@pytest.mark.parametrize("seconds", [60, 75])
def test_an_open_page_is_one_stay_whatever_its_pace(world, seconds):
    listen(world, seconds, times=4)
    listen(world, 1)

    with world.rooms.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Listening)) == 1


def test_a_page_that_was_closed_and_opened_again_is_two_stays(world, clock):
    listen(world)
    clock.forward(minutes=5)
    listen(world)
    clock.forward(days=31)
    shred_old_deliveries(world.rooms)

    with world.rooms.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Listening)) == 0


def test_what_asking_found_is_marked(world, clock, video):
    world.start()
    join_visit(world.rooms, world.patient.token)
    kept = video.meetings[world.room_id]
    since = clock.now()
    clock.forward(minutes=2)
    kept.live = True
    kept.stays.append(Stay(True, since, None, "c-1", world.guest_id, None, None))
    reconcile(world.rooms)

    story = read_timeline(world.rooms, world.visit_id)

    assert ("derived", "waiting") in said(story)
    assert Why.ASKED in [why for why, _ in whys(story)]


def test_of_a_shared_meeting_nothing_of_others_is_told(world, clock, seen, appointment, patient, rooms):
    from app.services.see_appointment import see_appointment

    world.start()
    join_visit(rooms, world.patient.token)
    other = see_appointment(
        rooms,
        rooms.sites.by_name("sandbox"),
        seen(appointment=appointment(id="appt-2", patient_id="p-2"), patient=patient(id="p-2", name="Omar")),
        session_id=world.session.id,
    )
    with rooms.db.write() as tx:
        meeting_id = tx.scalar(select(VisitMeeting.meeting_id))
        tx.add(VisitMeeting(visit_id=other, meeting_id=meeting_id, active=True))
        grant_visits(tx, world.session.id, [other])
    world.tell("started", clock.now())
    world.tell("participant_joined", clock.now(), who="patient")

    mine, theirs = (said(read_timeline(rooms, one)) for one in (world.visit_id, other))

    assert ("delivery", "meeting.participant_joined") in mine
    assert ("delivery", "meeting.started") in theirs
    assert ("delivery", "meeting.participant_joined") not in theirs


def test_the_page_says_it_in_sentences_and_is_written_down(world, browser, clock, rooms):
    world.start()
    join_visit(rooms, world.patient.token)
    happened = clock.now()
    clock.forward(minutes=4)
    world.tell("participant_joined_waiting_room", happened, who="patient")
    staff = browser("provider")

    page = staff.read(f"visits/{world.visit_id}/timeline")

    assert re.findall(r'data-why="(\w+)"', page) == ["no_page", "word_late"]
    assert "came 4 min late" in page
    assert "was open from" in page
    assert "data-wait" in page
    assert f"visits/{world.visit_id}/timeline" in staff.read(f"visits/{world.visit_id}")
    with rooms.db.read() as tx:
        assert Deed.TIMELINE in set(tx.scalars(select(AuditRow.act)))


def test_who_may_not_see_the_visit_may_not_see_its_story(world, browser):
    assert browser("engineer").get(f"visits/{world.visit_id}/timeline").status_code == 403


def test_presence_is_written_down_when_it_changes_only(world, clock):
    for _ in range(5):
        open_link(world.rooms, world.patient.token)
        clock.forward(seconds=10)

    with world.rooms.db.read() as tx:
        assert tx.scalars(select(VisitMoment.presence)).all() == ["here"]
