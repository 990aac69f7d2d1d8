"""A recording that Zoom tells of: an alarm, a fact, a link in the chart, or our own copy."""

import errno
import os
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.crypto import KEYRING
from app.models import InboxRow, OutboxRow, RecordingFile
from app.services import fetch_recording as fetching
from app.services.chart_errands import RECORDING, errand_of
from app.services.close_visit import cancel_visit
from app.services.deliver_outbox import deliver, due_rows
from app.services.keep_recording import FETCH
from app.services.look_for_recordings import look_for_recordings
from app.services.note_text import note_text
from app.services.recording_consent import answer_by_link, note_spoken_answer
from app.services.shred_recordings import shred_old_recordings
from app.services.visit_page import read_visit_page
from app.services.visit_summary import summary_of
from app.services.watch_recording import find_film, read_film
from app.store.outbox import claim
from app.visits.states import WriteState
from tests.app.services.recorded import CLOUD, FETCHED, FILM, LINKED, Told, film
from zoom_bridge.errors import ZoomAnswerLost, ZoomDownloadElsewhere
from zoom_bridge.recordings import recording_news_of

ADDRESS = "https://zoom.us/rec/1"


@pytest.fixture
def policy():
    return FETCHED


@pytest.fixture
def rooms(rooms, tmp_path):
    return replace(rooms, settings=replace(rooms.settings, recordings_dir=tmp_path / "recordings"))


@pytest.fixture
def recorded(world, rooms, make_site, policy, video, minutes):
    """A visit under way whose patient agreed, and Zoom's tongue."""
    rooms.sites.site = make_site(policy=policy)
    if policy.get("recording", "none") != "none":
        answer_by_link(rooms, world.token, "yes")
    world.start()
    video.films[ADDRESS] = [FILM[:100_000], FILM[100_000:]]
    return Told(world.room_id, minutes(11))


def shown(world):
    return read_visit_page(world.rooms, world.session, world.visit_id).recording


def rows(rooms, kind=None):
    with rooms.db.read() as tx:
        found = tx.scalars(select(OutboxRow).order_by(OutboxRow.created_at, OutboxRow.id)).all()
    return [row for row in found if kind in (None, row.kind)]


def files(rooms):
    with rooms.db.read() as tx:
        return list(tx.scalars(select(RecordingFile)))


def folder(rooms):
    path = rooms.settings.recordings_dir
    return sorted(each.name for each in path.iterdir()) if path.is_dir() else []


def deliver_all(rooms):
    return [deliver(rooms, row_id) for row_id in due_rows(rooms)]


def handled(world):
    (one,) = shown(world).recordings
    return one.handling, one.is_complete


@pytest.mark.parametrize("policy", [CLOUD])
def test_by_default_nothing_is_done_but_it_is_known(world, rooms, recorded):
    world.deliver(recorded.started())
    assert handled(world) == ("running", False)
    world.deliver(recorded.completed())

    assert handled(world) == ("nothing", True)
    assert rows(rooms) == []
    assert [(one.address, one.ticket) for one in files(rooms)] == [(None, None)]
    assert "Recording: the call was recorded; the patient agreed at 09:50." in note_text(
        summary_of(rooms, world.visit_id), "en"
    )


@pytest.mark.parametrize("policy", [{}, {"recording_after": "store"}])
@pytest.mark.parametrize("event", ["started", "completed"])
def test_where_nothing_is_recorded_a_recording_is_an_alarm_and_never_kept(world, rooms, recorded, event):
    world.deliver(getattr(recorded, event)())

    assert shown(world).recordings[0].handling == "unwanted"
    assert rows(rooms) == []
    assert all(one.address is None and one.ticket is None for one in files(rooms))


def test_without_consent_nothing_is_kept_until_staff_say_that_there_was_one(world, rooms, recorded):
    answer_by_link(rooms, world.token, "no")
    world.deliver(recorded.completed())
    assert (handled(world), rows(rooms, FETCH)) == (("unconsented", True), [])

    note_spoken_answer(rooms, world.session, world.visit_id, "yes")

    assert handled(world) == ("store", True)
    assert len(rows(rooms, FETCH)) == 1


def test_a_spoken_consent_is_fetched_with_a_ticket_asked_for_anew(world, rooms, recorded, video):
    answer_by_link(rooms, world.token, "no")
    world.deliver(recorded.completed())
    note_spoken_answer(rooms, world.session, world.visit_id, "yes")
    video.recordings["uuid-1"] = recording_news_of(
        Told(recorded.room_id, recorded.at, token="t2").completed()
    )
    video.tickets = {"t2"}

    assert deliver_all(rooms) == [WriteState.WRITTEN]
    assert files(rooms)[0].size == len(FILM)


