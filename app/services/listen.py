"""What one browser's open pages are told, and from when on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from app.ports import Rooms
from app.services.newsroom import Ear, Newsroom
from app.services.note_listening import NOTED_EVERY, note_listening
from app.signin.roles import Grant
from app.store.audiences import audience_of
from app.store.stream import VisitEvent, events_after, latest

BEAT = timedelta(seconds=15)
LONGEST = timedelta(minutes=10)
PATIENCE_SECONDS = 2.0


@dataclass(frozen=True)
class News:
    """What is new after `last` of before. `last` is the number to ask after next time."""

    events: tuple[VisitEvent, ...]
    last: int
    grants: frozenset[Grant] = frozenset()  # of the browser's local sessions


def news_for(rooms: Rooms, browser_hash: str, after: int | None) -> News | None:
    """What this browser's live sessions may hear, after that number; from now on if None.

    None if no session of it lives: then nobody listens.
    """
    with rooms.db.read() as tx:
        hearers = audience_of(tx, browser_hash, rooms.wall.now())
        if hearers is None:
            return None
        now = latest(tx)
        if after is None or after >= now:
            return News((), now, hearers.grants)
        events = events_after(tx, after, hearers)
    return News(events, events[-1].n if events else now, hearers.grants)


class Hearing:
    """One open page: how far it has heard, and until when it may go on."""

    def __init__(self, rooms: Rooms, ear: Ear, after: int | None) -> None:
        self._rooms, self._ear = rooms, ear
        self._began = rooms.wall.now()
        self._beat: datetime | None = None
        self._noted: datetime | None = None
        self._last = after

    def ask(self) -> News | None:
        """Read the sessions' rights anew, and whatever nobody said; None: it ends here.

        Without the database nothing can be said, so nobody hears what they may not: the page stays open.
        """
        now = self._rooms.wall.now()
        try:
            news = news_for(self._rooms, self._ear.browser_hash, self._last)
        except SQLAlchemyError:
            if self._beat is None:
                raise
            news = News((), self._last or 0, self._ear.grants)
        if news is None or now - self._began >= LONGEST:
            return None
        self._ear.grants, self._beat, self._last = news.grants, now, news.last
        self._note_that_it_is_open(now)
        return news

    def _note_that_it_is_open(self, now: datetime) -> None:
        if self._noted is None or now - self._noted >= NOTED_EVERY:
            self._noted = now
            note_listening(self._rooms, self._ear.browser_hash)

    @property
    def is_asking_due(self) -> bool:
        """Whether the next beat has come."""
        return self._beat is None or self._rooms.wall.now() - self._beat >= BEAT

    def heard(self, events: Iterable[VisitEvent]) -> News | None:
        """What of it the page does not know yet."""
        said = tuple(event for event in events if event.n > (self._last or 0))
        if not said:
            return None
        self._last = said[-1].n
        return News(said, said[-1].n)


def listen(rooms: Rooms, newsroom: Newsroom, browser_hash: str, after: int | None) -> Iterator[News]:
    """News as they come, and an empty one at each beat; ends when no session lives, or after ten minutes."""
    with newsroom.ear(browser_hash) as ear:
        hearing = Hearing(rooms, ear, after)
        while (news := hearing.ask()) is not None:
            yield news
            while not hearing.is_asking_due:
                if said := hearing.heard(ear.listen(PATIENCE_SECONDS)):
                    yield said
