"""Reading elements out of raw FHIR JSON, tolerantly: what has another shape than expected is absent."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

Raw = dict[str, object]


class Said(NamedTuple):
    """What CodeableConcepts say: every code; every code, display and text, once; and the first to be read."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    text: str | None


def text_of(raw: object, name: str) -> str | None:
    """The text under this name; None if absent, blank or no text."""
    value = raw.get(name) if isinstance(raw, dict) else None
    if not isinstance(value, str):
        return None
    # Nearly all are: a day of a clinic has thousands of texts.
    is_plain = value.isascii() and "\0" not in value
    return (value if is_plain else _storable(value)).strip() or None


def one(raw: object, name: str) -> Raw:
    """The object under this name, or an empty one."""
    value = raw.get(name) if isinstance(raw, dict) else None
    return value if isinstance(value, dict) else {}


def many(raw: object, name: str) -> list[Raw]:
    """The objects of the list under this name. A lone object counts as a list of one."""
    value = raw.get(name) if isinstance(raw, dict) else None
    if value is None:
        return []
    if isinstance(value, list):
        return [entry for entry in value if isinstance(entry, dict)]
    return [value] if isinstance(value, dict) else []


def texts(raw: object, name: str) -> tuple[str, ...]:
    """The texts of the list under this name."""
    value = raw.get(name) if isinstance(raw, dict) else None
    entries = value if isinstance(value, list) else [value]
    found = (_storable(entry).strip() for entry in entries if isinstance(entry, str))
    return tuple(entry for entry in found if entry)


def said_by(concepts: Iterable[Raw]) -> Said:
    """All that CodeableConcepts say, in order, read in one go."""
    told: list[str] = []
    names: dict[str, None] = {}
    read: str | None = None
    for concept in concepts:
        shown: str | None = None
        for coding in many(concept, "coding"):
            if code := text_of(coding, "code"):
                told.append(code)
                names[code] = None
            if display := text_of(coding, "display"):
                shown = shown or display
                names[display] = None
        if text := text_of(concept, "text"):
            names[text] = None
        read = read or text or shown
    return Said(tuple(told), tuple(names), read)


def codes(concepts: Iterable[Raw]) -> tuple[str, ...]:
    """Every code of CodeableConcepts, in order."""
    found = [text_of(coding, "code") for concept in concepts for coding in many(concept, "coding")]
    return tuple(code for code in found if code)


def concept_text(concept: Raw) -> str | None:
    """What a person reads: the concept's text, else its first display."""
    if text := text_of(concept, "text"):
        return text
    displays = (text_of(coding, "display") for coding in many(concept, "coding"))
    return next((display for display in displays if display), None)


def coding_code(concept: Raw, system: str) -> str | None:
    """The code that a CodeableConcept has in one code system."""
    found = (coding for coding in many(concept, "coding") if text_of(coding, "system") == system)
    return next((code for coding in found if (code := text_of(coding, "code"))), None)


def version_of(raw: Raw) -> str | None:
    """meta.versionId, as text also where the server made it a number."""
    version = one(raw, "meta").get("versionId")
    return str(version) if isinstance(version, str | int) and str(version) else None


def extensions(raw: object, url: str) -> Iterator[Raw]:
    """The extensions with this URL."""
    return (extension for extension in many(raw, "extension") if extension.get("url") == url)


def gaps_of(resource: str, **elements: object) -> tuple[str, ...]:
    """Names of the elements in which the chart is silent, such as "Appointment.start"."""
    return tuple([f"{resource}.{name}" for name, value in elements.items() if not value])


def _storable(text: str) -> str:
    """PostgreSQL stores no NUL, and no driver a lone surrogate; JSON may spell both."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode()
