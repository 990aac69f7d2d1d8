"""The control APIs of EHR and Zoom, ours or a double's."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from sandbox.walk.report import Skipped, StepFailed

TIMEOUT = (3, 20)
PATIENCE = 30.0
# An appointment this far away is still too early for its patient, and already early enough for Start.
FAR = (timedelta(minutes=35), timedelta(minutes=58))
NEAR = (timedelta(minutes=-20), timedelta(minutes=28))
OPENS_BEFORE = timedelta(minutes=25)


class EhrControl:
    """What a person does in the EHR."""

    def __init__(self, url: str, clock_moves: bool) -> None:
        self._url = url
        self._clock_moves = clock_moves

    def a_visit(self) -> Mapping[str, Any]:
        """The context of a visit to walk, of a provider whom Zoom lets host. Raises StepFailed."""
        day = called("GET", f"{self._url}/_day")
        licensed = {one["id"] for one in day["practitioners"] if one["zoom_licensed"]}
        now = datetime.fromisoformat(day["now"])
        away = [
            (datetime.fromisoformat(one["start"]) - now, one)
            for one in day["appointments"]
            if one["video"] and one["status"] == "booked" and one["practitioner"] in licensed
        ]
        for earliest, latest in (FAR, NEAR) if self._clock_moves else (NEAR,):
            found = next((one for time_left, one in away if earliest <= time_left <= latest), None)
            if found is not None:
                return {"patient": found["patient"], "appointment": found["id"]}
        raise StepFailed("the sandbox's day has no visit to walk now")

    def launch(self, app: str, context: Mapping[str, Any]) -> str:
        """A click in the chart; the URL that it opens. Raises StepFailed."""
        answer = called("POST", f"{self._url}/_launch", {"app": f"{app}/launch", "context": context})
        return str(answer["url"])

    def wait_for_the_slot(self, appointment: str) -> str:
        """Move the clock until the patient is no longer too early; says by how much. Raises Skipped."""
        if not self._clock_moves:
            raise Skipped("a double's clock is its own")
        day = called("GET", f"{self._url}/_day")
        slot = next(one for one in day["appointments"] if one["id"] == appointment)
        left = datetime.fromisoformat(slot["start"]) - datetime.fromisoformat(day["now"]) - OPENS_BEFORE
        if left <= timedelta(0):
            raise Skipped("it is time already")
        minutes = left.total_seconds() / 60
        called("POST", f"{self._url}/clock", {"forward_minutes": minutes})
        return f"+{minutes:.0f} min"

    def ahead(self) -> float:
        """How many seconds the clock is ahead of real time."""
        return float(called("GET", f"{self._url}/clock")["offset_seconds"])


class ZoomControl:
    """What people do in Zoom."""

    def __init__(self, url: str) -> None:
        self._url = url

    def do(self, step: str, **details: str) -> None:
        """One step. Raises StepFailed where Zoom does not let it happen."""
        called("POST", f"{self._url}/_sim", {"steps": [{"do": step, **details}]})

    def wait_until_ahead(self, seconds: float) -> None:
        """Our Zoom follows the EHR's clock within a second. Raises StepFailed."""
        deadline = time.monotonic() + PATIENCE
        while called("GET", f"{self._url}/clock")["offset_seconds"] != seconds:
            if time.monotonic() > deadline:
                raise StepFailed("Zoom's clock stayed behind")
            time.sleep(0.1)

    def drain(self) -> None:
        """Wait until no webhook is under way."""
        called("GET", f"{self._url}/_drain")


def epoch_ms() -> float:
    """Real time in milliseconds."""
    return datetime.now(UTC).timestamp() * 1000


def called(method: str, url: str, body: Mapping[str, Any] | None = None) -> Any:
    """What a control call answers, asked again while nobody is there. Raises StepFailed."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.request(method, url, json=body, timeout=TIMEOUT)
                break
            except requests.ConnectionError:
                if time.monotonic() > deadline:
                    raise StepFailed(f"no answer from {url}") from None
                time.sleep(0.2)
    if not answer.ok:
        raise StepFailed(f"{url} answered {answer.status_code}: {answer.text[:300]}")
    return answer.json() if answer.content else {}
