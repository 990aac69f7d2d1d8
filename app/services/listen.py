"""What one browser's open pages are told, and from when on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from app.ports import Rooms
from app.services.newsroom import Newsroom
from app.services.visit_events import audience
from app.signin.roles import Grant
from app.store.sessions import live_sessions_of
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
        sessions = live_sessions_of(tx, browser_hash, rooms.wall.now())
        if not sessions:
            return None
        now, hearers = latest(tx), audience(sessions)
        if after is None or after > now:
            return News((), now, hearers.grants)
        events = events_after(tx, after, hearers)
    return News(events, events[-1].n if events else max(after, now), hearers.grants)


def listen(rooms: Rooms, newsroom: Newsroom, browser_hash: str, after: int | None) -> Iterator[News]:
    """News as they come, and an empty one at each beat; ends when no session lives, or after ten minutes.

    At each beat the sessions' rights are read anew, and whatever nobody said is made up for.
    """
    began = rooms.wall.now()
    with newsroom.ear(browser_hash) as ear:
        news = news_for(rooms, browser_hash, after)
        while news is not None and rooms.wall.now() - began < LONGEST:
            ear.grants, beat, last = news.grants, rooms.wall.now(), news.last
            yield news
            while rooms.wall.now() - beat < BEAT:
                said = tuple(event for event in ear.listen(PATIENCE_SECONDS) if event.n > last)
                if said:
                    last = said[-1].n
                    yield News(said, last)
            news = news_for(rooms, browser_hash, last)
