"""What this room needs of whoever runs it: a shared token, shared limits, the time."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from zoom_bridge.ids import HostId
from zoom_bridge.secret import Secret


class RateCategory(StrEnum):
    """Zoom's rate-limit labels. A limit counts per account, over all of its apps.

    https://developers.zoom.us/docs/api/rate-limits/
    """

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"
    RESOURCE_INTENSIVE = "resource-intensive"


@dataclass(frozen=True)
class StoredToken:
    """The account's access token, the API that it was issued for, and the UTC instant of its end."""

    access_token: Secret
    api_url: str
    expires_at: datetime


class Told(Protocol):
    """Hears how calls end, to count them."""

    def __call__(self, operation: str, outcome: str) -> None:
        """Zoom's name of the operation, and `answered` or an error of this room as a word."""
        ...


class TokenStore(Protocol):
    """Keeps one token for all processes. What it writes down is encrypted."""

    def load(self) -> StoredToken | None:
        """The token saved last, or None."""
        ...

    def save(self, token: StoredToken) -> None:
        """Put this one in the place of the last."""
        ...

    def renewing(self) -> AbstractContextManager[None]:
        """Held while a new one is asked for: by one process at a time."""
        ...


class RateGate(Protocol):
    """Holds calls back while Zoom has asked for a pause, or would ask for one; in all processes."""

    def wait_allowed(self, category: RateCategory) -> None:
        """Return at once if a call may be made, and count it; never sleep.

        Raises ZoomBusy or ZoomDailyLimit.
        """
        ...

    def pause(self, category: RateCategory, until: datetime) -> None:
        """Hold calls of this category back until then (UTC). A shorter pause never ends a longer one."""
        ...


class QuotaBook(Protocol):
    """Counts creates and updates per host and UTC day against `quota.MOST_A_DAY`."""

    def spend(self, host_id: HostId, utc_day: date) -> None:
        """Count one. Raises ZoomQuotaSpent, counting nothing, if the day has none left."""
        ...

    def note_spent_out(self, host_id: HostId, utc_day: date) -> None:
        """Zoom says that the day has none left: others may have spent some."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        ...
