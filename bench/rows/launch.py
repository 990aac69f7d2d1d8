"""A provider's click in the sandbox's EHR, through both redirects, to the page of the visit."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from bench.cpu import cpu_seconds
from bench.deployment import Deployment
from bench.load import Unexpected
from bench.programs import programs
from sandbox.run.browser import Browser

CLICKS = 30
TIMEOUT = 10


@dataclass(frozen=True)
class Launched:
    """Milliseconds of each click, what the product itself spent on one, and what it asked of the EHR."""

    took_ms: tuple[float, ...]
    cpu_ms: float
    reads: float


def click_launch(here: Deployment) -> Launched:
    """One provider after the other, each in a browser of their own. Raises Unexpected."""
    with tempfile.TemporaryDirectory() as folder, programs(Path(folder)) as started:
        port = str(urlsplit(here.ehr).port)
        command = ("sandbox.ehr", "--port", port, "--app-url", here.app)
        started.start("ehr", f"{here.ehr}/clock", os.environ, *command)
        visit = _visit(here.ehr)
        _click(here, visit)  # discovery, keys and capabilities are read once
        seen, spent = _last_request(here.ehr), cpu_seconds(*here.groups)
        took = [_click(here, visit) for _ in range(CLICKS)]
        cpu = cpu_seconds(*here.groups) - spent
        reads = [one for one in _requests(here.ehr, seen) if one["system"] == "fhir"]
    return Launched(tuple(took), cpu * 1000 / CLICKS, len(reads) / CLICKS)


def _visit(ehr: str) -> str:
    """An appointment by video that has an encounter."""
    day: list[dict[str, Any]] = requests.get(f"{ehr}/_day", timeout=TIMEOUT).json()["appointments"]
    found = (one for one in day if one["video"] and one["encounter"] and one["status"] == "booked")
    return str(next(found)["id"])


def _click(here: Deployment, visit: str) -> float:
    order = {"app": f"{here.app}/launch", "context": {"appointment": visit}}
    url = requests.post(f"{here.ehr}/_launch", json=order, timeout=TIMEOUT).json()["url"]
    browser, began = Browser(patience=0), time.perf_counter()
    page = browser.get(url)
    if 'data-page="visit"' not in page.text:
        raise Unexpected(f"a launch ended with {page.status_code} and no visit's page")
    return (time.perf_counter() - began) * 1000


def _last_request(ehr: str) -> int:
    return max(int(one["n"]) for one in _requests(ehr, 0))


def _requests(ehr: str, since: int) -> list[dict[str, Any]]:
    told = requests.get(f"{ehr}/_requests?since={since}", timeout=TIMEOUT).json()
    found: list[dict[str, Any]] = told if isinstance(told, list) else told["requests"]
    return found
