"""Finding one's way in raw FHIR JSON without tripping over what is missing."""

from collections.abc import Iterator
from typing import Any

Raw = dict[str, Any]


def each(raw: object, *path: str) -> Iterator[Any]:
    """Every value under ``path``, through lists and objects; nothing where an element is absent."""
    if isinstance(raw, list):
        for member in raw:
            yield from each(member, *path)
    elif not path:
        yield raw
    elif isinstance(raw, dict) and path[0] in raw:
        yield from each(raw[path[0]], *path[1:])


def first_text(raw: object, *path: str) -> str:
    """The first string under ``path``, or nothing."""
    return next((value for value in each(raw, *path) if isinstance(value, str)), "")


def references(raw: object) -> Iterator[str]:
    """Every ``Reference.reference`` anywhere in a resource."""
    if isinstance(raw, list):
        for member in raw:
            yield from references(member)
    elif isinstance(raw, dict):
        target = raw.get("reference")
        if isinstance(target, str):
            yield target
        for member in raw.values():
            yield from references(member)


def human_name(raw: Raw) -> str:
    """A person's official name as one reads it; a place's name as it is."""
    name = raw.get("name")
    if isinstance(name, str):
        return name
    chosen: Raw = next(iter(name), {}) if isinstance(name, list) else {}
    parts = [*chosen.get("prefix", []), *chosen.get("given", [])[:1], chosen.get("family", "")]
    return chosen.get("text") or " ".join(part for part in parts if part)
