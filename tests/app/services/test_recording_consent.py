"""Nothing is recorded by itself unless the patient agreed, and their word is kept as they gave it."""

import pytest
from sqlalchemy import select

from app.errors.recording import RecordingNotAsked, RecordingStillOn
from app.models import AuditRow, RecordingConsent
from app.services.join_visit import join_visit
from app.services.note_text import note_text
from app.services.recording_consent import answer_by_link, note_spoken_answer
from app.services.visit_page import read_visit_page
from app.services.visit_summary import summary_of
from tests.app.services.recorded import CLOUD
from zoom_bridge.errors import ZoomSlow


@pytest.fixture
def policy():
    return CLOUD


@pytest.fixture
def world(world, rooms, make_site, policy):
    rooms.sites.site = make_site(policy=policy)
    return world


def asked_for(video):
    return [kept.order.policy.recording for kept in video.meetings.values()]


def answers(rooms):
    with rooms.db.read() as tx:
        return list(tx.execute(select(RecordingConsent.answer, RecordingConsent.staff_id is not None)))


@pytest.mark.parametrize(
    ("said", "asked"), [((), "none"), (("no",), "none"), (("yes",), "cloud"), (("yes", "no"), "none")]
)
def test_only_a_yes_before_the_meeting_lets_zoom_record_by_itself(world, video, said, asked):
    for answer in said:
        answer_by_link(world.rooms, world.token, answer)

    world.start()

    assert asked_for(video) == [asked]


@pytest.mark.parametrize("policy", [CLOUD | {"recording_consent": "clinic"}])
def test_where_the_clinic_has_the_consent_nobody_is_asked(world, video):
    with pytest.raises(RecordingNotAsked):
        answer_by_link(world.rooms, world.token, "yes")

    world.start()

    assert asked_for(video) == ["cloud"]


@pytest.mark.parametrize("policy", [{}])
def test_where_nothing_is_recorded_nobody_is_asked(world, video):
    with pytest.raises(RecordingNotAsked):
        answer_by_link(world.rooms, world.token, "yes")
    with pytest.raises(RecordingNotAsked):
        note_spoken_answer(world.rooms, world.session, world.visit_id, "yes")


def test_answers_are_appended_and_a_double_click_is_one_answer(world, rooms):
    for answer in ("yes", "yes", "no", "yes"):
        answer_by_link(rooms, world.token, answer)

    with rooms.db.read() as tx:
        kept = tx.scalars(select(RecordingConsent).order_by(RecordingConsent.id)).all()
    assert [(one.answer, one.participant_id, one.staff_id) for one in kept] == [
        (answer, world.patient.id, None) for answer in ("yes", "no", "yes")
    ]


@pytest.mark.parametrize("answer", ["", "maybe", "YES"])
def test_what_is_neither_yes_nor_no_is_no_answer(world, rooms, answer):
    with pytest.raises(RecordingNotAsked):
        answer_by_link(rooms, world.token, answer)

    assert answers(rooms) == []


def test_a_closed_visit_asks_nothing(world, rooms):
    from app.services.close_visit import cancel_visit

    cancel_visit(rooms, world.session, world.visit_id, "ill")

    with pytest.raises(RecordingNotAsked):
        answer_by_link(rooms, world.token, "yes")


def test_what_was_said_by_word_of_mouth_is_in_the_audit(world, rooms):
    note_spoken_answer(rooms, world.session, world.visit_id, "yes")
    note_spoken_answer(rooms, world.session, world.visit_id, "yes")

    page = read_visit_page(rooms, world.session, world.visit_id)
    assert page.recording.consent.spoken
    assert page.recording.noted_by == "Amara Osei"
    with rooms.db.read() as tx:
        noted = tx.scalars(select(AuditRow).where(AuditRow.act == "spoken_consent")).all()
    assert [(one.visit_id, one.details) for one in noted] == [(world.visit_id, '{"answer": "yes"}')]


def test_who_withdraws_is_not_let_in_before_the_recording_is_off(world, rooms, video):
    answer_by_link(rooms, world.token, "yes")
    world.start()
    answer_by_link(rooms, world.token, "no")
    video.before["stop_recording"] = [ZoomSlow()]

    with pytest.raises(RecordingStillOn):
        join_visit(rooms, world.token)
    assert world.patient.join_clicked_at is None
    join_visit(rooms, world.token)
    join_visit(rooms, world.token)

    assert video.calls.count("stop_recording") == 2
    assert read_visit_page(rooms, world.session, world.visit_id).recording.by_itself == "none"


def test_what_the_account_records_against_our_wish_is_stopped_at_every_join(world, rooms, video):
    video.recording_locked = "cloud"
    world.start()
    assert read_visit_page(rooms, world.session, world.visit_id).recording.by_itself == "cloud"

    join_visit(rooms, world.token)
    join_visit(rooms, world.token)

    assert video.calls.count("stop_recording") == 2


def test_who_agreed_joins_without_another_call(world, rooms, video):
    answer_by_link(rooms, world.token, "yes")
    world.start()

    join_visit(rooms, world.token)

    assert "stop_recording" not in video.calls


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (None, "Recording: none; the patient was asked and has not answered."),
        ("no", "Recording: none; the patient did not agree."),
        ("yes", "Recording: none told of; the patient agreed at 09:50."),
    ],
)
def test_the_note_says_what_the_patient_said(world, rooms, said, line):
    if said:
        answer_by_link(rooms, world.token, said)
    world.start()

    assert line in note_text(summary_of(rooms, world.visit_id), "en").splitlines()


@pytest.mark.parametrize("policy", [{}])
def test_the_note_of_a_department_that_records_nothing_says_nothing_of_it(world, rooms):
    world.start()

    assert "Recording" not in note_text(summary_of(rooms, world.visit_id), "en")
