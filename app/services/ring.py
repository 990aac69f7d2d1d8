"""Telling open pages: what a transaction changed is numbered in it, and rung for once it is committed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from app.clock import epoch_ms
from app.ports import Rooms
from app.signin.session_view import SessionView
from app.store.audit import Entry, append, who_is
from app.store.stream import Line, append_lines
from app.visits.deeds import Deed

Kind = Literal["presence", "state", "meeting", "told", "slot"]


@dataclass
class Telling:
    """A transaction, its instant, and what open pages will be told. `began_ms` is its real time."""

    tx: Session
    now: datetime
    began_ms: int
    _lines: dict[Line, int] = field(default_factory=dict)
    _causes: dict[str, int] = field(default_factory=dict)
    _deeds: list[Entry] = field(default_factory=list)

    def note_cause(self, visit_id: str, received_ms: int) -> None:
        """What the visit's pages will be told came at that real time, not now. The first cause counts."""
        self._causes.setdefault(visit_id, received_ms)

    def tell(self, visit_id: str, kind: Kind) -> None:
        """Pages of this visit will hear of it, once per kind."""
        self._lines.setdefault(Line(visit_id, kind), self._causes.get(visit_id, self.began_ms))

    def note(self, session: SessionView, act: Deed, visit_id: str | None, **details: str) -> None:
        """The audit will hold that this person did so. `details`: words and ids of ours."""
        self._deeds.append(Entry(who_is(session), act, visit_id, details))

    def write_deeds(self, at: datetime) -> None:
        """Write them down, behind all else but the lines: nobody else's deed is written until the commit."""
        append(self.tx, self._deeds, at)

    def number_lines(self) -> int:
        """Write the lines down, as the last act. The last number, or 0."""
        return append_lines(self.tx, self._lines, self.now)


@contextmanager
def telling(rooms: Rooms) -> Iterator[Telling]:
    """A transaction that rings the bell after its commit."""
    with rooms.db.write() as tx:
        told = Telling(tx, rooms.clock.now(), epoch_ms())
        yield told
        told.write_deeds(rooms.wall.now())
        last = told.number_lines()
    if last:
        rooms.bell.ring(last)
