"""Elements that several resources share."""

from collections.abc import Iterable, Iterator

from fhir._elements import Raw
from fhir.references import Reference


def refer(reference: Reference | None) -> Raw:
    """A Reference element; no display, which would be one more copy of a name. Empty without a reference."""
    return {"reference": str(reference)} if reference else {}


def concept(system: str, code: str, display: str | None = None) -> Raw:
    """A CodeableConcept of one coding."""
    coding = {"system": system, "code": code, "display": display}
    return {"coding": [{name: value for name, value in coding.items() if value is not None}]}


def entries(raw: Raw, name: str) -> Iterator[tuple[int, Raw]]:
    """The objects of a list with their true indexes, for a path to point to."""
    held = raw.get(name)
    for index, entry in enumerate(held if isinstance(held, list) else ()):
        if isinstance(entry, dict):
            yield index, entry


def told(pairs: Iterable[tuple[str, object]]) -> Raw:
    """An object of what has a value: FHIR has no empty elements."""
    return {name: value for name, value in pairs if value not in (None, "", [], {})}
