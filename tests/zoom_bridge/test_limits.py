"""The kinds of 429, told apart."""

from datetime import UTC, datetime, timedelta

import pytest
from requests.structures import CaseInsensitiveDict

from zoom_bridge.errors import (
    ZoomBusy,
    ZoomContended,
    ZoomDailyLimit,
    ZoomQuotaSpent,
    ZoomRegistrationsSpent,
)
from zoom_bridge.limits import limit_met, retry_at

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 5, tzinfo=UTC)
SOON = NOW + timedelta(seconds=1)

PER_SECOND = "You have reached the maximum per-second rate limit for this API. Try again later."
PER_DAY = (
    "You have reached the maximum daily rate limit for this API. Refer to the response header for details."
)
PER_HOST = (
    "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this"
    " particular user. You may resume these requests at GMT 00:00:00."
)
PER_PERSON = (
    "You have exceeded the daily rate limit (3) of Add meeting registrant API requests permitted for this"
    " registrant."
)
AT_ONCE = "Too many concurrent requests. A request to disassociate this user has already been made."


@pytest.mark.parametrize(
    ("headers", "message", "kind", "when"),
    [
        ({"X-RateLimit-Type": "QPS"}, PER_SECOND, ZoomBusy, SOON),
        ({"x-ratelimit-type": "QPS", "retry-after": "3"}, "", ZoomBusy, NOW + timedelta(seconds=3)),
        ({}, "", ZoomBusy, SOON),
        (
            {"X-RateLimit-Type": "Daily-limit", "Retry-After": "2026-03-05T00:00:00Z"},
            PER_DAY,
            ZoomDailyLimit,
            MIDNIGHT,
        ),
        ({"X-RateLimit-Type": "Daily-limit"}, "", ZoomDailyLimit, MIDNIGHT),
        ({}, PER_DAY, ZoomDailyLimit, MIDNIGHT),
        ({}, PER_HOST, ZoomQuotaSpent, MIDNIGHT),
        ({"X-RateLimit-Type": "QPS", "Retry-After": "1"}, PER_HOST, ZoomQuotaSpent, MIDNIGHT),
        ({}, PER_PERSON, ZoomRegistrationsSpent, MIDNIGHT),
        ({}, AT_ONCE, ZoomContended, SOON),
    ],
)
def test_each_limit_is_known_by_its_headers_or_text(headers, message, kind, when):
    met = limit_met(CaseInsensitiveDict(headers), message, NOW)

    assert type(met) is kind
    assert met.retry_at == when
    assert met.retryable
    assert met.outcome_known


@pytest.mark.parametrize(
    ("told", "when"),
    [
        ("2026-03-04T18:00:00Z", NOW + timedelta(hours=3)),
        ("2026-03-04T18:00:00", NOW + timedelta(hours=3)),
        ("2026-03-04T13:00:00-05:00", NOW + timedelta(hours=3)),
        ("120", NOW + timedelta(minutes=2)),
        ("Wed, 04 Mar 2026 18:00:00 GMT", NOW + timedelta(hours=3)),
        ("Wed, 04 Mar 2026 13:00:00 -0500", NOW + timedelta(hours=3)),
        ("0", SOON),
        ("2020-05-31T00:00:00Z", SOON),
        ("99999999999999", NOW + timedelta(days=1)),
        ("2036-01-01T00:00:00Z", NOW + timedelta(days=1)),
        ("", None),
        ("later", None),
        ("-5", None),
        ("٣", None),
    ],
)
def test_retry_after_is_an_instant_seconds_or_a_date_within_reason(told, when):
    assert retry_at({"Retry-After": told}, NOW) == when


def test_no_retry_after_says_nothing():
    assert retry_at({}, NOW) is None
