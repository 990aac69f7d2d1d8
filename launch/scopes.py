"""What was granted, in either spelling. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from launch.errors import ScopesTooFew

V1 = {"read": "rs", "write": "cud", "*": "cruds"}
RESOURCE_SCOPE = re.compile(
    r"(?P<level>patient|user|system)/(?P<resource>[A-Za-z]+|\*)\."
    r"(?P<rights>read|write|\*|(?=[cruds])c?r?u?d?s?)(?P<narrowed>\?.+)?"
)
LEVELS = ("user", "patient", "system")
LAUNCH_SCOPE = re.compile(r"launch/[a-z]+(\?role=[^\s&]+)?")
# What the visit's page can do without, and what it then says.
OPTIONAL_READS = ("Practitioner", "Location")
SEARCH_OFF = "Appointment?"


@dataclass(frozen=True)
class Grant:
    """One resource scope. `narrowed`: it covers some instances only."""

    level: str
    resource: str
    rights: str
    narrowed: bool


@dataclass(frozen=True)
class GrantedScopes:
    """All that was granted."""

    words: tuple[str, ...]
    grants: tuple[Grant, ...]

    @classmethod
    def parse(cls, scope: str) -> "GrantedScopes":
        """From the token answer's `scope`. What is no resource scope stays a word."""
        words = tuple(scope.split())
        return cls(words, tuple(_grants(words)))

    def allows(self, resource: str, right: str, levels: Iterable[str] = LEVELS) -> bool:
        """Whether one of `c r u d s` is granted on the resource, at one of these levels."""
        wanted = set(levels)
        return any(
            right in grant.rights
            for grant in self.grants
            if grant.level in wanted and grant.resource in (resource, "*") and not grant.narrowed
        )

    def has(self, word: str) -> bool:
        """Whether a scope such as `openid` was granted."""
        return word in self.words


def wrong_to_ask(scopes: Iterable[str]) -> str | None:
    """The first of a site's scopes that we must not ask for, with the reason. None: all are well.

    https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#fhir-resource-scope-syntax
    """
    asked = tuple(scopes)
    for word in asked:
        if word.partition("/")[0] in LEVELS and not RESOURCE_SCOPE.fullmatch(word):
            return f"{word}: not a scope: write user/Appointment.rs, with letters in the order of cruds"
        if "/*." in word:
            return f"{word}: name each resource: a wildcard asks for more than is needed"
        if word.startswith("launch/") and not LAUNCH_SCOPE.fullmatch(word):
            return f"{word}: write the resource in small letters, as in launch/appointment"
    if "openid" in asked and not {"fhirUser", "profile"} & set(asked):
        return "openid: needs fhirUser beside it: we must learn who the person is"
    return None


def reading_gaps(granted: GrantedScopes) -> tuple[str, ...]:
    """Resources that cannot be read, where the page goes on without them.

    Raises ScopesTooFew if Patient, or both Appointment and Encounter, cannot be read.
    """
    missing = [resource for resource in ("Patient",) if not granted.allows(resource, "r")]
    contexts = [resource for resource in ("Appointment", "Encounter") if not granted.allows(resource, "r")]
    if missing or len(contexts) == 2:
        raise ScopesTooFew((*missing, *contexts))
    rest = [resource for resource in OPTIONAL_READS if not granted.allows(resource, "r")]
    if not granted.allows("Appointment", "s"):
        rest.append(SEARCH_OFF)
    return (*contexts, *rest)


def _grants(words: Iterable[str]) -> Iterator[Grant]:
    for word in words:
        found = RESOURCE_SCOPE.fullmatch(word)
        if found:
            rights = V1.get(found["rights"], found["rights"])
            yield Grant(found["level"], found["resource"], rights, found["narrowed"] is not None)