def test_it_is_fetched_once_and_can_be_read_from_any_byte(world, rooms, recorded, video, clock):
    world.deliver(recorded.completed())

    assert deliver_all(rooms) == [WriteState.WRITTEN]

    (kept,) = files(rooms)
    (recording,) = shown(world).recordings
    found = find_film(rooms, world.visit_id, recording.id, kept.id)
    assert b"".join(read_film(rooms, found, 0, len(FILM))) == FILM
    for start, end in ((0, 1), (65_535, 65_537), (70_000, 150_000), (len(FILM) - 1, len(FILM))):
        assert b"".join(read_film(rooms, found, start, end)) == FILM[start:end]
    assert (kept.address, kept.ticket, kept.size) == (None, None, len(FILM))
    assert kept.shred_at == clock.now() + timedelta(days=30)
    assert folder(rooms) == [kept.name]
    raw = (rooms.settings.recordings_dir / kept.name).read_bytes()
    assert FILM[:64] not in raw and FILM[-64:] not in raw


def test_repeats_with_another_address_and_ticket_are_the_same_recording(world, rooms, recorded, video):
    again = Told(
        recorded.room_id, recorded.at, token="ticket-2", files=[film(address="https://zoom.us/rec/2")]
    )
    video.films["https://zoom.us/rec/2"] = [FILM]
    video.tickets = {"ticket-2"}

    world.deliver(recorded.completed())
    world.deliver(again.completed())
    assert deliver_all(rooms) == [WriteState.WRITTEN]
    world.deliver(Told(recorded.room_id, recorded.at, token="ticket-3").completed())

    assert len(files(rooms)) == len(rows(rooms, FETCH)) == len(folder(rooms)) == 1
    assert (files(rooms)[0].ticket, deliver_all(rooms)) == (None, [])


def test_of_another_run_it_is_another_recording(world, rooms, recorded, video):
    other = Told(recorded.room_id, recorded.at, instance="uuid-2", files=[film("film-2")])
    world.deliver(recorded.completed())
    world.deliver(other.completed())

    assert len(shown(world).recordings) == 2
    assert sorted(deliver_all(rooms)) == [WriteState.WRITTEN] * 2


def test_a_completion_that_comes_before_the_start_stays_complete(world, recorded):
    world.deliver(recorded.completed())
    world.deliver(recorded.started())

    assert handled(world) == ("store", True)


def test_after_the_visit_is_over_it_is_kept_all_the_same(world, rooms, recorded):
    cancel_visit(rooms, world.session, world.visit_id, "moved to the clinic")
    world.deliver(recorded.completed())

    assert deliver_all(rooms) == [WriteState.WRITTEN]


def test_of_an_unknown_meeting_it_waits_for_the_meeting(world, rooms, recorded):
    assert world.deliver(Told("81234567890", recorded.at).completed()) == 204

    with rooms.db.read() as tx:
        effects = {row.effect: row.room_id for row in tx.scalars(select(InboxRow))}
    assert effects == {"unknown_meeting": "81234567890"}
    assert shown(world).recordings == ()


def test_chats_are_not_fetched_and_sound_only_where_there_is_no_film(world, rooms, recorded):
    sound = film("sound", file_type="M4A", recording_type="audio_only")
    chat = film("chat", file_type="CHAT")
    recorded.files = [sound, chat, film()]
    world.deliver(recorded.completed())
    world.deliver(Told(recorded.room_id, recorded.at, "uuid-2", files=[sound, chat]).completed())

    assert sorted(one.vendor_id for one in files(rooms)) == ["film-1", "sound"]


def test_a_ticket_that_is_over_is_asked_for_anew(world, rooms, recorded, video):
    world.deliver(recorded.completed())
    fresh = Told(recorded.room_id, recorded.at, token="fresh", files=[film(address="https://zoom.us/rec/9")])
    video.recordings["uuid-1"] = recording_news_of(fresh.completed())
    video.films["https://zoom.us/rec/9"], video.tickets = [FILM], {"fresh"}

    assert deliver_all(rooms) == [WriteState.WRITTEN]
    assert video.calls.count("recording_now") == 1


def test_one_whose_completion_was_lost_is_asked_for(world, rooms, recorded, video, clock):
    world.deliver(recorded.started())
    video.recordings["uuid-1"] = recording_news_of(recorded.completed())
    assert look_for_recordings(rooms) == 0
    clock.forward(minutes=31)
    video.before["recording_now"] = [ZoomAnswerLost()]
    assert look_for_recordings(rooms) == 0

    assert look_for_recordings(rooms) == 1

    assert handled(world) == ("store", True)
    assert deliver_all(rooms) == [WriteState.WRITTEN]
    assert look_for_recordings(rooms) == 0
    assert video.calls.count("recording_now") == 2


def test_one_that_is_gone_at_zoom_is_refused_and_seen(world, rooms, recorded, video):
    world.deliver(recorded.completed())
    video.tickets = set()

    assert deliver_all(rooms) == [WriteState.REJECTED]
    assert rows(rooms)[0].error_code == "VB-1542"


def broken_off():
    yield FILM[:90_000]
    raise ZoomAnswerLost


