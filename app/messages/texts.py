"""What messages say. No name of a patient, no reason for the visit: a message is read by whoever sees it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from app.words import Words


@dataclass(frozen=True)
class LinkToSend:
    """A visit's link, and what a person needs to know of it."""

    clinic: str
    start: datetime
    zone: ZoneInfo
    url: str


def link_subject(words: Words, link: LinkToSend) -> str:
    """The subject of an e-mail."""
    _ = words.text
    return _("Your video visit with %(clinic)s") % {"clinic": link.clinic}


def link_text(words: Words, link: LinkToSend) -> str:
    """An e-mail's text."""
    _ = words.text
    return "\n".join(
        (
            _("You have a video visit with %(clinic)s on %(when)s.") % _about(words, link),
            "",
            _("Open this link shortly before that time. You need no account and no app:"),
            link.url,
            "",
            _("The link is yours alone. Please do not pass it on."),
        )
    )


def link_short_text(words: Words, link: LinkToSend) -> str:
    """A text message."""
    _ = words.text
    return _("Video visit with %(clinic)s, %(when)s: %(url)s") % {**_about(words, link), "url": link.url}


def _about(words: Words, link: LinkToSend) -> dict[str, str]:
    when = format_datetime(link.start, "EEEE d MMMM, HH:mm zzz", tzinfo=link.zone, locale=words.locale)
    return {"clinic": link.clinic, "when": when}
