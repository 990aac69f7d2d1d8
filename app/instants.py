"""Instants in words: in a zone, as a language writes them. One style for pages and messages."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale, dates

# Babel puts a narrow space before AM and PM, which few fonts have.
NARROW, PLAIN = "\u202f", "\u00a0"


def time_words(instant: datetime, zone: ZoneInfo, locale: Locale | str) -> str:
    """2:00 PM; in autumn, in the hour that comes twice: 1:30 AM EDT, and an hour later 1:30 AM EST."""
    words = dates.format_time(instant, "short", zone, locale).replace(NARROW, PLAIN)
    which = which_of_two(instant, zone, locale)
    return f"{words}{PLAIN}{which}" if which else words


def day_words(instant: datetime, zone: ZoneInfo, locale: Locale | str) -> str:
    """Mon, Nov 23."""
    return dates.format_skeleton("MMMEd", instant, zone, locale=locale)


def long_day_words(instant: datetime, zone: ZoneInfo, locale: Locale | str) -> str:
    """Monday, November 23, 2026."""
    return dates.format_date(instant.astimezone(zone), "full", locale)


def moment_words(instant: datetime, zone: ZoneInfo, locale: Locale | str) -> str:
    """Monday, November 23, 2026, 2:00 PM."""
    return _joined(long_day_words(instant, zone, locale), time_words(instant, zone, locale), locale)


def short_moment_words(instant: datetime, zone: ZoneInfo, locale: Locale | str) -> str:
    """Mon, Nov 23, 2:00 PM."""
    return _joined(day_words(instant, zone, locale), time_words(instant, zone, locale), locale)


def zone_words(zone: ZoneInfo, locale: Locale | str) -> str:
    """Eastern Time: words, for people who do not know what EST is."""
    return dates.get_timezone_name(zone, "long", locale=locale, zone_variant="generic")


def which_of_two(instant: datetime, zone: ZoneInfo, locale: Locale | str) -> str:
    """EST or EDT, where the clocks go back and show this time twice in a night; else nothing."""
    here = instant.astimezone(zone)
    if here.utcoffset() == here.replace(fold=1 - here.fold).utcoffset():
        return ""
    short = dates.get_timezone_name(here, "short", locale=locale)
    # Where the language has no letters for a zone, Babel answers an offset, which helps nobody.
    return short if short.isalpha() else dates.get_timezone_name(here, "long", locale=locale)


def _joined(day: str, time: str, locale: Locale | str) -> str:
    """As the language puts a day and a time together."""
    return str(dates.get_datetime_format("medium", locale)).replace("{1}", day).replace("{0}", time)
