"""Whether an element's value matches a search value. https://hl7.org/fhir/R4/search.html"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from sandbox.ehr.outcomes import bad_request

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)
DAY = timedelta(days=1)

_PREFIXED = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d{4}.*)")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class Span:
    """From ``start`` (included) to ``end`` (not included), both aware."""

    start: datetime
    end: datetime


def token_matches(value: object, wanted: str) -> bool:
    """``code``, ``system|code``, ``|code`` or ``system|`` against a code, boolean, Coding or Identifier."""
    if isinstance(value, dict) and "coding" in value:
        return any(token_matches(coding, wanted) for coding in value["coding"])
    if isinstance(value, bool):
        value = str(value).lower()
    system, code = (value.get("system", ""), _code(value)) if isinstance(value, dict) else ("", str(value))
    wanted_system, bar, wanted_code = wanted.rpartition("|")
    if bar and system != wanted_system:
        return False
    return code == wanted_code or (bool(bar) and not wanted_code)


def reference_matches(value: object, wanted: str, targets: tuple[str, ...], base: str) -> bool:
    """``id``, ``Type/id`` or an absolute URL of this server against a Reference."""
    reference = value.get("reference", "") if isinstance(value, dict) else ""
    wanted = wanted.removeprefix(base + "/")
    if "/" in wanted:
        return bool(reference == wanted)
    return any(reference == f"{target}/{wanted}" for target in targets)


def string_matches(value: object, wanted: str) -> bool:
    """Begins with it, case and accents aside."""
    return _plain(str(value)).startswith(_plain(wanted))


def date_matches(value: object, wanted: str, zone: tzinfo) -> bool:
    """A date, dateTime, instant or Period against a search value with its prefix."""
    comparison, span = parse_search_date(wanted, zone)
    held = span_of(value, zone)
    return held is not None and _COMPARISONS[comparison](held, span)


def parse_search_date(wanted: str, zone: tzinfo) -> tuple[str, Span]:
    """Prefix and span of a search value. Raises a 400 where it is no date or has a time without a zone."""
    prefixed = _PREFIXED.fullmatch(wanted)
    if prefixed is None or prefixed[1] == "ap":
        raise bad_request("A date is [eq|ne|gt|lt|ge|le|sa|eb]YYYY[-MM[-DD[Thh:mm:ss(Z|+hh:mm)]]].", "value")
    span = _span(prefixed[2], zone)
    if span is None:
        raise bad_request("A date with a time names its zone, as in 2026-03-08T09:30:00-05:00.", "value")
    return prefixed[1] or "eq", span


def span_of(value: object, zone: tzinfo) -> Span | None:
    """When a date, dateTime, instant or Period is."""
    if isinstance(value, str):
        return _span(value, zone)
    if not isinstance(value, dict):
        return None
    start, end = (_span(str(value[name]), zone) if name in value else None for name in ("start", "end"))
    return Span(start.start if start else BEGINNING, end.end if end else END)


_COMPARISONS: dict[str, Callable[[Span, Span], bool]] = {
    "eq": lambda held, wanted: wanted.start <= held.start and held.end <= wanted.end,
    "ne": lambda held, wanted: not (wanted.start <= held.start and held.end <= wanted.end),
    "gt": lambda held, wanted: held.end > wanted.end,
    "lt": lambda held, wanted: held.start < wanted.start,
    "ge": lambda held, wanted: held.end > wanted.start,
    "le": lambda held, wanted: held.start < wanted.end,
    "sa": lambda held, wanted: held.start >= wanted.end,
    "eb": lambda held, wanted: held.end <= wanted.start,
}


def _span(text: str, zone: tzinfo) -> Span | None:
    date = _DATE.fullmatch(text)
    try:
        if date is not None:
            return _days(date, zone)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    fine = timedelta(milliseconds=1) if moment.microsecond else timedelta(seconds=1)
    return Span(moment, moment + fine)


def _days(date: re.Match[str], zone: tzinfo) -> Span:
    year, month, day = int(date[1]), int(date[2] or 1), int(date[3] or 1)
    start = datetime(year, month, day, tzinfo=zone)
    if date[3]:
        return Span(start, start + DAY)
    if date[2]:
        return Span(start, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone))
    return Span(start, datetime(year + 1, 1, 1, tzinfo=zone))


def _code(value: dict[str, object]) -> str:
    return str(value.get("code", value.get("value", "")))


def _plain(text: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    ).casefold()