@pytest.mark.parametrize(
    ("parts", "code"),
    [(broken_off, "VB-1512"), (lambda: iter([FILM[:-1]]), "VB-1546")],
    ids=["lost", "short"],
)
def test_what_does_not_come_whole_leaves_nothing_and_is_fetched_again(
    world, rooms, recorded, video, clock, parts, code
):
    video.films[ADDRESS] = parts()
    world.deliver(recorded.completed())

    assert deliver_all(rooms) == [WriteState.PENDING]
    assert (rows(rooms)[0].error_code, folder(rooms)) == (code, [])
    video.films[ADDRESS] = [FILM]
    clock.forward(minutes=5)
    assert deliver_all(rooms) == [WriteState.WRITTEN]


def test_a_full_disk_leaves_nothing_half(world, rooms, recorded, monkeypatch):
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    world.deliver(recorded.completed())
    monkeypatch.setattr(os, "fsync", full)

    assert deliver_all(rooms) == [WriteState.PENDING]
    assert (rows(rooms)[0].error_code, folder(rooms)) == ("VB-1545", [])


def test_one_that_is_too_large_is_not_fetched_whatever_it_says_of_itself(world, rooms, recorded, video):
    megabyte = bytes(1024 * 1024)
    video.films[ADDRESS] = [megabyte, megabyte]
    recorded.files = [film(file_size=10), film("big", file_size=5 * 10**9)]
    rooms = replace(rooms, settings=replace(rooms.settings, recording_most_mb=1))
    world.deliver(recorded.completed())

    assert deliver_all(rooms) == [WriteState.REJECTED] * 2
    assert {row.error_code for row in rows(rooms)} == {"VB-1543"}
    assert folder(rooms) == []


def test_a_strangers_address_is_not_gone_to(world, rooms, recorded, video):
    video.before["read_recording"] = [ZoomDownloadElsewhere()]
    world.deliver(recorded.completed())

    assert deliver_all(rooms) == [WriteState.REJECTED]
    assert rows(rooms)[0].error_code == "VB-1544"


def test_no_more_than_two_are_fetched_at_once(world, rooms, recorded, clock):
    world.deliver(recorded.completed())
    for _ in range(fetching.AT_ONCE):
        assert fetching.TURNS.acquire(blocking=False)
    try:
        assert deliver_all(rooms) == [WriteState.PENDING]
    finally:
        for _ in range(fetching.AT_ONCE):
            fetching.TURNS.release()

    assert rows(rooms)[0].error_code == "VB-1547"
    clock.forward(minutes=1)
    assert deliver_all(rooms) == [WriteState.WRITTEN]


def test_when_its_time_is_over_the_key_and_the_file_are_gone(world, rooms, recorded, clock):
    world.deliver(recorded.completed())
    deliver_all(rooms)
    clock.forward(days=29)
    assert shred_old_recordings(rooms) == 0

    clock.forward(days=1)
    assert shred_old_recordings(rooms) == 1

    (gone,) = files(rooms)
    assert (gone.name, gone.key, gone.shredded_by, folder(rooms)) == (None, None, None, [])
    assert gone.shredded_at == clock.now()
    world.deliver(Told(recorded.room_id, recorded.at, token="late").completed())
    assert deliver_all(rooms) == []


def test_files_that_no_row_names_are_swept_away_once_nobody_writes_to_them(world, rooms, recorded):
    world.deliver(recorded.completed())
    deliver_all(rooms)
    kept, path = files(rooms)[0].name, rooms.settings.recordings_dir
    for name in ("fresh", "stray", "half.part"):
        (path / name).write_bytes(b"x")
    for name in ("stray", "half.part", kept):
        os.utime(path / name, (0, 0))

    assert shred_old_recordings(rooms) == 2

    assert folder(rooms) == sorted([kept, "fresh"])


@pytest.mark.parametrize("policy", [LINKED])
def test_the_chart_is_led_to_our_page_and_told_nothing_of_zooms(world, rooms, recorded):
    world.deliver(recorded.completed())
    world.deliver(Told(recorded.room_id, recorded.at, token="again").completed())

    (row,) = rows(rooms, RECORDING)
    (recording,) = shown(world).recordings
    with rooms.db.write() as tx:
        held = claim(tx, row.id, rooms.clock.now())
        fact = errand_of(rooms, tx, held).fact
    assert fact.url == f"http://localhost:8000/recordings/{recording.id}"
    assert row.staff_id == world.session.staff_id
    assert all(one.address is None and one.ticket is None for one in files(rooms))


def test_addresses_and_tickets_are_sealed(world, rooms, recorded):
    world.deliver(recorded.completed())

    with rooms.db.read() as tx:
        (row,) = tx.connection().exec_driver_sql("SELECT address, ticket FROM recording_file").all()
    assert [KEYRING.open(bytes(value)) for value in row] == [ADDRESS, "ticket-1"]
