"""The journal of deliveries, for those who look after EHRs."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.services.examine_delivery import examine_delivery
from app.services.journal import open_delivery, read_journal, replay
from app.store.journal import Search
from app.web.current import rooms
from app.web.delivery_words import EFFECTS, FACTS, WHOSE, lateness
from app.web.guards import needs_csrf, needs_tending

blueprint = Blueprint("deliveries", __name__, url_prefix="/clinic/s/<sid>/deliveries")
USUALLY = timedelta(days=7)
LONGEST = 128
MENDED_BY = "python -m app zoom subscription repair"
MOST_DIGITS = 9
FIELDS = ("event", "effect", "code", "request_id")


@blueprint.get("")
@needs_tending
def show(sid: str) -> ResponseReturnValue:
    """The newest first, of the last week unless the form says otherwise."""
    search = _search()
    page = read_journal(rooms(), g.session, search)
    asked = {name: value for name, value in request.args.items() if name != "before"}
    older = urlencode(asked | {"before": str(page.before)}) if page.before else None
    return render_template(
        "deliveries.html",
        page=page,
        search=search,
        older=older,
        narrowed=any(request.args.get(name) for name in (*FIELDS, "since", "until")),
        effects=EFFECTS,
        lateness=lateness,
        here="ehrs",
    )


@blueprint.post("/subscription")
@needs_tending
@needs_csrf
def subscription(sid: str) -> ResponseReturnValue:
    """Ask the video service now whether all that is wanted is delivered here."""
    report = examine_delivery(rooms())
    return render_template("subscription.html", report=report, command=MENDED_BY, here="ehrs")


@blueprint.get("/<n>")
@needs_tending
def one(sid: str, n: str) -> ResponseReturnValue:
    """One of them, without what names a person."""
    delivery = open_delivery(rooms(), g.session, _number(n))
    words = {"effects": EFFECTS, "facts": FACTS, "whose": WHOSE}
    again = request.args.get("again", "")
    return render_template(
        "delivery.html",
        one=delivery,
        words=words,
        lateness=lateness,
        again=again if again in EFFECTS else None,
        here="ehrs",
    )


@blueprint.post("/<n>/replay")
@needs_tending
@needs_csrf
def read_again(sid: str, n: str) -> ResponseReturnValue:
    """Read it once more."""
    effect = replay(rooms(), g.session, _number(n))
    return redirect(f"/clinic/s/{g.session.id}/deliveries/{n}?again={effect}", 303)


def _search() -> Search:
    said = {name: request.args.get(name, "").strip()[:LONGEST] for name in FIELDS}
    return Search(
        since=_moment("since") or rooms().clock.now() - USUALLY,
        until=_moment("until"),
        event=said["event"],
        effect=said["effect"] if said["effect"] in EFFECTS else "",
        code=said["code"].upper(),
        request_id=said["request_id"],
        before=_number(request.args.get("before", "")) or None,
    )


def _number(said: str) -> int:
    """Of a delivery; 0, which none has, for what is no number."""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= MOST_DIGITS else 0


def _moment(name: str) -> datetime | None:
    """A time as browsers send it, in UTC; what is none counts as not given."""
    try:
        return datetime.fromisoformat(request.args.get(name, "")).replace(tzinfo=UTC)
    except ValueError:
        return None
