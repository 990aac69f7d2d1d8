"""Sentences in a person's language, where there is no request that tells one: messages and notes."""

from collections.abc import Callable
from dataclasses import dataclass

from app.catalogues import DEFAULT, catalogue, spoken


@dataclass(frozen=True)
class Words:
    """A locale and its gettext. `text` gives a sentence, `texts` one of two by a number."""

    locale: str
    text: Callable[[str], str]
    texts: Callable[[str, str, int], str]


def words_in(language: str | None) -> Words:
    """The words of a BCP 47 tag or locale name; English where there are none."""
    locale = locale_for(language)
    found = catalogue(locale)
    return Words(locale, found.gettext, found.ngettext)


def locale_for(language: str | None) -> str:
    """The locale that we speak which is nearest to the tag; English where there is none."""
    return spoken(language) or DEFAULT
