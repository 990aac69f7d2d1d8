"""Zoom's events of many calls, signed: each call in its own order, the calls mixed."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bench.clinic import OpenVisit
from bench.deployment import WEBHOOK_SECRET
from bench.http_lines import request_bytes
from bench.instant_zoom import HOST_ID

PATH = "/webhooks/zoom"


@dataclass(frozen=True)
class Step:
    """One event of a call; `who` it is about, if anybody."""

    event: str
    who: str | None = None


WHOLE_CALL = (
    Step("started"),
    Step("participant_joined", "host"),
    Step("participant_joined_waiting_room", "patient"),
    Step("participant_admitted", "patient"),
    Step("participant_joined", "patient"),
    Step("participant_put_in_waiting_room", "patient"),
    Step("participant_left", "patient"),
    Step("participant_left", "host"),
    Step("ended"),
)
# Each of these moves the patient, so each is one line on the provider's page.
MOVES = (
    Step("participant_joined_waiting_room", "patient"),
    Step("participant_joined", "patient"),
    Step("participant_put_in_waiting_room", "patient"),
    Step("participant_left", "patient"),
)


def mixed(
    visits: Sequence[OpenVisit], steps: Sequence[Step], at_once: int, apart: timedelta
) -> Iterator[tuple[OpenVisit, bytes]]:
    """All events of all visits: `at_once` calls go on at a time; a call's inner times are so far apart."""
    for start in range(0, len(visits), at_once):
        under_way, began = visits[start : start + at_once], datetime.now(UTC)
        for number, step in enumerate(steps):
            for visit in under_way:
                yield visit, body_of(visit, step, began + number * apart)


def body_of(visit: OpenVisit, step: Step, at: datetime) -> bytes:
    """The body of an event, with the keys that Zoom sends.

    https://developers.zoom.us/docs/api/meetings/events/
    """
    call: dict[str, object] = {
        "id": visit.room_id,
        "uuid": f"{visit.room_id}==",
        "host_id": HOST_ID,
        "topic": "Video visit",
        "type": 2,
        "start_time": _text(at),
        "timezone": "America/New_York",
        "duration": 30,
    }
    if step.who is None:
        call["end_time"] = _text(at)
    else:
        call["participant"] = _participant(visit, step.who, at)
    told_ms = int(at.timestamp() * 1000)
    event = {"event": f"meeting.{step.event}", "event_ts": told_ms, "payload": {"object": call}}
    return json.dumps(event, separators=(",", ":")).encode()


def signed_request(url: str, body: bytes) -> bytes:
    """The delivery to the product at `url`, signed now.

    https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events
    """
    timestamp = str(int(time.time()))
    message = b":".join((b"v0", timestamp.encode(), body))
    signature = hmac.new(WEBHOOK_SECRET.encode(), message, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "x-zm-request-timestamp": timestamp,
        "x-zm-signature": f"v0={signature}",
    }
    return request_bytes("POST", url + PATH, headers, body)


def _participant(visit: OpenVisit, who: str, at: datetime) -> dict[str, object]:
    person: dict[str, object] = {
        "participant_uuid": f"{who}-{visit.room_id}",
        "user_name": "",
        "date_time": _text(at),
        "join_time": _text(at),
        "leave_time": _text(at),
    }
    if who == "host":
        return {**person, "participant_user_id": HOST_ID}
    return {**person, "registrant_id": visit.guest_id}


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
