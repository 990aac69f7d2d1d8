"""A recording that was told of: kept in mind, linked in the chart or fetched, as the department says."""

from collections.abc import Iterable, Sequence

from app.models import Meeting, Recording, RecordingFile, Visit
from app.ports import RecordingNews, Rooms
from app.services.chart_errands import RECORDING
from app.services.hall import policy_of
from app.services.owe_chart import opener_of, owe
from app.services.ring import Telling
from app.store.meetings import visits_of
from app.store.outbox import Promise, promise
from app.store.recording_consents import consent_of
from app.store.recordings import files_of, hold_recording
from app.store.visits import peek_visit
from app.visits.recording import DECIDED, Handling, handling_of, worst

FETCH = "fetch_recording"
SOUND_AND_VISION = ("video", "audio")


def keep_recording(rooms: Rooms, told: Telling, meeting: Meeting, news: RecordingNews) -> bool:
    """Keep what a delivery told of the recording of a meeting, which is held. Tells if it was new."""
    recording = hold_recording(told.tx, rooms.random.token(), meeting.id, news.instance, told.now)
    before = _known(told, recording)
    is_new = recording.began_at is None and recording.completed_at is None
    if news.began_at is not None:
        recording.began_at = min(recording.began_at or news.began_at, news.began_at)
    if news.kind == "completed":
        recording.completed_at = recording.completed_at or told.now
        _keep_files(rooms, told, recording, news)
    visits = _visits(told, recording)
    _handle(rooms, told, recording, visits)
    if _known(told, recording) == before and not is_new:
        return False
    for visit in visits:
        told.tell(visit.id, "state")
    return True


def handle_again(rooms: Rooms, told: Telling, recordings: Iterable[Recording]) -> None:
    """The patient has answered since: what was not kept for want of their word may be."""
    for recording in recordings:
        if recording.handling == Handling.UNCONSENTED:
            _handle(rooms, told, recording, _visits(told, recording))


def _known(told: Telling, recording: Recording) -> tuple[object, ...]:
    told.tx.flush()
    files = tuple(file.vendor_id for file in files_of(told.tx, recording.id))
    return recording.handling, recording.began_at, recording.completed_at, files


def _keep_files(rooms: Rooms, told: Telling, recording: Recording, news: RecordingNews) -> None:
    """Films; sound tracks only where there is no film. Chats and transcripts are not kept."""
    kinds = {file.kind for file in news.files}
    wanted = next((kind for kind in SOUND_AND_VISION if kind in kinds), None)
    known = {file.vendor_id: file for file in files_of(told.tx, recording.id)}
    for file in news.files:
        if file.kind != wanted:
            continue
        row = known.get(file.file_id)
        if row is None:
            row = RecordingFile(
                id=rooms.random.token(),
                recording_id=recording.id,
                vendor_id=file.file_id,
                kind=file.kind,
                began_at=file.began_at,
                ended_at=file.ended_at,
                size_told=file.size,
            )
            told.tx.add(row)
        if row.stored_at is None and row.shredded_at is None:
            # A repeat brings another address and another ticket, and the later ones live longer.
            row.address = file.address.reveal()
            row.ticket = news.ticket.reveal() if news.ticket else None
    told.tx.flush()


def _handle(rooms: Rooms, told: Telling, recording: Recording, visits: Sequence[Visit]) -> None:
    if recording.handling not in DECIDED:
        recording.handling = _decided(rooms, told, recording, visits)
    if recording.handling == Handling.STORE and visits:
        _owe_fetching(rooms, told, recording, visits[0])
        return
    for file in files_of(told.tx, recording.id):
        # Nobody is to fetch it, so nothing that opens it is kept.
        file.address = file.ticket = None
    if recording.handling == Handling.LINK:
        _owe_links(rooms, told, recording, visits)


def _decided(rooms: Rooms, told: Telling, recording: Recording, visits: Sequence[Visit]) -> Handling:
    is_complete = recording.completed_at is not None
    found = set()
    for visit in visits:
        rule, consent = policy_of(rooms, visit).recording_rule, consent_of(told.tx, visit.id)
        found.add(handling_of(rule, consent, is_complete=is_complete))
    return worst(frozenset(found)) if found else Handling.UNWANTED


def _owe_fetching(rooms: Rooms, told: Telling, recording: Recording, visit: Visit) -> None:
    for file in files_of(told.tx, recording.id):
        if file.stored_at is None and file.shredded_at is None:
            row_id, key = rooms.random.token(), f"{FETCH}:{file.id}"
            promise(told.tx, Promise(row_id, key, visit.id, FETCH, file.id), told.now)


def _owe_links(rooms: Rooms, told: Telling, recording: Recording, visits: Iterable[Visit]) -> None:
    for visit in visits:
        staff_id = opener_of(told.tx, visit)
        owe(rooms, told.tx, visit, RECORDING, recording.id, told.now, staff_id=staff_id)


def _visits(told: Telling, recording: Recording) -> tuple[Visit, ...]:
    found = (peek_visit(told.tx, visit_id) for visit_id in visits_of(told.tx, recording.meeting_id))
    return tuple(visit for visit in found if visit is not None)
