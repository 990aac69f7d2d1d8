"""Sends webhooks as Zoom does: signed, one after the other, again after failures of the network or 5xx."""

import json
import random
import secrets
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta

import requests

from sandbox.clock import Clock
from sandbox.recorder import Recorder
from sandbox.zoom.config import ZoomConfig
from sandbox.zoom.signature import signature
from sandbox.zoom.state import Delivery, State
from sandbox.zoom.switches import Switches

RETRIES = (timedelta(minutes=5), timedelta(minutes=20), timedelta(minutes=60))
PATIENCE = 3.0
UNREACHABLE = 0
_TICK = 0.1


class Webhooks:
    """The queue of deliveries and the one thread that sends them.

    Zoom does not say whether a repeat is signed anew; here it keeps its first timestamp and signature.
    """

    def __init__(
        self,
        config: ZoomConfig,
        clock: Clock,
        state: State,
        switches: Switches,
        recorder: Recorder,
        lock: threading.RLock,
    ) -> None:
        self._config = config
        self._clock = clock
        self._state = state
        self._switches = switches
        self._recorder = recorder
        self._change = threading.Condition(lock)
        self._under_way: Delivery | None = None
        self._stopped = False
        self._shuffler = random.Random(2)  # noqa: S311  # shuffles, protects nothing
        self.emitted: deque[str] = deque(maxlen=1000)
        self.on_change: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin to send, what an earlier run left included."""
        threading.Thread(target=self._run, name="webhooks", daemon=True).start()

    def stop(self) -> None:
        """Send no more; what is queued stays in the state."""
        with self._change:
            self._stopped = True
            self._change.notify_all()

    def emit(self, event: str, payload: Mapping[str, object], **behind: object) -> None:
        """Queue an event, unless a switch loses it; `behind` stands after its payload. Never blocks."""
        with self._change:
            self.emitted.append(event)
            body = compact({"event": event, "event_ts": self._event_ms(), "payload": payload, **behind})
            if not self._config.webhook_url:
                return
            if self._switches.use("lose_webhooks", event=event) is not None:
                self._record(event, body, {}, UNREACHABLE, 0.0, "", "lost on purpose")
                return
            copies = 1 if self._switches.use("duplicate_webhooks", event=event) is None else 2
            for _ in range(copies):
                self._queue(event, body)
            self._change.notify_all()

    def drain(self, seconds: float) -> bool:
        """Wait until nothing is under way and nothing falls due within ``seconds``; False if time ran out."""
        deadline = time.monotonic() + seconds
        with self._change:
            while self._expected(deadline - time.monotonic()):
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._change.wait(min(left, _TICK))
            return True

    def waiting(self) -> int:
        """How many deliveries are not done."""
        with self._change:
            return len(self._state.deliveries)

    def forget(self) -> None:
        """Drop all that is queued."""
        with self._change:
            self._state.deliveries.clear()

    def validate_url(self, plain_token: str) -> requests.Response | None:
        """Send ``endpoint.url_validation`` now; the endpoint's answer, None if it gave none."""
        with self._change:
            body = compact(
                {
                    "event": "endpoint.url_validation",
                    "event_ts": self._event_ms(),
                    "payload": {"plainToken": plain_token},
                }
            )
        return self._send("endpoint.url_validation", body, int(self._clock.now().timestamp()), "on demand")

    def _event_ms(self) -> int:
        self._state.last_event_ms = max(
            int(self._clock.now().timestamp() * 1000), self._state.last_event_ms + 1
        )
        return self._state.last_event_ms

    def _queue(self, event: str, body: str) -> None:
        now = self._clock.now()
        self._state.last_delivery += 1
        due = now + timedelta(seconds=self._held_back(event))
        self._state.deliveries.append(
            Delivery(self._state.last_delivery, event, body, int(now.timestamp()), due)
        )

    def _held_back(self, event: str) -> float:
        held = self._switches.use("delay_webhooks", event=event)
        if held is not None:
            return _seconds(held, 5.0)
        shuffled = self._switches.use("shuffle_webhooks", event=event)
        return 0.0 if shuffled is None else self._shuffler.uniform(0.0, _seconds(shuffled, 2.0))

    def _expected(self, within: float) -> bool:
        soon = self._clock.now() + timedelta(seconds=max(within, 0.0))
        return self._under_way is not None or any(one.due <= soon for one in self._state.deliveries)

    def _run(self) -> None:
        while (delivery := self._next()) is not None:
            answer = self._send(
                delivery.event, delivery.body, delivery.timestamp, f"attempt {delivery.tried + 1}"
            )
            self._settle(delivery, answer)

    def _next(self) -> Delivery | None:
        """The next delivery that is due, waiting for it; None once stopped."""
        with self._change:
            while not self._stopped:
                now = self._clock.now()
                due = [one for one in self._state.deliveries if one.due <= now]
                if due:
                    self._under_way = min(due, key=lambda one: (one.due, one.id))
                    return self._under_way
                self._change.wait(_TICK if self._state.deliveries else None)
            return None

    def _settle(self, delivery: Delivery, answer: requests.Response | None) -> None:
        """Done for good, or due again: Zoom repeats after no answer and 5xx, never after 3xx and 4xx."""
        with self._change:
            self._under_way = None
            if delivery in self._state.deliveries:
                failed = answer is None or answer.status_code >= 500
                if failed and delivery.tried < len(RETRIES):
                    delivery.due = self._clock.now() + RETRIES[delivery.tried] * self._config.retry_scale
                    delivery.tried += 1
                else:
                    self._state.deliveries.remove(delivery)
            self._change.notify_all()
        self.on_change()

    def _send(self, event: str, body: str, timestamp: int, note: str) -> requests.Response | None:
        raw = body.encode()
        headers = self._headers(timestamp, raw)
        began = time.perf_counter()
        answer = _post(self._config.webhook_url, raw, headers)
        spent = time.perf_counter() - began
        status = UNREACHABLE if answer is None else answer.status_code
        self._record(event, body, headers, status, spent, "" if answer is None else answer.text, note)
        return answer

    def _headers(self, timestamp: int, raw: bytes) -> dict[str, str]:
        return {
            "user-agent": "Zoom Marketplace/1.0a",
            "content-type": "application/json; charset=utf-8",
            "clientid": self._config.client_id,
            "x-zm-request-timestamp": str(timestamp),
            "x-zm-signature": signature(self._config.webhook_secret, timestamp, raw),
            "x-zm-request-id": str(uuid.uuid4()).replace("-", "_"),
            "x-zm-trackingid": f"v=2.0;clid=sandbox;rid=WEB_{secrets.token_hex(16)}",
            "traceparent": f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00",
        }

    def _record(
        self,
        event: str,
        body: str,
        headers: Mapping[str, str],
        status: int,
        seconds: float,
        answer: str,
        note: str,
    ) -> None:
        self._recorder.record(
            system="webhook",
            method="POST",
            path=self._config.webhook_url,
            status=status,
            seconds=seconds,
            request_headers=headers,
            request_body=body,
            response_headers={},
            response_body=answer,
            note=f"{event}, {note}",
        )


def compact(body: Mapping[str, object]) -> str:
    """JSON without spaces and without escapes of non-ASCII letters, as Zoom signs it."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _post(url: str, raw: bytes, headers: Mapping[str, str]) -> requests.Response | None:
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the environment knows nothing of loopback
        try:
            return session.post(url, data=raw, headers=dict(headers), timeout=PATIENCE, allow_redirects=False)
        except requests.RequestException:
            return None


def _seconds(details: Mapping[str, object], default: float) -> float:
    value = details.get("seconds", default)
    return float(value) if isinstance(value, int | float) else default
