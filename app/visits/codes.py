"""Codes that people read aloud, and references that find a meeting again."""

from collections.abc import Callable

# No letter or digit that is mistaken for another when read aloud or written down.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 4
REFERENCE_LENGTH = 8
TITLE = "Video visit"


def make_code(choose: Callable[[str], str]) -> str:
    """Four characters that name the patient of a visit inside the call. `choose` picks one character."""
    return "".join(choose(ALPHABET) for _ in range(CODE_LENGTH))


def make_reference(choose: Callable[[str], str]) -> str:
    """Eight characters that end a meeting's title, so that a create whose answer was lost can be found."""
    return "".join(choose(ALPHABET) for _ in range(REFERENCE_LENGTH))


def meeting_title(reference: str) -> str:
    """A title that says nothing of the patient."""
    return f"{TITLE} · {reference}"


def name_in_call(role: str, code: str) -> str:
    """What others in the call see: the role and the visit's code."""
    return f"{role.capitalize()} {code}"
