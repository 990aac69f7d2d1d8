"""What one browser's open pages are told, and from when on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from app.ports import Rooms
from app.services.visit_events import audience
from app.store.sessions import live_sessions_of
from app.store.stream import VisitEvent, events_after, latest

BEAT = timedelta(seconds=15)
# Rows that another process committed ring no bell here: they are looked for at this pace.
LOOK_EVERY = timedelta(seconds=2)
LONGEST = timedelta(minutes=10)


@dataclass(frozen=True)
class News:
    """What is new after `last` of before. `last` is the number to ask after next time."""

    events: tuple[VisitEvent, ...]
    last: int


def news_for(rooms: Rooms, browser_hash: str, after: int | None) -> News | None:
    """What this browser's live sessions may hear, after that number; from now on if None.

    None if no session of it lives: then nobody listens.
    """
    with rooms.db.read() as tx:
        sessions = live_sessions_of(tx, browser_hash, rooms.wall.now())
        if not sessions:
            return None
        now = latest(tx)
        if after is None or after > now:
            return News((), now)
        events = events_after(tx, after, audience(sessions))
    return News(events, events[-1].n if events else max(after, now))


def listen(rooms: Rooms, browser_hash: str, after: int | None) -> Iterator[News]:
    """News as they come, and an empty one at each beat; ends when no session lives, or after ten minutes."""
    began = beat = rooms.wall.now()
    news = news_for(rooms, browser_hash, after)
    greeted = False
    while news is not None and rooms.wall.now() - began < LONGEST:
        if news.events or not greeted or rooms.wall.now() - beat >= BEAT:
            greeted, beat = True, rooms.wall.now()
            yield news
        rooms.bell.wait(news.last, LOOK_EVERY.total_seconds())
        news = news_for(rooms, browser_hash, news.last)
