"""Zoom's daily quota: a hundred creates and updates of meetings per host, until 00:00 UTC.

https://developers.zoom.us/docs/api/rate-limits/
"""

from datetime import UTC, datetime, timedelta

MOST_A_DAY = 100


def next_utc_midnight(now: datetime) -> datetime:
    """When the quotas of the day that holds `now` begin anew."""
    tomorrow = now.astimezone(UTC) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)
