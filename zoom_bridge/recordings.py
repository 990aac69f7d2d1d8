"""Cloud recordings, as events and the API tell of them.

https://developers.zoom.us/docs/api/meetings/events/#tag/recording/postrecording.completed
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from zoom_bridge._fields import Raw, inner, instant, number, objects, parse_object, text
from zoom_bridge.errors import EventMalformed
from zoom_bridge.secret import Secret

NewsKind = Literal["started", "completed"]
FileKind = Literal["video", "audio", "other"]
_KINDS: dict[str, NewsKind] = {"recording.started": "started", "recording.completed": "completed"}
# Chats, transcripts, captions and summaries come as files too.
_FILES: dict[str, FileKind] = {"MP4": "video", "M4A": "audio"}


@dataclass(frozen=True)
class RecordedFile:
    """A file that is ready. Its address opens with a token only, and is nobody's to see."""

    file_id: str
    kind: FileKind
    began_at: datetime | None
    ended_at: datetime | None
    size: int | None
    address: Secret


@dataclass(frozen=True)
class RecordingNews:
    """A recording of one run of a meeting began, or is complete. The ticket lives for a day."""

    kind: NewsKind
    room_id: str
    instance: str
    began_at: datetime | None
    files: tuple[RecordedFile, ...] = ()
    ticket: Secret | None = field(default=None, repr=False)


def recording_news_of(raw_body: bytes) -> RecordingNews | None:
    """What an event tells of a recording, if it does. Raises EventMalformed if it is no event at all."""
    raw = parse_object(raw_body)
    if raw is None:
        raise EventMalformed
    kind = _KINDS.get(text(raw, "event") or "")
    meeting = inner(inner(raw, "payload"), "object")
    return _news(kind, meeting, text(raw, "download_token")) if kind else None


def recording_of_answer(raw: Raw) -> RecordingNews | None:
    """The recording of a run, as `GET /meetings/{uuid}/recordings` answers."""
    return _news("completed", raw, text(raw, "download_access_token"))


def _news(kind: NewsKind, meeting: Raw, ticket: str | None) -> RecordingNews | None:
    room_id, instance = text(meeting, "id"), text(meeting, "uuid")
    if room_id is None or instance is None:
        return None
    files = tuple(_files(meeting)) if kind == "completed" else ()
    began = instant(inner(meeting, "recording_file"), "recording_start")
    told = [one for one in (began, *(file.began_at for file in files)) if one]
    return RecordingNews(
        kind, room_id, instance, min(told, default=None), files, Secret(ticket) if ticket else None
    )


def _files(meeting: Raw) -> Iterator[RecordedFile]:
    for row in objects(meeting, "recording_files"):
        file_id, address = text(row, "id"), text(row, "download_url")
        # Some kinds of files have no id and no status; none of these is a film or a sound track.
        if file_id is None or address is None or text(row, "status") == "processing":
            continue
        yield RecordedFile(
            file_id=file_id,
            kind=_FILES.get(text(row, "file_type") or "", "other"),
            began_at=instant(row, "recording_start"),
            ended_at=instant(row, "recording_end"),
            size=number(row, "file_size"),
            address=Secret(address),
        )
