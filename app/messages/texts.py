"""What messages say. No name of a patient, no reason for the visit: a message is read by whoever sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.instants import PLAIN, moment_words, short_moment_words, zone_words
from app.messages.guest_texts import Sayings, invited, told_of_move, told_off
from app.visits.states import Role
from app.words import Words

Writing = Callable[[datetime, ZoneInfo, str], str]

Wording = Callable[[Words, "LinkToSend"], tuple[str, str, str]]


@dataclass(frozen=True)
class LinkToSend:
    """A visit's link, and what a person needs to know of it."""

    clinic: str
    start: datetime
    zone: ZoneInfo
    url: str
    role: Role = Role.PATIENT  # of whoever it is for


def link_subject(words: Words, link: LinkToSend) -> str:
    """The subject of an e-mail."""
    _ = words.text
    return _("Your video visit with %(clinic)s") % {"clinic": link.clinic}


def link_text(words: Words, link: LinkToSend) -> str:
    """An e-mail's text."""
    _ = words.text
    return "\n".join(
        (
            _("You have a video visit with %(clinic)s on %(when)s.")
            % {"clinic": link.clinic, "when": _when(words, link)},
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
    about = {"clinic": link.clinic, "when": _when(words, link, short_moment_words), "url": link.url}
    return _("Video visit with %(clinic)s, %(when)s: %(url)s") % about


def link_words(words: Words, link: LinkToSend) -> tuple[str, str, str]:
    """Subject, e-mail and text message with the link."""
    if link.role is not Role.PATIENT:
        return _to_a_guest(words, link)
    return link_subject(words, link), link_text(words, link), link_short_text(words, link)


def moved_words(words: Words, link: LinkToSend) -> tuple[str, str, str]:
    """As `link_words`, where the visit has another time than they were told."""
    if link.role is not Role.PATIENT:
        _ = words.text
        return _said(words, link, told_of_move(words), (_("The link stays the same:"), link.url))
    _ = words.text
    about = {"clinic": link.clinic, "when": _when(words, link)}
    lines = (
        _("Your video visit with %(clinic)s has another time: %(when)s.") % about,
        "",
        _("The link stays the same:"),
        link.url,
    )
    short = {"clinic": link.clinic, "when": _when(words, link, short_moment_words), "url": link.url}
    return (
        _("New time for your video visit with %(clinic)s") % {"clinic": link.clinic},
        "\n".join(lines),
        _("New time for your video visit with %(clinic)s: %(when)s. Same link: %(url)s") % short,
    )


def off_words(words: Words, link: LinkToSend) -> tuple[str, str, str]:
    """As `link_words`, where the visit does not take place."""
    if link.role is not Role.PATIENT:
        return _said(words, link, told_off(words), ())
    _ = words.text
    about = {"clinic": link.clinic, "when": _when(words, link)}
    lines = (
        _("Your video visit with %(clinic)s on %(when)s does not take place.") % about,
        "",
        _("If you did not expect this, please call the clinic."),
    )
    short = {"clinic": link.clinic, "when": _when(words, link, short_moment_words)}
    return (
        _("Your video visit with %(clinic)s is cancelled") % {"clinic": link.clinic},
        "\n".join(lines),
        _("Cancelled: video visit with %(clinic)s, %(when)s.") % short,
    )


def _to_a_guest(words: Words, link: LinkToSend) -> tuple[str, str, str]:
    _ = words.text
    lines = (
        _("Open this link shortly before that time. You need no account and no app:"),
        link.url,
        "",
        _("The link is yours alone and ends with that day. Please do not pass it on."),
    )
    return _said(words, link, invited(words, link.role), lines)


def _said(words: Words, link: LinkToSend, said: Sayings, lines: tuple[str, ...]) -> tuple[str, str, str]:
    about = {"clinic": link.clinic, "url": link.url}
    text = "\n".join((said.line % (about | {"when": _when(words, link)}), "", *lines))
    short = said.short % (about | {"when": _when(words, link, short_moment_words)})
    return said.subject % about, text.rstrip(), short


def _when(words: Words, link: LinkToSend, written: Writing = moment_words) -> str:
    """The clinic's time, and whose it is."""
    _ = words.text
    # One character outside GSM-7 more than doubles the parts of a text message (3GPP TS 23.038).
    when = written(link.start, link.zone, words.locale).replace(PLAIN, " ")
    return _("%(when)s (%(zone)s)") % {"when": when, "zone": zone_words(link.zone, words.locale)}
