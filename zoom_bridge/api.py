"""Calls of the API with the account's token, inside Zoom's limits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from zoom_bridge._fields import Raw, objects, text
from zoom_bridge.auth import AccountTokens
from zoom_bridge.errors import (
    ZoomAnswerMalformed,
    ZoomBusy,
    ZoomContended,
    ZoomCredentialsRefused,
    ZoomDailyLimit,
    ZoomError,
)
from zoom_bridge.ports import RateCategory, RateGate, StoredToken, Told
from zoom_bridge.regions import api_base
from zoom_bridge.wire import Ask, Bearer, Wire

_CAPITAL = re.compile(r"(?<!^)([A-Z])")
PAGE_SIZE = 300
MOST_PAGES = 50


@dataclass(frozen=True)
class Call:
    """One call: Zoom's operation id, its rate-limit label, and what goes out."""

    operation: str
    category: RateCategory
    method: str
    path: str = field(repr=False)
    params: Mapping[str, str] | None = field(default=None, repr=False)
    json: Raw | None = field(default=None, repr=False)


class ZoomApi:
    """Sends calls: once, and once more with a new token after a 401. Nothing is retried otherwise."""

    def __init__(
        self, wire: Wire, api_url: str, tokens: AccountTokens, gate: RateGate, told: Told | None = None
    ) -> None:
        self._wire = wire
        self._api_url = api_url
        self._tokens = tokens
        self._gate = gate
        self._told = told or _nobody

    def wait_allowed(self, category: RateCategory) -> None:
        """Return at once if a call may be made, then sent as `allowed`. Raises ZoomBusy or ZoomDailyLimit."""
        self._gate.wait_allowed(category)

    def send(self, call: Call, *, allowed: bool = False) -> Raw:
        """The answer's object, empty if it has none. Raises the ZoomError that fits."""
        try:
            if not allowed:
                self._gate.wait_allowed(call.category)
            raw = self._obeyed(call)
        except ZoomError as error:
            self._told(call.operation, outcome_of(error))
            raise
        self._told(call.operation, "answered")
        return raw

    def _obeyed(self, call: Call) -> Raw:
        try:
            return self._authorized(call)
        except ZoomContended:
            raise
        except (ZoomBusy, ZoomDailyLimit) as limit:
            self._gate.pause(call.category, limit.retry_at)
            raise

    def pages(self, call: Call, name: str) -> Iterator[Raw]:
        """The rows of all pages of a list. https://developers.zoom.us/docs/api/pagination/"""
        page_token = ""
        for _ in range(MOST_PAGES):
            rows, page_token = self.page(call, name, page_token)
            yield from rows
            if not page_token:
                return
        raise ZoomAnswerMalformed("next_page_token")

    def page(self, call: Call, name: str, page_token: str) -> tuple[tuple[Raw, ...], str]:
        """One page of a list, and the token of the next, empty after the last."""
        params = {**(call.params or {}), "page_size": str(PAGE_SIZE)}
        if page_token:
            params["next_page_token"] = page_token
        raw = self.send(replace(call, params=params))
        return tuple(objects(raw, name)), text(raw, "next_page_token") or ""

    def _authorized(self, call: Call) -> Raw:
        token = self._tokens.current()
        try:
            return self._wire.send(self._ask(call, token))
        except ZoomCredentialsRefused:
            # A 401 means that nothing was done, so this is no second try of a create.
            return self._wire.send(self._ask(call, self._tokens.renewed(token)))

    def _ask(self, call: Call, token: StoredToken) -> Ask:
        return Ask(
            operation=call.operation,
            method=call.method,
            url=api_base(self._api_url, token.api_url) + call.path,
            auth=Bearer(token.access_token.reveal()),
            params=call.params,
            json=call.json,
        )


def outcome_of(error: ZoomError) -> str:
    """What went wrong, as a word to count by: `daily_limit`, `slow`, `refused`."""
    return _CAPITAL.sub(r"_\1", type(error).__name__.removeprefix("Zoom")).lower()


def _nobody(_operation: str, _outcome: str) -> None:
    """Nobody counts."""
