"""The EHR being down or slow, by its switches, before any request for OAuth or FHIR is looked at."""

import time
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from sandbox.ehr.current import ehr
from sandbox.serving import drop_connection

LONGEST = 60.0


def system_of(path: str) -> str | None:
    """The recorded system that a path belongs to: ``oauth`` or ``fhir``; None for screens and control."""
    if path.startswith("/oauth2/") or "/.well-known/" in path:
        return "oauth"
    # Interfaces of an EHR's own go down with its FHIR server.
    return "fhir" if path.startswith(("/fhir", "/api/")) else None


def misbehave() -> Response | None:
    """Wait, or answer instead of the view, as the switches say."""
    system = system_of(request.path)
    if system is None:
        return None
    slow = _turned_on("ehr_slow", system)
    if slow is not None:
        time.sleep(min(float(slow["seconds"]), LONGEST))
    down = _turned_on("ehr_down", system)
    if down is None:
        return None
    if not down["status"]:
        drop_connection()
    return Response("The EHR is down (a switch of the sandbox).\n", int(down["status"]) or 503)


def spoil(answer: Response) -> Response:
    """What is left of the answer to a write that has been done, as the switches say."""
    slow = ehr().switches.take("slow_after_write")
    if slow is not None:
        time.sleep(min(float(slow["seconds"]), LONGEST))
    if ehr().switches.on("drop_after_write"):
        drop_connection()
    if ehr().switches.on("terse_writes"):
        answer.headers.pop("ETag", None)
        if "Location" in answer.headers:
            answer.headers["Location"] = _relative(answer.headers["Location"])
    failing = ehr().switches.take("fail_after_write")
    if failing is not None:
        return Response("The EHR failed after it did it (a switch of the sandbox).\n", int(failing["status"]))
    return answer


def _relative(location: str) -> str:
    return location.removeprefix(f"{ehr().config.fhir_url}/").partition("/_history/")[0]


def _turned_on(name: str, system: str) -> Mapping[str, Any] | None:
    """The options of a switch that is on for this system, using up one of its times."""
    options = ehr().switches.peek(name)
    if options is None or options["what"] not in ("all", system):
        return None
    return ehr().switches.take(name)
