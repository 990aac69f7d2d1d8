"""The public keys of clients: registered as such, or fetched from the client by URL and kept as it allows."""

import re
import threading
import time
from collections.abc import Mapping
from typing import Any

import requests

from sandbox.ehr.checks import refusal
from sandbox.ehr.clients import Client

TIMEOUT = (2, 5)
_MAX_AGE = re.compile(r"max-age=(\d+)")
_PRIVATE_PARTS = ("d", "p", "q", "dp", "dq", "qi", "k")


class ClientKeys:
    """Finds a client's key by its kid; a kid that is not known yet makes a kept JWK set be fetched again."""

    def __init__(self, session: requests.Session | None = None) -> None:
        self._session = session or requests.Session()
        self._session.trust_env = False  # a proxy of the environment knows nothing of loopback
        self._kept: dict[str, tuple[float, list[Mapping[str, Any]]]] = {}
        self._lock = threading.Lock()

    def key(self, client: Client, kid: str) -> Mapping[str, Any]:
        """The JWK of this kid. Raises Refused."""
        for again in (False, True):
            for jwk in self._keys(client, again):
                if jwk.get("kid") == kid:
                    return jwk
            if not client.jwks_url:
                break
        raise refusal("assertion-kid")

    def forget(self) -> None:
        """Fetch anew at the next look."""
        with self._lock:
            self._kept.clear()

    def _keys(self, client: Client, again: bool) -> list[Mapping[str, Any]]:
        if not client.jwks_url:
            return list((client.jwks or {}).get("keys", []))
        with self._lock:
            until, keys = self._kept.get(client.jwks_url, (0.0, []))
        if not again and time.monotonic() < until:
            return keys
        return self._fetched(client.jwks_url)

    def _fetched(self, url: str) -> list[Mapping[str, Any]]:
        try:
            answer = self._session.get(url, headers={"Accept": "application/json"}, timeout=TIMEOUT)
            keys = answer.json()["keys"] if answer.ok else None
        except (requests.RequestException, ValueError, KeyError, TypeError):
            keys = None
        if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
            raise refusal("assertion-keys")
        if any(part in key for key in keys for part in _PRIVATE_PARTS):
            raise refusal("assertion-private")
        max_age = _MAX_AGE.search(answer.headers.get("Cache-Control", ""))
        with self._lock:
            self._kept[url] = (time.monotonic() + (int(max_age[1]) if max_age else 0), keys)
        return keys
