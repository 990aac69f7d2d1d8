"""The reader's language: asked for, chosen before, told by the chart, or the browser's."""

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from flask import Flask, g, request
from flask_babel import Babel, get_locale
from werkzeug.wrappers import Response

from app.catalogues import DEFAULT, DOMAIN, SPOKEN, catalogue, spoken

COOKIE = "__Host-vb-lang"
A_YEAR_SECONDS = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Speak the reader's language in every template and message."""
    babel = Babel(app, locale_selector=reader_language)
    with app.app_context():
        babel.domain_instance.cache.update({(locale, DOMAIN): catalogue(locale) for locale in SPOKEN})
    app.after_request(_remember)
    app.jinja_env.globals.update(lang_tag=lang_tag, language_choices=language_choices)
    app.jinja_env.filters["language_name"] = language_name


def reader_language() -> str:
    """The locale of ours to answer in."""
    chosen = asked_for() or _chosen_before() or spoken(g.get("chart_language"))
    return chosen or _of_the_browser() or DEFAULT


def asked_for() -> str | None:
    """The language that this very request names."""
    if not request.query_string:
        return None
    asked = request.args.get("lang")
    return asked if asked in SPOKEN else None


@dataclass(frozen=True)
class LanguageChoice:
    """A language in its own script, and the address of the same page in it."""

    name: str
    tag: str
    href: str
    is_current: bool


def language_choices() -> tuple[LanguageChoice, ...]:
    """The languages that this page can be read in. None where its address cannot be opened again."""
    if request.method not in ("GET", "HEAD") or "error_code" in g:
        return ()
    current, asked = reader_language(), request.args.to_dict()
    return tuple(
        LanguageChoice(name, _tag(locale), f"?{urlencode(asked | {'lang': locale})}", locale == current)
        for locale, name in SPOKEN.items()
    )


def language_name(tag: str) -> str:
    """What the reader calls a language: `es-MX` is Spanish (Mexico). A tag that nobody knows stays one."""
    reader = get_locale() or Locale(DEFAULT)
    for known in (tag, tag.split("-")[0]):
        with suppress(UnknownLocaleError, ValueError):
            return Locale.parse(known, sep="-").get_display_name(reader) or tag
    return tag


def lang_tag() -> str:
    """The page's language, as HTML names it."""
    return _tag(str(get_locale()))


def _tag(locale: str) -> str:
    return locale.replace("_", "-")


def _chosen_before() -> str | None:
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in SPOKEN and _is_kept() else None


def _is_kept() -> bool:
    """On a patient's page the choice stands in the address instead: a family may share the telephone."""
    return not request.path.startswith("/v/")


def _of_the_browser() -> str | None:
    return next(filter(None, (spoken(tag) for tag, _quality in request.accept_languages)), None)


def _remember(response: Response) -> Response:
    asked = asked_for()
    if asked is not None and _is_kept():
        response.set_cookie(
            COOKIE,
            asked,
            max_age=A_YEAR_SECONDS,
            path="/",
            secure=True,
            httponly=True,
            samesite="None",
            partitioned=True,
        )
    return response
