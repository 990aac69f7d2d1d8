"""What is mended in a resource before a strict FHIR server is asked to keep it: a visible list of rules.

Published payloads of real EHRs are not always valid FHIR; a chart that holds them as they are must be lax.
"""

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.ehr.elements import Raw, references
from sandbox.ehr.validation import problems_of

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_NOT_OF_AN_ID = re.compile(r"[^A-Za-z0-9.-]")


@dataclass(frozen=True)
class Mended:
    """One thing that was mended: in which resource, and by which rule."""

    reference: str
    rule: str


@dataclass(frozen=True)
class Rule:
    """Says whether a resource needs mending, by doing it: true if it did."""

    name: str
    mend: Callable[[Raw], bool]


def mended(resource: Raw) -> tuple[Raw, list[Mended]]:
    """A copy that obeys the rules below, and which of them had work to do."""
    raw = copy.deepcopy(resource)
    worked = [rule.name for rule in RULES if rule.mend(raw)]
    reference = f"{raw['resourceType']}/{raw.get('id', '')}"
    return raw, [Mended(reference, name) for name in worked]


def _sound_id(raw: Raw) -> bool:
    held = str(raw.get("id", ""))
    if _ID.fullmatch(held):
        return False
    raw["id"] = _NOT_OF_AN_ID.sub("-", held)[:64] or "unnamed"
    return True


def _no_meta(raw: Raw) -> bool:
    """The server gives versions of its own."""
    return raw.pop("meta", None) is not None


def _no_dangling_contained(raw: Raw) -> bool:
    named = set(references(raw))
    contained = raw.get("contained", [])
    kept = [one for one in contained if f"#{one.get('id')}" in named]
    if len(kept) == len(contained):
        return False
    raw["contained"] = kept
    if not kept:
        del raw["contained"]
    return True


def _encounter_class(raw: Raw) -> bool:
    if raw["resourceType"] != "Encounter" or "class" in raw:
        return False
    raw["class"] = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
    return True


def _no_empty(raw: Raw) -> bool:
    return sum(_drop_empty(one) for one in [raw, *_objects(raw)]) > 0


def _no_hollow_extensions(raw: Raw) -> bool:
    return sum(_drop_hollow(one) for one in [raw, *_objects(raw)]) > 0


def _true_types(raw: Raw) -> bool:
    return sum(_unquote(one) for one in [raw, *_objects(raw)]) > 0


def _times_or_proposed(raw: Raw) -> bool:
    if raw["resourceType"] != "Appointment" or "start" in raw:
        return False
    if raw.get("status") in ("proposed", "cancelled", "waitlist"):
        return False
    raw["status"] = "proposed"
    return True


def _no_extra(raw: Raw) -> bool:
    """Members that R4 does not know, at the top of the resource."""
    extra = {
        problem.expression.rpartition(".")[2]
        for problem in problems_of(raw)
        if problem.diagnostics.endswith("extra forbidden")
    }
    found = [name for name in extra if name in raw]
    for name in found:
        del raw[name]
    return bool(found)


RULES = (
    Rule("id made of letters, digits, - and .", _sound_id),
    Rule("meta left to the server", _no_meta),
    Rule("contained resources that nothing refers to left out", _no_dangling_contained),
    Rule("Encounter.class set to AMB where it is missing", _encounter_class),
    Rule("empty strings, lists and objects left out", _no_empty),
    Rule("extensions without a value left out", _no_hollow_extensions),
    Rule("rank and preferred that were spelled as strings", _true_types),
    Rule("an appointment without times is proposed", _times_or_proposed),
    Rule("members unknown to R4 left out", _no_extra),
)


def _objects(value: object) -> Iterator[Raw]:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in members:
        yield from _objects(member)
        if isinstance(member, dict):
            yield member


def _drop_empty(raw: Raw) -> bool:
    empty = [name for name, value in raw.items() if value in ("", [], {})]
    for name in empty:
        del raw[name]
    return bool(empty)


def _drop_hollow(raw: Raw) -> bool:
    held = raw.get("extension")
    if not isinstance(held, list):
        return False
    kept = [one for one in held if set(one) - {"url", "id"}]
    raw["extension"] = kept
    if not kept:
        del raw["extension"]
    return len(kept) < len(held)


def _unquote(raw: Raw) -> bool:
    """Oracle's examples quote ContactPoint.rank and communication.preferred."""
    rank, preferred = raw.get("rank"), raw.get("preferred")
    if isinstance(rank, str) and rank.isdigit():
        raw["rank"] = int(rank)
    if isinstance(preferred, str):
        raw["preferred"] = preferred.lower() == "true"
    return rank is not raw.get("rank") or preferred is not raw.get("preferred")
