"""Topic-based subscriptions: who asked for it is told when an appointment changes.

https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html
"""

import json
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import requests

from sandbox.clock import Clock, instant
from sandbox.ehr.elements import Raw, each, first_text
from sandbox.ehr.outcomes import Issue, bad_request, unprocessable
from sandbox.ehr.queries import Query, matches, parse_query
from sandbox.ehr.switches import Switches

BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
# No vendor publishes a topic for appointments; this one is the sandbox's own.
TOPIC = "https://sandbox.visitbridge.example/SubscriptionTopic/appointment"
TURN_SECONDS, TIMEOUT = 0.1, (3, 5)
Kind = Literal["handshake", "heartbeat", "event-notification"]


@dataclass
class _Told:
    """One subscription: its resource, how many events it had, and when it was told something last."""

    raw: Raw
    wanted: Query | None  # None: every appointment
    last: datetime
    events: int = 0


class Notifier:
    """Tells one after the other, in a thread of its own; `keep` puts a changed Subscription into a chart."""

    def __init__(self, clock: Clock, zone: tzinfo, base: str, switches: Switches) -> None:
        self._clock, self._zone, self._base, self._switches = clock, zone, base, switches
        self._told: dict[str, _Told] = {}
        self._work: queue.Queue[tuple[str, Raw | None]] = queue.Queue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the environment knows nothing of loopback
        self.keep: Callable[[Raw], None] = lambda raw: None

    def refuse_wrong(self, raw: Raw) -> None:
        """Refuse a subscription that is not as the guide has it, or of a topic that there is not."""
        channel: Any = raw.get("channel", {})
        rules = {
            "meta.profile": f"{BACKPORT}/backport-subscription" in list(each(raw, "meta", "profile")),
            "status": raw.get("status") == "requested",
            "criteria": raw.get("criteria") == TOPIC,
            "channel.type": channel.get("type") == "rest-hook",
            "channel.endpoint": urlsplit(str(channel.get("endpoint"))).scheme in ("http", "https"),
            "channel.payload": channel.get("payload") == "application/fhir+json",
            "channel.payload.extension": _extension(channel.get("_payload"), "payload-content") == "id-only",
        }
        if broken := [name for name, is_kept in rules.items() if not is_kept]:
            raise unprocessable(
                *(Issue("value", "Not as the guide says.", f"Subscription.{one}") for one in broken)
            )
        self._wanted(raw)

    def begin(self, raw: Raw) -> None:
        """A subscription was kept: it is shaken hands with."""
        self.resume([raw])
        self._work.put((raw["id"], None))

    def resume(self, subscriptions: Iterable[Raw]) -> None:
        """These were there before. Their events are counted from the beginning."""
        with self._lock:
            for raw in subscriptions:
                self._told[raw["id"]] = _Told(raw, self._wanted(raw), self._clock.now())
            if self._told and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="notifier", daemon=True)
                self._thread.start()

    def end(self, subscription_id: str) -> None:
        """A subscription was deleted."""
        with self._lock:
            self._told.pop(subscription_id, None)

    def forget(self) -> None:
        """As on the first start."""
        with self._lock:
            self._told.clear()

    def changed(self, raw: Raw) -> None:
        """A resource was kept."""
        if raw["resourceType"] != "Appointment":
            return
        with self._lock:
            for key, one in self._told.items():
                if one.raw["status"] == "active" and self._is_wanted(raw, one):
                    self._work.put((key, raw))

    def _is_wanted(self, raw: Raw, told: _Told) -> bool:
        return told.wanted is None or matches(raw, told.wanted, self._zone, self._base)

    def _wanted(self, raw: Raw) -> Query | None:
        told = _extension(raw.get("_criteria"), "filter-criteria")
        if told is None:
            return None
        kind, _, criteria = str(told).partition("?")
        if kind != "Appointment":
            raise bad_request("The filter is of the topic's resources.")
        return parse_query("Appointment", parse_qsl(criteria))

    def _run(self) -> None:
        while True:
            try:
                key, raw = self._work.get(timeout=TURN_SECONDS)
            except queue.Empty:
                self._beat()
                continue
            with self._lock:
                told = self._told.get(key)
            if told is None:
                continue
            if raw is None:
                self._shake_hands(told)
            else:
                told.events += 1
                if not self._switches.on("lose_notifications"):
                    self._send(told, "event-notification", raw)

    def _shake_hands(self, told: _Told) -> None:
        status = "active" if self._send(told, "handshake") else "error"
        told.raw = {**told.raw, "status": status}
        self.keep(told.raw)

    def _beat(self) -> None:
        now = self._clock.now()
        with self._lock:
            active = [one for one in self._told.values() if one.raw["status"] == "active"]
        for one in active:
            period = _extension(one.raw["channel"], "heartbeat-period")
            if "end" in one.raw and now >= datetime.fromisoformat(one.raw["end"]):
                one.raw = {**one.raw, "status": "off"}
                self.keep(one.raw)
            elif period and now - one.last >= timedelta(seconds=int(period)):
                one.last = now
                if self._switches.peek("no_heartbeats") is None:
                    self._send(one, "heartbeat")

    def _send(self, told: _Told, kind: Kind, raw: Raw | None = None) -> bool:
        told.last = self._clock.now()
        headers = dict(line.split(": ", 1) for line in told.raw["channel"].get("header", []))
        headers["Content-Type"] = "application/fhir+json"
        body = json.dumps(self._bundle(told, kind, raw))
        try:
            answer = self._session.post(
                told.raw["channel"]["endpoint"], data=body, headers=headers, timeout=TIMEOUT
            )
        except requests.RequestException:
            return False
        return answer.ok

    def _bundle(self, told: _Told, kind: Kind, raw: Raw | None) -> Raw:
        address = f"{self._base}/Subscription/{told.raw['id']}"
        status = "requested" if kind == "handshake" else "active"
        parameters: list[Raw] = [
            {"name": "subscription", "valueReference": {"reference": address}},
            {"name": "topic", "valueCanonical": TOPIC},
            {"name": "status", "valueCode": status},
            {"name": "type", "valueCode": kind},
            {"name": "events-since-subscription-start", "valueString": str(told.events)},
        ]
        entries = []
        if raw is not None:
            focus = f"{self._base}/Appointment/{raw['id']}"
            parts: list[Raw] = [
                {"name": "event-number", "valueString": str(told.events)},
                {"name": "timestamp", "valueInstant": instant(self._clock.now())},
                {"name": "focus", "valueReference": {"reference": focus}},
            ]
            parameters.append({"name": "notification-event", "part": parts})
            entries = [
                {"fullUrl": focus, "request": {"method": "PUT", "url": focus}, "response": {"status": "200"}}
            ]
        first = {
            "fullUrl": f"urn:uuid:{uuid4()}",
            "resource": {
                "resourceType": "Parameters",
                "meta": {"profile": [f"{BACKPORT}/backport-subscription-status-r4"]},
                "parameter": parameters,
            },
            "request": {"method": "GET", "url": f"{address}/$status"},
            "response": {"status": "200"},
        }
        return {
            "resourceType": "Bundle",
            "meta": {"profile": [f"{BACKPORT}/backport-subscription-notification-r4"]},
            "type": "history",
            "timestamp": instant(self._clock.now()),
            "entry": [first, *entries],
        }


def _extension(raw: object, name: str) -> Any:
    """The value of one of the guide's extensions."""
    for one in each(raw, "extension"):
        if first_text(one, "url") == f"{BACKPORT}/backport-{name}":
            return next((value for key, value in one.items() if key.startswith("value")), None)
    return None
