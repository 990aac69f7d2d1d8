"""JSON in and out without losing digits: in FHIR 1.10 and 1.1 are two decimals.

https://hl7.org/fhir/R4/datatypes.html#decimal
"""

import json
import re

from fhir._elements import Raw

# No FHIR text holds this character, so a marker is never mistaken for one.
MARKED = re.compile(r'"\\u0000(-?[0-9][-+.0-9eE]*)"')


class ExactDecimal(float):
    """A number that remembers how it was written."""

    written: str

    def __new__(cls, written: str) -> "ExactDecimal":
        """Read it; the text is kept beside the number."""
        made = super().__new__(cls, written)
        made.written = written
        return made

    def __deepcopy__(self, _memo: object) -> "ExactDecimal":
        """Nobody changes it, so a copy is itself."""
        return self


def to_json(value: Raw | list[Raw]) -> bytes:
    """The JSON of a resource or patch; each decimal as it was read."""
    return MARKED.sub(r"\1", json.dumps(_marked(value))).encode()


def _marked(value: object) -> object:
    if isinstance(value, ExactDecimal):
        return f"\0{value.written}"
    if isinstance(value, dict):
        return {name: _marked(member) for name, member in value.items()}
    return [_marked(member) for member in value] if isinstance(value, list | tuple) else value
