"""A note that is being typed is kept: for its author alone, and until it is let go."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.errors.visit import VisitClosed, VisitUnknown
from app.errors.writes import NoteChangedElsewhere, NoteTooLong
from app.models import VisitNote, WorkingNote
from app.services.close_visit import cancel_visit
from app.services.finish_visit import finish_visit
from app.services.visit_note import MOST_CHARACTERS, NoteDraft
from app.services.working_note import forget_typed_notes, save_typed_note, typed_note

TYPED = "Blood pressure at home is fine."


def save(world, typed=TYPED, revision=0, session=None):
    return save_typed_note(world.rooms, session or world.session, world.visit_id, typed, revision)


def kept(world, session=None):
    found = typed_note(world.rooms, session or world.session, world.visit_id)
    return found.text, found.revision


def rows(rooms, model):
    with rooms.db.read() as tx:
        return tx.scalars(select(model)).all()


def test_nothing_is_kept_of_what_nobody_typed(world):
    assert kept(world) == (None, 0)


def test_what_was_typed_last_is_there(world, clock):
    first = save(world)
    clock.forward(minutes=1)
    second = save(world, "Two", first.revision)

    assert (first.revision, second.revision, second.saved_at) == (1, 2, clock.now())
    assert kept(world) == ("Two", 2)


def test_another_window_s_text_is_not_written_over(world):
    save(world, "One")

    with pytest.raises(NoteChangedElsewhere):
        save(world, "Other", 0)

    assert kept(world) == ("One", 1)


def test_an_answer_that_was_lost_does_no_harm(world):
    first, again = save(world), save(world)

    assert again == first


def test_lines_end_as_a_script_sends_them_however_a_form_does(world):
    save(world, "One\nTwo")

    assert save(world, "One\r\nTwo", 0).revision == 1


def test_each_has_a_text_of_their_own(world, sign_in):
    colleague = sign_in(practitioner="dr-2")
    save(world)

    assert kept(world, colleague) == (None, 0)
    save(world, "Mine", 0, colleague)
    assert kept(world) == (TYPED, 1)


def test_the_database_cannot_be_read_for_it(world):
    save(world)

    with world.rooms.db.read() as tx:
        held = bytes(tx.scalar(text("SELECT text FROM working_note")))
    assert TYPED.encode() not in held


def test_what_is_longer_than_any_note_is_refused(world):
    with pytest.raises(NoteTooLong):
        save(world, "x" * (MOST_CHARACTERS + 1))


def test_a_closed_visit_takes_no_text_any_more(world):
    cancel_visit(world.rooms, world.session, world.visit_id, "the patient called")

    with pytest.raises(VisitClosed):
        save(world)


def test_an_unknown_visit_has_no_note(world):
    with pytest.raises(VisitUnknown):
        save_typed_note(world.rooms, world.session, "nobody", TYPED, 0)


@pytest.mark.parametrize(("note", "left"), [(NoteDraft(TYPED), 0), (None, 1)])
def test_a_text_that_was_filed_is_gone_and_one_that_was_not_is_there_if_the_visit_is_reopened(
    world, note, left
):
    world.start()
    save(world)

    finish_visit(world.rooms, world.session, world.visit_id, end_for_all=False, note=note)

    assert len(rows(world.rooms, WorkingNote)) == left
    assert len(rows(world.rooms, VisitNote)) == 1 - left


def test_after_a_week_without_a_stroke_it_is_forgotten(world, clock):
    save(world)
    clock.forward(minutes=timedelta(days=7) / timedelta(minutes=1) - 1)
    forget_typed_notes(world.rooms)
    assert kept(world) == (TYPED, 1)

    clock.forward(minutes=2)
    forget_typed_notes(world.rooms)
    assert kept(world) == (None, 0)
