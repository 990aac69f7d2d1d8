"""FHIR's instants, dates and periods as Python's."""

from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Period:
    """From and until, in UTC; None where the chart does not say."""

    start: datetime | None
    end: datetime | None

    def covers(self, instant: datetime) -> bool:
        """Whether the instant lies inside; an open side is unbounded."""
        return (self.start is None or self.start <= instant) and (self.end is None or instant < self.end)


def parse_instant(text: object) -> datetime | None:
    """An instant in UTC. None if absent, malformed or without an offset: a time without a zone is no instant.

    Nor is one in the first or last year of the calendar, which systems write for "never": no zone's offset
    could be added to it. https://hl7.org/fhir/R4/datatypes.html#instant
    """
    if not isinstance(text, str):
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    if parsed.tzinfo is None or not MINYEAR < parsed.year < MAXYEAR:
        return None
    return parsed.astimezone(UTC)


def parse_date(text: object) -> date | None:
    """A whole date. FHIR also allows a year or a month alone: those are None here.

    https://hl7.org/fhir/R4/datatypes.html#date
    """
    if not isinstance(text, str) or len(text) != len("2026-01-31"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_period(raw: object) -> Period:
    """A Period; both sides None if it is absent."""
    if not isinstance(raw, dict):
        return Period(None, None)
    return Period(parse_instant(raw.get("start")), parse_instant(raw.get("end")))


def has_ended(period: object, now: datetime | None) -> bool:
    """Whether a raw Period is over; without `now`, whether it names an end at all.

    An end may be a date alone, which includes that whole day. https://hl7.org/fhir/R4/datatypes.html#Period
    """
    told = period.get("end") if isinstance(period, dict) else None
    end, day = parse_instant(told), parse_date(told)
    if end is None and day is not None and day < date.max:
        end = datetime.combine(day + timedelta(days=1), time(), UTC)
    return end is not None and (now is None or end <= now)


def format_instant(instant: datetime) -> str:
    """The instant as FHIR writes it, in UTC and whole seconds."""
    if instant.tzinfo is None:
        raise ValueError("a naive time is no instant")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_zone(instant: datetime, zone: ZoneInfo) -> datetime:
    """The instant as the clocks in this zone show it."""
    return instant.astimezone(zone)
