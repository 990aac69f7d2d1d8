"""Copies of recordings go when their time is over, or when somebody says so."""

import time

import structlog

from app.errors.recording import RecordingUnknown
from app.errors.session import NotAllowed
from app.errors.visit import ReasonMissing
from app.ports import Rooms
from app.services.recording_consent import visits_in_call
from app.services.ring import Telling, telling
from app.signin.roles import may_tend
from app.signin.session_view import SessionView
from app.store.recordings import files_to_shred, find_recording, hold_file, names_kept
from app.store.sealed_files import names_in, remove_sealed
from app.visits.deeds import Deed

log = structlog.get_logger()
# A copy that is being written is written to; one that nobody's row names by then is nobody's.
STRAY_SECONDS = 6 * 3600.0


def shred_old_recordings(rooms: Rooms) -> int:
    """Those whose time is over, and files that no row names. How many."""
    if rooms.settings.recordings_dir is None:
        return 0
    with rooms.db.read() as tx:
        over = files_to_shred(tx, rooms.clock.now())
    for file_id in over:
        with telling(rooms) as told:
            name = _shredded(told, file_id)
        _remove(rooms, name)
    return len(over) + _sweep(rooms)


def delete_recording(rooms: Rooms, session: SessionView, file_id: str, reason: str) -> None:
    """Somebody who looks after the EHR takes it away before its time.

    Raises ReasonMissing, NotAllowed or RecordingUnknown.
    """
    if not reason.strip():
        raise ReasonMissing
    with telling(rooms) as told:
        file = hold_file(told.tx, file_id)
        recording = find_recording(told.tx, file.recording_id) if file else None
        if file is None or recording is None or file.name is None:
            raise RecordingUnknown
        visits = visits_in_call(told.tx, recording.meeting_id)
        if not all(may_tend(session.roles, visit.site) for visit in visits):
            raise NotAllowed
        file.shredded_by, file.reason = session.staff_id, reason.strip()
        for visit in visits:
            told.note(session, Deed.DELETE_RECORDING, visit.id, recording=recording.id, file=file.id)
        name = _shredded(told, file_id)
    _remove(rooms, name)


def _shredded(told: Telling, file_id: str) -> str | None:
    """The key goes first: from the commit on nobody can read the file, whether or not it is still there."""
    file = hold_file(told.tx, file_id)
    recording = find_recording(told.tx, file.recording_id) if file else None
    if file is None or recording is None or file.name is None:
        return None
    name, file.name, file.key = file.name, None, None
    file.shredded_at, file.shred_at = told.now, None
    for visit in visits_in_call(told.tx, recording.meeting_id):
        told.tell(visit.id, "state")
    return name


def _remove(rooms: Rooms, name: str | None) -> None:
    if name is not None and rooms.settings.recordings_dir is not None:
        remove_sealed(rooms.settings.recordings_dir, name)


def _sweep(rooms: Rooms) -> int:
    """Files of processes that died between the disk and the database, or the other way round."""
    folder = rooms.settings.recordings_dir
    if folder is None:
        return 0
    stray = names_in(folder, time.time() - STRAY_SECONDS)
    if stray:
        # Read behind the folder: what was recorded meanwhile is known.
        with rooms.db.read() as tx:
            stray -= names_kept(tx)
    for name in stray:
        remove_sealed(folder, name)
    if stray:
        log.warning("stray_recordings_removed", count=len(stray))
    return len(stray)
