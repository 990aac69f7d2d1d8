"""Recordings of calls at a video vendor, in words that no vendor owns."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from app.ports.video import SecretLink


class RecordedFile(Protocol):
    """One file of a recording. `size` is in bytes, as it was told; None: it was not."""

    @property
    def file_id(self) -> str: ...
    @property
    def kind(self) -> Literal["video", "audio", "other"]: ...
    @property
    def began_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def size(self) -> int | None: ...
    @property
    def address(self) -> "SecretLink": ...


class RecordingNews(Protocol):
    """A recording began, or is complete and can be fetched with the ticket, if one came."""

    @property
    def kind(self) -> Literal["started", "completed"]: ...
    @property
    def room_id(self) -> str: ...
    @property
    def instance(self) -> str: ...
    @property
    def began_at(self) -> datetime | None: ...
    @property
    def files(self) -> Sequence[RecordedFile]: ...
    @property
    def ticket(self) -> "SecretLink | None": ...


class RecordsCalls(Protocol):
    """The part of a video vendor that is about recordings.

    Errors carry `ticket_refused` (ask for a fresh one by `recording_now`) and `from_elsewhere` (the address,
    or a redirect, leads to a host that is not the vendor's).
    """

    def recording_news(self, body: bytes) -> RecordingNews | None:
        """What a kept delivery tells of a recording, if it does."""
        ...

    def recording_now(self, instance: str) -> RecordingNews | None:
        """The recording of a run with fresh addresses and a fresh ticket: one call. None: there is none."""
        ...

    def read_recording(self, address: str, ticket: str | None) -> AbstractContextManager[Iterator[bytes]]:
        """The bytes of a file as they come. Follows redirects to the vendor's own hosts only."""
        ...

    def stop_recording(self, room_id: str, host_id: str) -> bool:
        """From now on nothing is recorded by itself, and what is being recorded ends.

        False: only this run's recording was ended, and the next run would be recorded again.
        """
        ...
