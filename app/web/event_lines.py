"""The lines of an event stream.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import json
from collections.abc import Iterator

from app.services.listen import News
from app.store.stream import VisitEvent

RETRY_MS = 2000
OPENING = f"retry: {RETRY_MS}\n\n"


def said(news: News) -> Iterator[str]:
    """The news, one by one, or a beat: its id lets a browser that reconnects go on from here."""
    for event in news.events:
        yield f"event: visit\nid: {event.n}\ndata: {json.dumps(as_json(event))}\n\n"
    if not news.events:
        yield f"event: beat\nid: {news.last}\ndata: {{}}\n\n"


def as_json(event: VisitEvent) -> dict[str, str | int]:
    """A line as pages read it."""
    return {"visit": event.visit_id, "kind": event.kind, "n": event.n, "received": event.received_ms}


def number_in(told: str | None) -> int | None:
    """The number that a browser heard last; None where it told none."""
    return int(told) if told and told.isascii() and told.isdigit() and len(told) < 19 else None
