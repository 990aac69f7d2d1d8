"""Finds what must not get out, in a text or in a file's bytes, however it is spelled there."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, quote_plus

# In base64 and hex, fewer letters than these would be found by chance.
SHORTEST_ENCODED = 6
# A database splits long values over pages: a part as long as this is as good as the whole.
PIECE, STEP = 16, 4
# Simulators cut secrets in what they record to their first six characters and this sign.
CUT = "…"
# An escaped space or plus ends in a digit, and is none.
_NO_DIGIT = r"(?:(?<!\d)|(?<=%20)|(?<=%2B))"
_READABLE = re.compile(rb"[ -~]{4,}")


@dataclass(frozen=True)
class Needle:
    """Something that must not get out: what it is, and the pattern of all its spellings."""

    what: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Leak:
    """Something that got out, and the words around it."""

    what: str
    around: str


def leaks(needles: Iterable[Needle], text: str | bytes) -> list[Leak]:
    """Every needle that is in the text, each once; in bytes, among what is readable, repeats left out."""
    hay = text if isinstance(text, str) else b"\n".join(dict.fromkeys(_READABLE.findall(text))).decode()
    found = ((needle, needle.pattern.search(hay)) for needle in needles)
    return [Leak(needle.what, hay[max(0, at.start() - 60) : at.end() + 60]) for needle, at in found if at]


def name(what: str, text: str) -> Needle:
    """A person's name: whole words in any case, so that `Lin` is not found in `link`."""
    plain = "|".join(re.escape(one) for one in _spelled(text))
    coded = "|".join(re.escape(one) for one in _encoded(text))
    pattern = rf"(?<![^\W_])(?i:{plain})(?![^\W_])" + (f"|{coded}" if coded else "")
    return Needle(what, re.compile(pattern))


def identifier(what: str, text: str) -> Needle:
    """An id, an address: anywhere, in any case."""
    plain = "|".join(re.escape(one) for one in _spelled(text))
    coded = "|".join(re.escape(one) for one in _encoded(text))
    return Needle(what, re.compile(f"(?i:{plain})" + (f"|{coded}" if coded else "")))


def phone(what: str, number: str) -> Needle:
    """A telephone number: its national digits, whatever stands between them."""
    digits = re.sub(r"\D", "", number)[-10:]
    spelled = r"(?:[\W_]|%[0-9A-F]{2}){0,3}".join(digits)
    return Needle(what, re.compile(rf"{_NO_DIGIT}1?{spelled}(?!\d)"))


def birth_date(what: str, told: str) -> Needle:
    """A date of birth, as charts, forms and people write it."""
    day = date.fromisoformat(told)
    year, month, of_month = str(day.year), f"0?{day.month}", f"0?{day.day}"
    in_words = f"(?:{day:%B}|{day:%b})"
    orders = (
        (year, month, of_month),
        (month, of_month, year),
        (of_month, month, year),
        (in_words, of_month, year),
        (of_month, in_words, year),
    )
    spelled = "|".join(r"(?:[\s/.,+-]|%2[0-9A-F]){0,2}".join(order) for order in orders)
    return Needle(what, re.compile(rf"(?<!\d)(?i:{spelled})(?!\d)"))


def secret(what: str, value: str) -> Needle:
    """A token, a code: whole, in parts, encoded, or cut short as simulators show it."""
    last = max(0, len(value) - PIECE)
    pieces = {value[at : at + PIECE] for at in (*range(0, last, STEP), last)}
    spelled = {spelling for piece in pieces for spelling in _spelled(piece)}
    patterns = map(re.escape, sorted(spelled | _encoded(value) | {value[:6] + CUT}))
    return Needle(what, re.compile("|".join(patterns)))


def people_needles(day: Mapping[str, Any]) -> list[Needle]:
    """Everything that the EHR's day tells of its patients, its practitioners and their appointments."""
    appointments = day["appointments"]
    encounters = {one["encounter"] for one in appointments if one["encounter"]}
    return [
        *(needle for one in day["patients"] for needle in _patient(one)),
        *(needle for one in day["practitioners"] for needle in _practitioner(one)),
        *(identifier("an Appointment's id", one["id"]) for one in appointments),
        *(identifier("an Encounter's id", one) for one in sorted(encounters)),
    ]


def _patient(one: Mapping[str, Any]) -> Iterator[Needle]:
    yield name("a patient's name", one["name"])
    yield name("a patient's family name", one["family"])
    yield from (name("a patient's given name", given) for given in one["given"])
    yield birth_date("a patient's birth date", one["birth_date"])
    yield identifier("a patient's MRN", one["mrn"])
    yield _digits("the digits of a patient's MRN", one["mrn"])
    yield identifier("a Patient's id", one["id"])
    if one["phone"]:
        yield phone("a patient's telephone", one["phone"])
    if one["email"]:
        yield identifier("a patient's e-mail", one["email"])


def _practitioner(one: Mapping[str, Any]) -> Iterator[Needle]:
    yield name("a practitioner's name", one["name"].removeprefix("Dr. "))
    yield name("a practitioner's family name", one["name"].rpartition(" ")[2])
    yield identifier("a practitioner's e-mail", one["email"])
    yield identifier("a practitioner's NPI", one["npi"])
    yield identifier("a Practitioner's id", one["id"])


def _digits(what: str, told: str) -> Needle:
    """A number by itself, which no fraction of a second is."""
    return Needle(what, re.compile(r"(?<![\d.])" + re.sub(r"\D", "", told) + r"(?!\d)"))


def _spelled(text: str) -> set[str]:
    return {
        text,
        quote(text, safe=""),
        quote_plus(text),
        json.dumps(text)[1:-1],
        html.escape(text),
        html.escape(text).replace("&#x27;", "&#39;"),
        text.replace(" ", "-"),
        text.replace(" ", "_"),
    }


def _encoded(text: str) -> set[str]:
    """Hex, and base64 at each of the three places that a text may begin at inside something longer."""
    raw = text.encode()
    if len(raw) < SHORTEST_ENCODED:
        return set()
    coded = {_core(raw, before) for before in range(3)}
    return {raw.hex(), raw.hex().upper(), *coded, *(one.translate(_URL_SAFE) for one in coded)}


_URL_SAFE = str.maketrans("+/", "-_")


def _core(raw: bytes, before: int) -> str:
    """The characters of base64 that depend on ``raw`` alone where so many bytes stand before it."""
    text = base64.b64encode(bytes(before) + raw).decode()
    whole = (before + len(raw)) * 8 // 6
    return text[-(-before * 8 // 6) : whole]
