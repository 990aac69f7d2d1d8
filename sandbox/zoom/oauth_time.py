"""Tokens live by real time: moving the sandbox's clock ends none."""

from datetime import UTC, datetime


def real_time() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)
