"""Telling Zoom's refusals of 429 apart, and when to come back.

https://developers.zoom.us/docs/api/rate-limits/
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from zoom_bridge.errors import (
    ZoomBusy,
    ZoomContended,
    ZoomDailyLimit,
    ZoomLimited,
    ZoomQuotaSpent,
    ZoomRegistrationsSpent,
)
from zoom_bridge.quota import next_utc_midnight

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(days=1)


def limit_met(headers: Mapping[str, str], message: str, now: datetime) -> ZoomLimited:
    """Which limit a 429 speaks of. `headers` ignores case, `message` is Zoom's text.

    The host's quota comes without headers that say so, hence the text:
    https://devforum.zoom.us/t/18928
    """
    said = message.casefold()
    if "too many concurrent" in said:
        return ZoomContended(retry_at(headers, now) or now + SHORTEST)
    if "create/update" in said:
        return ZoomQuotaSpent(next_utc_midnight(now))
    if "daily" in said and "registrant" in said:
        return ZoomRegistrationsSpent(next_utc_midnight(now))
    if "daily" in headers.get("X-RateLimit-Type", "").casefold() or "daily" in said:
        return ZoomDailyLimit(retry_at(headers, now) or next_utc_midnight(now))
    return ZoomBusy(retry_at(headers, now) or now + SHORTEST)


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When `Retry-After` says to come back, between a second and a day from now; None if it says nothing.

    Zoom writes an instant (2020-05-31T00:00:00Z); the standard has seconds or an HTTP date:
    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    told = headers.get("Retry-After", "").strip()
    moment = _after_seconds(told, now) or _iso_instant(told) or _http_date(told)
    return None if moment is None else min(max(moment, now + SHORTEST), now + LONGEST)


def _after_seconds(told: str, now: datetime) -> datetime | None:
    if not (told.isascii() and told.isdigit()):
        return None
    return now + min(timedelta(seconds=int(told[:9])), LONGEST)


def _iso_instant(told: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _http_date(told: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(told)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
