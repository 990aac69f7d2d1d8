"""The parameters of an OAuth request: each at most once."""

from collections.abc import Iterable
from dataclasses import dataclass

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Form:
    """What an OAuth request carries; ``authorization`` is its header."""

    values: dict[str, str]
    repeated: frozenset[str] = frozenset()
    authorization: str = ""
    is_form: bool = True

    def get(self, name: str) -> str:
        """A parameter's value; nothing if it is absent. An empty one counts as absent (RFC 6749 §3.1)."""
        return self.values.get(name, "")


def form_of(pairs: Iterable[tuple[str, str]], content_type: str = FORM, authorization: str = "") -> Form:
    """The parameters as they came."""
    values: dict[str, str] = {}
    repeated = set()
    for name, value in pairs:
        if name in values:
            repeated.add(name)
        values.setdefault(name, value)
    is_form = content_type.split(";")[0].strip().lower() == FORM
    return Form(values, frozenset(repeated), authorization, is_form)
