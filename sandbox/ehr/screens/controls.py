"""The controls: a clock that moves, and the switches that break things."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.clinic.places import ZONE
from sandbox.ehr.current import ehr
from sandbox.ehr.screens.neighbours import NeighbourSilent, ask, tell

MOVES: Mapping[str, Mapping[str, object]] = {
    "forward": {"forward_minutes": 15},
    "tomorrow": {"tomorrow": True},
    "now": {"offset_seconds": 0},
}


@dataclass(frozen=True)
class Trick:
    """A way to break things: the switch that does it, and what happens then."""

    key: str
    title: str
    says: str
    system: str
    order: Mapping[str, object]
    once: bool = False


TRICKS = (
    Trick("ehr-down", "EHR down", "OAuth and FHIR requests get no answer.", "ehr", {"name": "ehr_down"}),
    Trick("ehr-slow", "EHR slow", "Each answer of the EHR takes eight seconds.", "ehr", {"name": "ehr_slow"}),
    Trick(
        "expire",
        "Expire the token",
        "All of the EHR's access tokens end now. The app renews them or says so.",
        "ehr",
        {"name": "expire_tokens"},
        once=True,
    ),
    Trick(
        "drop-scope",
        "Drop a scope",
        "The next launches are granted no Encounter.",
        "ehr",
        {"name": "drop_scope"},
    ),
    Trick(
        "lose-webhook",
        "Lose the next webhook",
        "One event of Zoom never arrives.",
        "zoom",
        {"name": "lose_webhooks", "count": 1},
    ),
    Trick(
        "zoom-429",
        "Zoom too busy",
        "Zoom answers 429 to every API call.",
        "zoom",
        {"name": "rate_limit"},
    ),
    Trick(
        "host-out",
        "Host not signed in",
        "The start link asks the provider to sign in to Zoom first.",
        "zoom",
        {"name": "host_not_signed_in"},
    ),
    Trick(
        "locked",
        "Settings locked",
        "The Zoom account has locked the waiting room off.",
        "zoom",
        {"name": "lock_settings", "settings": {"waiting_room": False}},
    ),
    Trick("mail-down", "Mail down", "E-mail is answered with 451.", "messages", {"name": "mail_down"}),
    Trick("sms-down", "SMS down", "The SMS gateway answers 503.", "messages", {"name": "sms_down"}),
)
SYSTEMS = {"ehr": "Sandbox EHR", "zoom": "Sandbox Zoom", "messages": "Messages"}


@dataclass(frozen=True)
class Board:
    """The switches of one simulator; ``standing`` is None where it does not answer."""

    system: str
    title: str
    standing: Mapping[str, Mapping[str, Any]] | None

    def is_on(self, name: object) -> bool:
        """Whether a switch is on."""
        return bool((self.standing or {}).get(str(name), {}).get("on"))


def add_to(pages: Blueprint) -> None:
    """Serve ``/controls``."""
    pages.add_url_rule("/controls", "controls", controls)
    pages.add_url_rule("/controls/clock", "turn_clock", turn_clock, methods=["POST"])
    pages.add_url_rule("/controls/switch", "turn_switch", turn_switch, methods=["POST"])


def controls() -> ResponseReturnValue:
    """The panel."""
    boards = {system: Board(system, title, _standing(system)) for system, title in SYSTEMS.items()}
    return render_template(
        "screens/controls.html",
        now=ehr().clock.now().astimezone(ZONE),
        offset=ehr().clock.offset_seconds,
        tricks=TRICKS,
        boards=boards,
        did=request.args.get("did", ""),
    )


def turn_clock() -> ResponseReturnValue:
    """Move the clock."""
    move = request.form.get("move", "")
    ehr().move_clock(MOVES.get(move, {}))
    return redirect(url_for("screens.controls", did=f"clock-{move}"), 303)


def turn_switch() -> ResponseReturnValue:
    """Turn a switch of one of the three simulators."""
    system, on = request.form.get("system", ""), request.form.get("on") == "yes"
    trick = next((one for one in TRICKS if one.key == request.form.get("trick")), None)
    order = dict(trick.order) if trick else {"name": request.form.get("name", "")}
    try:
        _order(trick.system if trick else system, {**order, "on": on})
    except NeighbourSilent:
        return redirect(url_for("screens.controls", did="refused"), 303)
    return redirect(url_for("screens.controls", did=trick.key if trick and trick.once else ""), 303)


def _order(system: str, order: dict[str, object]) -> None:
    if system == "ehr":
        ehr().break_it(order)
    else:
        tell(f"{_url_of(system)}/_break", order)


def _standing(system: str) -> Mapping[str, Mapping[str, Any]] | None:
    if system == "ehr":
        return json.loads(json.dumps(ehr().switches.as_json()))  # type: ignore[no-any-return]  # our own JSON
    try:
        answer: Mapping[str, Mapping[str, Any]] = ask(f"{_url_of(system)}/_break")
    except NeighbourSilent:
        return None
    return answer


def _url_of(system: str) -> str:
    return ehr().config.zoom_url if system == "zoom" else ehr().config.messages_url
