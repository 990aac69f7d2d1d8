"""One event stream for each browser, and its polling twin.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from collections.abc import Iterator
from functools import partial

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue

from app.metrics import OPEN_STREAMS
from app.ports import Rooms
from app.services.listen import listen, news_for
from app.services.newsroom import Newsroom
from app.services.note_listening import note_listening
from app.web.current import rooms
from app.web.event_lines import OPENING, as_json, number_in, said
from app.web.guards import needs_browser
from app.web.seats import Seats

blueprint = Blueprint("stream", __name__, url_prefix="/events")
# Each open stream holds a thread of 256. A browser needs one; without a SharedWorker, one for each tab.
MOST_OPEN = 128
MOST_OF_A_BROWSER = 8
_seats = Seats(MOST_OPEN, MOST_OF_A_BROWSER)
KEY = "newsroom"


def install(app: Flask) -> None:
    """One newsroom for all streams of the process."""
    with app.app_context():
        app.extensions[KEY] = Newsroom(rooms())


@blueprint.get("/stream")
@needs_browser
def stream() -> ResponseReturnValue:
    """Lines of all live sessions of this browser. 204: no more room, or nobody to listen: poll instead."""
    here = rooms()
    after = number_in(request.headers.get("Last-Event-ID") or request.args.get("after"))
    if news_for(here, g.browser_hash, after) is None or not _seats.take(g.browser_hash):
        return Response(status=204)
    newsroom: Newsroom = current_app.extensions[KEY]
    response = Response(_lines(here, newsroom, g.browser_hash, after), mimetype="text/event-stream")
    # Called also where the body was never asked for, unlike a generator's own `finally`.
    response.call_on_close(partial(_closed, g.browser_hash))
    OPEN_STREAMS.inc()
    response.headers["X-Accel-Buffering"] = "no"
    return response


@blueprint.get("/poll")
@needs_browser
def poll() -> ResponseReturnValue:
    """The same news as JSON: `{"events": [...], "last": n}`; 204 if no session lives."""
    news = news_for(rooms(), g.browser_hash, number_in(request.args.get("after")))
    if news is None:
        return Response(status=204)
    note_listening(rooms(), g.browser_hash)
    return jsonify(events=[as_json(event) for event in news.events], last=news.last)


def _closed(browser_hash: str) -> None:
    _seats.give_back(browser_hash)
    OPEN_STREAMS.dec()


def _lines(here: Rooms, newsroom: Newsroom, browser_hash: str, after: int | None) -> Iterator[str]:
    yield OPENING
    for news in listen(here, newsroom, browser_hash, after):
        yield from said(news)
