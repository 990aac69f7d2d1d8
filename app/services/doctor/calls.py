"""The doctor's own requests: short waits, no redirect followed, and a broken line is an answer too."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import requests

TIMEOUT = (3.05, 8.0)
Fault = Literal["unreachable", "slow", "untrusted"]
Json = Mapping[str, object]


@dataclass(frozen=True)
class Heard:
    """An answer, or why there is none. `said` is its JSON object, empty where it is none."""

    status: int = 0
    ms: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    said: Json = field(default_factory=dict, repr=False)
    fault: Fault | None = None

    @property
    def is_good(self) -> bool:
        """Whether a JSON object came with 200."""
        return self.status == requests.codes.ok and bool(self.said)

    def text(self, name: str) -> str | None:
        """A member of the answer, if it is a text with something in it."""
        value = self.said.get(name)
        return value if isinstance(value, str) and value else None

    def texts(self, name: str) -> tuple[str, ...]:
        """A member of the answer, as far as it is a list of texts."""
        value = self.said.get(name)
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


@dataclass(frozen=True)
class Caller:
    """Asks, and raises nothing."""

    session: requests.Session

    def get(self, url: str, accept: str = "application/json") -> Heard:
        """A reading."""
        return self._send("GET", url, {"Accept": accept}, None)

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Heard:
        """A form."""
        return self._send("POST", url, {"Accept": "application/json", **headers}, form)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None
    ) -> Heard:
        began = time.perf_counter()
        try:
            answer = self.session.request(
                method, url, headers=dict(headers), data=form, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.exceptions.SSLError:
            return Heard(fault="untrusted")
        except requests.Timeout:
            return Heard(fault="slow")
        except (requests.RequestException, ValueError):
            return Heard(fault="unreachable")
        spent = (time.perf_counter() - began) * 1000
        return Heard(answer.status_code, round(spent, 1), answer.headers, _json(answer))


def _json(answer: requests.Response) -> Json:
    try:
        raw = answer.json()
    except (ValueError, RecursionError):
        return {}
    return raw if isinstance(raw, dict) else {}
