"""What a status that is not a success means, to a read and to a write."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

import requests

from fhir._elements import Raw, many, text_of
from fhir.errors import (
    ChartAnswerMalformed,
    ChartBusy,
    ChartClash,
    ChartConflict,
    ChartDuplicate,
    ChartFailing,
    ChartForbidden,
    ChartNotFound,
    ChartOverloaded,
    ChartRefused,
    ChartUnauthorized,
    ChartUnreachable,
    FhirError,
)

NAMED: Mapping[int, type[FhirError]] = {
    401: ChartUnauthorized,
    403: ChartForbidden,
    404: ChartNotFound,
    410: ChartNotFound,
}
# Request timed out, locked by somebody, a dependency failed, too early, too many: nothing was done, and
# later it may be.
LATER = (408, 423, 424, 425, 429)
CONFLICTS = (409, 412)
NOT_IMPLEMENTED = 501
# A server's own words may hold what was sent; these cannot. https://hl7.org/fhir/R4/valueset-issue-type.html
ISSUE_TYPES = frozenset(
    """invalid structure required value invariant security login unknown expired forbidden suppressed
    processing not-supported duplicate multiple-matches not-found deleted too-long code-invalid extension
    too-costly business-rule conflict transient lock-error no-store exception timeout incomplete throttled
    informational""".split()  # noqa: SIM905  # a list of words reads best as words
)


def read_refusal(answer: requests.Response) -> FhirError:
    """Why a read was answered with anything but 200."""
    status = answer.status_code
    if status in (429, 503):
        return ChartBusy(retry_after(answer.headers))
    # Some servers answer so for a resource that lacks a required element: it will lack it tomorrow, too.
    if status == 500 and "required" in _issue_types(answer):
        return ChartAnswerMalformed("required")
    if status >= 500:
        return ChartUnreachable()
    return NAMED[status]() if status in NAMED else ChartRefused(status)


def write_refusal(answer: requests.Response, *, creating: bool) -> FhirError:
    """Why a write was answered with anything but 2xx. Its `outcome_known` is False where it may be done."""
    status, wait = answer.status_code, retry_after(answer.headers)
    if status in NAMED:
        return NAMED[status]()
    if status in LATER:
        return ChartBusy(wait)
    if status == 503:
        return ChartOverloaded(wait)
    if status >= 500 and status != NOT_IMPLEMENTED:
        return ChartFailing(wait)
    codes = tuple(dict.fromkeys(_issue_types(answer)))
    if creating and status in CONFLICTS:
        return ChartDuplicate(status, codes) if status == 412 else ChartClash(status, codes)
    return ChartConflict(status, codes) if status in CONFLICTS else ChartRefused(status, codes)


def is_failure(outcome: Raw) -> bool:
    """Whether an OperationOutcome names an error."""
    return any(text_of(issue, "severity") in ("fatal", "error") for issue in many(outcome, "issue"))


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Seconds, or an HTTP date, which is measured by the server's own clock.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    told = headers.get("Retry-After", "").strip()
    if told.isascii() and told.isdigit() and len(told) < 9:
        return timedelta(seconds=int(told))
    try:
        wait = parsedate_to_datetime(told) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return max(wait, timedelta(0))


def _issue_types(answer: requests.Response) -> Iterator[str]:
    try:
        outcome = answer.json()
    except (ValueError, RecursionError):
        return
    for issue in many(outcome, "issue"):
        code = text_of(issue, "code")
        if code in ISSUE_TYPES:
            yield code
