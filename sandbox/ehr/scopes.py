"""SMART scopes, v1 and v2. https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qsl

Letter = Literal["c", "r", "u", "d", "s"]

PLAIN = ("openid", "fhirUser", "profile", "online_access", "offline_access")
V1 = {"read": "rs", "write": "cud", "*": "cruds"}

_CLINICAL = re.compile(r"(patient|user|system)/(\*|[A-Z][A-Za-z]+)\.(read|write|\*|[cruds]+)(?:\?(\S+))?")
_V2_ORDER = re.compile(r"c?r?u?d?s?")
_LAUNCH = re.compile(r"launch(/[a-z]+)?(\?role=\S+)?")


@dataclass(frozen=True)
class Scope:
    """Access to one type (or ``*``) at one level; ``filters`` narrow it to the resources that match them."""

    level: str
    resource_type: str
    letters: str
    filters: tuple[tuple[str, str], ...] = ()
    v1: bool = False

    def allows(self, resource_type: str, letter: Letter) -> bool:
        """Whether this scope by itself permits the interaction, its filters aside."""
        return letter in self.letters and self.resource_type in ("*", resource_type)

    def spelled(self, v1: bool) -> list[str]:
        """As scope strings; v1 knows only read, write and ``*``, so it may say more than is meant."""
        head = f"{self.level}/{self.resource_type}."
        if not v1:
            query = "&".join(f"{name}={value}" for name, value in self.filters)
            return [f"{head}{self.letters}" + (f"?{query}" if query else "")]
        reading = [head + "read"] if set(self.letters) & set("rs") else []
        writing = [head + "write"] if set(self.letters) & set("cud") else []
        return reading + writing


class MalformedScope(ValueError):
    """A scope string that is none of SMART's."""


def parse_scope(text: str) -> Scope | str:
    """A clinical scope as Scope, any other known one as it is. Raises MalformedScope."""
    if text in PLAIN or _LAUNCH.fullmatch(text):
        return text
    clinical = _CLINICAL.fullmatch(text)
    if clinical is None:
        raise MalformedScope
    level, resource_type, access, query = clinical.groups()
    if access in V1:
        return Scope(level, resource_type, V1[access], v1=True)
    if not _V2_ORDER.fullmatch(access):
        raise MalformedScope
    return Scope(level, resource_type, access, tuple(parse_qsl(query or "")))


def grant(asked: Iterable[str], registered: Iterable[str]) -> tuple[str, ...]:
    """Of what was asked, what the registration covers, each in the spelling it was asked in if that fits."""
    known = [parse_scope(text) for text in registered]
    granted: dict[str, None] = {}
    for text in asked:
        scope = parse_scope(text)
        if isinstance(scope, str):
            granted |= {text: None} if scope in known else {}
        else:
            granted |= dict.fromkeys(_covered(scope, [one for one in known if isinstance(one, Scope)]))
    return tuple(granted)


def clinical(granted: Iterable[str]) -> list[Scope]:
    """The clinical scopes among ``granted``."""
    return [scope for text in granted if isinstance(scope := parse_scope(text), Scope)]


def without(granted: Iterable[str], dropped: Iterable[str]) -> tuple[str, ...]:
    """``granted`` less each scope that equals or begins with one of ``dropped``."""
    return tuple(text for text in granted if not any(text.startswith(one) for one in dropped))


def in_v1(granted: Iterable[str]) -> tuple[str, ...]:
    """``granted`` as a server of SMART v1 would answer it."""
    spelled: list[str] = []
    for text in granted:
        scope = parse_scope(text)
        spelled += [scope] if isinstance(scope, str) else scope.spelled(v1=True)
    return tuple(dict.fromkeys(spelled))


def _covered(asked: Scope, registered: list[Scope]) -> list[str]:
    covered: list[str] = []
    for known in registered:
        if known.level != asked.level or not _types_meet(asked, known):
            continue
        letters = "".join(letter for letter in asked.letters if letter in known.letters)
        if letters:
            filters = tuple(dict.fromkeys(asked.filters + known.filters))
            shared = replace(asked, letters=letters, resource_type=_narrower(asked, known), filters=filters)
            covered += shared.spelled(v1=asked.v1 and not filters and letters in V1.values())
    return covered


def _types_meet(asked: Scope, known: Scope) -> bool:
    return "*" in (asked.resource_type, known.resource_type) or asked.resource_type == known.resource_type


def _narrower(asked: Scope, known: Scope) -> str:
    return known.resource_type if asked.resource_type == "*" else asked.resource_type
