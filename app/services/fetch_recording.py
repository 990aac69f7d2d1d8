"""Our own copy of a recording: fetched as a stream, sealed on its way to the disk, and kept for its time."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from app.errors.recording import (
    RecordingBroken,
    RecordingDiskFull,
    RecordingFromElsewhere,
    RecordingsBusy,
    RecordingTooLarge,
    RecordingUnknown,
)
from app.metrics import RECORDINGS_FETCHED
from app.models import Meeting, Recording, RecordingFile
from app.ports import Rooms, Video
from app.services.hall import policy_of
from app.services.owed import NotNeeded
from app.services.recording_consent import visits_in_call
from app.services.ring import telling
from app.store.alone import StillAtIt
from app.store.outbox import Claim
from app.store.recordings import find_file, hold_file
from app.store.sealed_files import FileTooLarge, FolderFull, SealedFile, remove_sealed, write_sealed
from app.visits.recording import Handling

# Of the threads that deliver what is owed some are always left for messages and charts.
AT_ONCE = 2
TURNS = threading.BoundedSemaphore(AT_ONCE)
NEXT_TURN = timedelta(seconds=30)
LONGEST_SECONDS = 3600.0
MEGABYTE = 1024 * 1024


def fetch_recording(rooms: Rooms, held: Claim) -> str | None:
    """Fetch the file unless it is there. Raises NotNeeded, an error of recordings, or the vendor's.

    Safe to do again after any failure: it begins anew, and nothing of the earlier try is left.
    """
    with _turn(rooms, held.subject):
        file, recording, meeting = _wanted(rooms, held.subject)
        if file.stored_at is not None:
            return file.id
        try:
            sealed = _fetched(rooms, file, recording, rooms.video_of(meeting.vendor))
        except Exception:
            RECORDINGS_FETCHED.labels("failed").inc()
            raise
        _record(rooms, file.id, meeting.id, sealed)
        RECORDINGS_FETCHED.labels("stored").inc()
    return held.subject


def folder_of(rooms: Rooms) -> Path:
    """Where our copies are. Raises RecordingUnknown where none are kept."""
    if rooms.settings.recordings_dir is None:
        raise RecordingUnknown
    return rooms.settings.recordings_dir


@contextmanager
def _turn(rooms: Rooms, file_id: str) -> Iterator[None]:
    """Few at once in a process, and a file once in all of them: a long one outlives its claim."""
    if not TURNS.acquire(blocking=False):
        raise _busy(rooms)
    try:
        with rooms.db.alone.doing(f"recording:{file_id}"):
            yield
    except StillAtIt:
        raise _busy(rooms) from None
    finally:
        TURNS.release()


def _busy(rooms: Rooms) -> RecordingsBusy:
    busy = RecordingsBusy()
    busy.retry_at = rooms.clock.now() + NEXT_TURN
    return busy


def _in_time(parts: Iterator[bytes]) -> Iterator[bytes]:
    """A server that drips holds nobody for ever: each part comes in time, and all of them do."""
    ends = time.monotonic() + LONGEST_SECONDS
    for part in parts:
        if time.monotonic() > ends:
            raise RecordingBroken
        yield part


def _wanted(rooms: Rooms, file_id: str) -> tuple[RecordingFile, Recording, Meeting]:
    with rooms.db.read() as tx:
        file = find_file(tx, file_id)
        recording = tx.get(Recording, file.recording_id) if file else None
        meeting = tx.get(Meeting, recording.meeting_id) if recording else None
        if file is None or recording is None or meeting is None:
            raise NotNeeded
        if recording.handling != Handling.STORE or file.shredded_at is not None:
            raise NotNeeded
        return file, recording, meeting


def _fetched(rooms: Rooms, file: RecordingFile, recording: Recording, video: Video) -> SealedFile:
    """By the ticket that came with the news; where that is over, or went, by a fresh one."""
    if file.address is not None and file.ticket is not None:
        try:
            return _copied(rooms, video, file, file.address, file.ticket)
        except Exception as fault:
            if not getattr(fault, "ticket_refused", False):
                raise
    fresh = video.recording_now(recording.instance)
    found = next((one for one in fresh.files if one.file_id == file.vendor_id), None) if fresh else None
    if fresh is None or found is None:
        raise RecordingUnknown
    ticket = fresh.ticket.reveal() if fresh.ticket else None
    return _copied(rooms, video, file, found.address.reveal(), ticket)


def _copied(rooms: Rooms, video: Video, file: RecordingFile, address: str, ticket: str | None) -> SealedFile:
    folder, most = folder_of(rooms), rooms.settings.recording_most_mb * MEGABYTE
    if file.size_told is not None and file.size_told > most:
        raise RecordingTooLarge
    try:
        with video.read_recording(address, ticket) as parts:
            sealed = write_sealed(folder, _in_time(parts), most)
    except FileTooLarge:
        raise RecordingTooLarge from None
    except FolderFull:
        raise RecordingDiskFull from None
    except Exception as fault:
        if getattr(fault, "from_elsewhere", False):
            raise RecordingFromElsewhere from None
        raise
    if file.size_told is not None and file.size_told != sealed.size:
        remove_sealed(folder, sealed.name)
        raise RecordingBroken
    return sealed


def _record(rooms: Rooms, file_id: str, meeting_id: str, sealed: SealedFile) -> None:
    """It is ours from here on. What opened it at the vendor is of no use any more."""
    with telling(rooms) as told:
        file = hold_file(told.tx, file_id)
        if file is None or file.stored_at is not None or file.shredded_at is not None:
            # Then ours is a file that no row names: it is swept away.
            return
        visits = visits_in_call(told.tx, meeting_id)
        days = min((policy_of(rooms, visit).recording_keep_days for visit in visits), default=1)
        file.name, file.key = sealed.name, sealed.key
        file.size, file.sha256 = sealed.size, sealed.sha256
        file.stored_at, file.shred_at = told.now, _over(told.now, days)
        file.address = file.ticket = None
        for visit in visits:
            told.tell(visit.id, "state")


def _over(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)
