"""Instants as people read them: in the clinic's zone, with the zone's name, in the reader's language."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale, dates
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _

from app.instants import day_words, long_day_words, moment_words, time_words, zone_words


def install(app: Flask) -> None:
    """Give templates these filters."""
    filters = (clock_time, day, long_day, zone_name, birth_date, minutes_long, length_long, iso)
    app.jinja_env.filters.update({each.__name__: each for each in filters})


def clock_time(instant: datetime, zone: ZoneInfo) -> str:
    """2:00 PM; in the hour that comes twice in autumn: 1:30 AM EST."""
    return time_words(instant, zone, _locale())


def day(instant: datetime, zone: ZoneInfo) -> str:
    """Mon, Nov 23."""
    return day_words(instant, zone, _locale())


def long_day(instant: datetime, zone: ZoneInfo) -> str:
    """Monday, November 23, 2026."""
    return long_day_words(instant, zone, _locale())


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """Monday, November 23, 2026, 2:00 PM."""
    return moment_words(instant, zone, _locale())


def zone_name(zone: ZoneInfo) -> str:
    """Eastern Time: words, for people who do not know what EST is."""
    return zone_words(zone, _locale())


def birth_date(born: date) -> str:
    """4 March 1961 as the language writes it, with the month in letters: 03/04 is two dates."""
    return dates.format_date(born, "long", _locale())


def minutes_long(since: datetime, now: datetime) -> str:
    """How long something lasts: `4 min`, `1 h 20 min`."""
    return length_long(now - since)


def length_long(length: timedelta) -> str:
    """`4 min`, `1 h 20 min`; less than a minute is said so."""
    whole = max(0, int(length.total_seconds() // 60))
    if whole < 1:
        return str(_("under a minute"))
    if whole < 60:
        return str(_("%(minutes)s min", minutes=whole))
    return str(_("%(hours)s h %(minutes)s min", hours=whole // 60, minutes=whole % 60))


def iso(instant: datetime) -> str:
    """For `datetime` attributes, in UTC."""
    return instant.isoformat().replace("+00:00", "Z")


def _locale() -> Locale:
    return get_locale() or Locale("en")
