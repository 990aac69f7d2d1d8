"""Standalone launches that wait for a person to say who they are and whose chart it is about."""

import secrets
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.ehr.authorization_request import AuthorizationRequest

MOST = 200


class PendingChoices:
    """Authorization requests by the id that the choosing page carries; the oldest give way."""

    def __init__(self) -> None:
        self._waiting: dict[str, AuthorizationRequest] = {}
        self._lock = threading.Lock()

    def put(self, request: "AuthorizationRequest") -> str:
        """Let it wait; answers its id."""
        with self._lock:
            key = secrets.token_urlsafe(24)
            self._waiting[key] = request
            for oldest in list(self._waiting)[:-MOST]:
                del self._waiting[oldest]
            return key

    def take(self, key: str) -> "AuthorizationRequest | None":
        """The request of this id, once."""
        with self._lock:
            return self._waiting.pop(key, None)
