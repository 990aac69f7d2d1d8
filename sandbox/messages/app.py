"""The message sink as a Flask app: the SMS gateway, the messages, the switches."""

import re
from datetime import datetime

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.json.provider import DefaultJSONProvider
from flask.typing import ResponseReturnValue

from sandbox.clinic.places import ZONE
from sandbox.clock import SettableClock
from sandbox.messages.mailbox import Mailbox, Message
from sandbox.messages.switches import BadSwitch, Switches

PHONE = re.compile(r"\+?[\d ().-]{7,20}")
LONGEST_TEXT = 1_600
_LINK = re.compile(r"(https?://[^\s<>\"]+)")


def create_app(mailbox: Mailbox, switches: Switches, clock: SettableClock) -> Flask:
    """The app over a mailbox that the SMTP server fills too."""
    app = Flask(__name__)
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = False
        app.json.sort_keys = False
    app.jinja_env.filters.update(split_links=_LINK.split, clinic_time=_clinic_time)
    views = _Views(mailbox, switches, clock)
    app.add_url_rule("/", "page", views.page)
    app.add_url_rule("/sms", "sms", views.sms, methods=["POST"])
    app.add_url_rule("/messages", "messages", views.messages)
    app.add_url_rule("/_break", "break_it", views.break_it, methods=["GET", "POST"])
    app.add_url_rule("/_reset", "reset", views.reset, methods=["POST"])
    app.add_url_rule("/clock", "clock", views.clock)
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(ok=True))
    return app


class _Views:
    def __init__(self, mailbox: Mailbox, switches: Switches, clock: SettableClock) -> None:
        self._mailbox = mailbox
        self._switches = switches
        self._clock = clock

    def page(self) -> ResponseReturnValue:
        """Every message, as a person reads it."""
        to = request.args.get("to", "")
        messages = self._mailbox.to(to)
        return render_template("messages.html", messages=messages, to=to, now=self._clock.now())

    def sms(self) -> Response:
        """The SMS gateway: 202 with the gateway's id, 422 for what it cannot send, 503 while it is down."""
        if self._switches.on("sms_down"):
            return _answer(503, error="The gateway is down.")
        order = _object_sent()
        wrong = _sms_faults(order)
        if wrong or self._switches.on("sms_refused"):
            return _answer(422, error=wrong or "This number cannot be reached.")
        message = self._mailbox.take(
            "sms", str(order["to"]), str(order["text"]), reference=str(order.get("reference", ""))
        )
        return _answer(202, id=message.id)

    def messages(self) -> Response:
        """Messages for ``?to=``, newest first; all without it."""
        return jsonify([message.as_json() for message in self._found()])

    def break_it(self) -> Response:
        """The switches, after obeying an order."""
        if request.method == "POST":
            try:
                self._switches.set(_object_sent())
            except BadSwitch as unknown:
                return _answer(400, error=str(unknown))
        return jsonify(self._switches.as_json())

    def reset(self) -> Response:
        """No messages, no switch on."""
        self._mailbox.clear()
        self._switches.clear()
        return jsonify(ok=True)

    def clock(self) -> Response:
        """The clock that this sink follows."""
        return jsonify(self._clock.as_json())

    def _found(self) -> list[Message]:
        return self._mailbox.to(request.args.get("to"))


def _clinic_time(at: str) -> str:
    """An instant as the clinic's clock shows it."""
    return datetime.fromisoformat(at).astimezone(ZONE).strftime("%a %-d %b, %H:%M")


def _sms_faults(order: dict[str, object]) -> str:
    to, text = order.get("to"), order.get("text")
    if not isinstance(to, str) or not PHONE.fullmatch(to.strip()):
        return "to must be a phone number."
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_TEXT:
        return f"text must be 1 to {LONGEST_TEXT} characters."
    return "" if isinstance(order.get("reference", ""), str) else "reference must be a text."


def _object_sent() -> dict[str, object]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _answer(status: int, **body: object) -> Response:
    return make_response(jsonify(body), status)
