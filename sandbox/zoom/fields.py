"""Tables of the fields that an operation takes (``fields/``), and the check against them.

A table is a small subset of JSON Schema: type, properties, required, items, enum and limits.
https://developers.zoom.us/docs/api/meetings/
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

Table = Mapping[str, object]
Fault = tuple[str, str]

_FOLDER = Path(__file__).parent / "fields"
_TYPES: dict[object, type] = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}


@cache
def table(operation_id: str) -> Table:
    """The table of an operation's body."""
    loaded: Table = json.loads((_FOLDER / f"{operation_id}.json").read_text("utf-8"))
    return loaded


def faults(value: object, rules: Table, field: str = "") -> Iterator[Fault]:
    """Every breach as (field with dots, what is wrong)."""
    kind = _TYPES[rules["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield field, f"Must be of type {rules['type']}."
    elif isinstance(value, dict):
        yield from _faults_of_object(value, rules, field)
    elif isinstance(value, list):
        yield from _faults_of_list(value, rules, field)
    else:
        yield from _faults_of_scalar(value, rules, field)


def _faults_of_object(value: Mapping[str, object], rules: Table, field: str) -> Iterator[Fault]:
    properties = _sub_table(rules, "properties")
    required = rules.get("required", [])
    for name in required if isinstance(required, list) else []:
        if name not in value:
            yield _under(field, name), "This field is required."
    for name, inner in value.items():
        if name in properties:
            yield from faults(inner, _sub_table(properties, name), _under(field, name))
        else:
            yield _under(field, name), "Unknown field."


def _faults_of_list(value: list[object], rules: Table, field: str) -> Iterator[Fault]:
    most = rules.get("maxItems")
    if isinstance(most, int) and len(value) > most:
        yield field, f"At most {most} entries."
    for number, inner in enumerate(value):
        yield from faults(inner, _sub_table(rules, "items"), f"{field}[{number}]")


def _faults_of_scalar(value: object, rules: Table, field: str) -> Iterator[Fault]:
    allowed = rules.get("enum")
    if isinstance(allowed, list) and value not in allowed:
        yield field, "Not one of the allowed values."
    if isinstance(value, str):
        longest = rules.get("maxLength")
        if isinstance(longest, int) and len(value) > longest:
            yield field, f"At most {longest} characters."
        if rules.get("format") == "email" and not _is_address(value):
            yield field, "Not an email address."
    if isinstance(value, int):
        least, most = rules.get("minimum"), rules.get("maximum")
        if (isinstance(least, int) and value < least) or (isinstance(most, int) and value > most):
            yield field, f"Must be from {least} to {most}."


def _is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(local and at and domain) and not any(sign.isspace() for sign in text)


def _sub_table(rules: Table, name: str) -> Table:
    inner = rules.get(name, {})
    return inner if isinstance(inner, dict) else {}


def _under(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name
