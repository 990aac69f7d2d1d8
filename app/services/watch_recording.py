"""Watching a recording that we keep: who may, from which byte on, and written down."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from app.errors.recording import RecordingBroken, RecordingElsewhereOpen, RecordingUnknown
from app.models import RecordingFile
from app.ports import Rooms
from app.services.decide_write import may_open
from app.services.fetch_recording import folder_of
from app.services.recording_consent import visits_in_call
from app.signin.session_view import SessionView
from app.store.audit import Entry, append, was_noted, who_is
from app.store.recordings import find_file, find_recording, recordings_of
from app.store.sealed_files import FileDamaged, read_sealed
from app.store.sessions import is_over, sessions_of_browser
from app.visits.deeds import Deed

# A player asks for many pieces of one film: that is one look.
SAME_LOOK = timedelta(minutes=30)
TYPES = {"video": "video/mp4", "audio": "audio/mp4"}


@dataclass(frozen=True)
class Film:
    """A file that we keep."""

    name: str = field(repr=False)
    key: str = field(repr=False)
    size: int
    content_type: str


@dataclass(frozen=True)
class Door:
    """Under which session of a browser a recording can be seen."""

    session_id: str
    visit_id: str


def find_film(rooms: Rooms, visit_id: str, recording_id: str, file_id: str) -> Film:
    """The file, if it is of this recording of this visit and still kept. Raises RecordingUnknown."""
    with rooms.db.read() as tx:
        file = find_file(tx, file_id)
        of_visit = {recording.id for recording in recordings_of(tx, visit_id)}
    if file is None or file.recording_id != recording_id or recording_id not in of_visit:
        raise RecordingUnknown
    return _film(file)


def read_film(rooms: Rooms, film: Film, start: int, end: int) -> Iterator[bytes]:
    """Its bytes from `start` up to `end`. Raises RecordingBroken, if the first is not to be had."""
    parts = read_sealed(folder_of(rooms), film.name, film.key, film.size, start, end)
    try:
        first = next(parts, b"")
    except FileDamaged:
        raise RecordingBroken from None
    return _chained(first, parts)


def note_watching(rooms: Rooms, session: SessionView, visit_id: str, recording_id: str) -> None:
    """The audit holds that this session watched it: once in half an hour."""
    now = rooms.wall.now()
    with rooms.db.read() as tx:
        if was_noted(tx, session.id, Deed.WATCH_RECORDING, visit_id, now - SAME_LOOK):
            return
    with rooms.db.write() as tx:
        entry = Entry(who_is(session), Deed.WATCH_RECORDING, visit_id, {"recording": recording_id})
        append(tx, [entry], now)


def door_to(rooms: Rooms, browser_hash: str | None, recording_id: str) -> Door:
    """Who in this browser may see the recording. Raises RecordingElsewhereOpen."""
    now = rooms.wall.now()
    with rooms.db.read() as tx:
        recording = find_recording(tx, recording_id)
        visits = visits_in_call(tx, recording.meeting_id) if recording else ()
        sessions = sessions_of_browser(tx, browser_hash) if browser_hash else ()
        for session in sessions:
            for visit in visits:
                if not is_over(session, now) and may_open(tx, session, visit, "act"):
                    return Door(session.id, visit.id)
    raise RecordingElsewhereOpen(visits[0].site if visits else None)


def _film(file: RecordingFile) -> Film:
    if file.name is None or file.key is None or file.size is None:
        raise RecordingUnknown
    return Film(file.name, file.key, file.size, TYPES.get(file.kind, "application/octet-stream"))


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
