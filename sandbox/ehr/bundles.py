"""Searchset bundles, page by page: the next link is opaque and belongs to the token that searched."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.ehr.charts import Page
from sandbox.ehr.elements import Raw
from sandbox.ehr.outcomes import FhirRefusal, Issue
from sandbox.ehr.queries import Query

MOST = 500


@dataclass(frozen=True)
class Shown:
    """A page that was shown and the search that it belongs to."""

    query: Query
    page: Page


class Cursors:
    """What comes after a page, by the opaque value in its next link; the oldest give way."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[str, Shown]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, owner: str, shown: Shown) -> str:
        """Remember how far ``owner`` has come."""
        cursor = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[cursor] = (owner, shown)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return cursor

    def turn(self, owner: str, cursor: str) -> Shown:
        """The page behind a next link. Raises a 410 for one that is forgotten or another's."""
        with self._lock:
            kept_owner, shown = self._kept.get(cursor, ("", None))
        if shown is None or shown.page.more is None or kept_owner != owner:
            raise FhirRefusal(410, Issue("not-found", "This page is gone; search again."))
        return Shown(shown.query, shown.page.more())


def searchset(
    base: str,
    self_link: str,
    found: list[Raw],
    included: Iterable[Raw],
    total: int | None,
    next_link: str | None,
) -> Raw:
    """A searchset Bundle with absolute links."""
    bundle: Raw = {"resourceType": "Bundle", "type": "searchset"}
    if total is not None:
        bundle["total"] = total
    bundle["link"] = [{"relation": "self", "url": self_link}]
    if next_link is not None:
        bundle["link"].append({"relation": "next", "url": next_link})
    entries = [_entry(base, raw, "match") for raw in found] + [
        _entry(base, raw, "include") for raw in included
    ]
    if entries:
        bundle["entry"] = entries
    return bundle


def _entry(base: str, raw: Raw, mode: str) -> Raw:
    return {
        "fullUrl": f"{base}/{raw['resourceType']}/{raw['id']}",
        "resource": raw,
        "search": {"mode": mode},
    }
