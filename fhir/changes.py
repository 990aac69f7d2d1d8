"""One change to a resource as it was read, so that nothing else in it changes.

As JSON Patch where the server takes it; else the raw resource with that change, if its version still stands.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import jsonpatch
import jsonpointer

from fhir._elements import Raw, text_of, version_of
from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.errors import ChangeImpossible, ChartConflict, ChartDisagrees, ChartRefused, ChartUnversioned
from fhir.written import Written

Op = Literal["add", "replace", "remove"]
ABSENT = object()


@dataclass(frozen=True)
class Edit:
    """One operation on the element at `path`, a JSON Pointer (RFC 6901)."""

    path: str
    value: object = field(default=None, repr=False)
    op: Op = "replace"


@dataclass(frozen=True)
class Change:
    """What one fact changes in a resource. `beliefs` are elements that have to stand as they were read."""

    edits: tuple[Edit, ...]
    beliefs: tuple[str, ...] = ()


def put(raw: Raw, name: str, value: object) -> Edit:
    """The element of this name at the top of the resource, replaced or added."""
    return Edit(pointer(name), value, "replace" if name in raw else "add")


def append(raw: Raw, name: str, value: object) -> Edit:
    """One more entry in the list of this name."""
    if isinstance(raw.get(name), list):
        return Edit(pointer(name, "-"), value, "add")
    return Edit(pointer(name), [value], "add")


def pointer(*parts: str | int) -> str:
    """A JSON Pointer from its parts."""
    return str(jsonpointer.JsonPointer.from_parts(parts).path)


def as_patch(raw: Raw, change: Change) -> list[Raw]:
    """The change as JSON Patch, which first tests what we believe stands there.

    Raises ChartDisagrees if the change does not fit the resource. https://www.rfc-editor.org/rfc/rfc6902
    """
    applied(raw, change)
    tests = {path: _at(raw, path) for path in _believed(change)}
    return [
        *(_operation("test", path, value) for path, value in tests.items() if value is not ABSENT),
        *(_operation(edit.op, edit.path, edit.value) for edit in change.edits),
    ]


def applied(raw: Raw, change: Change) -> Raw:
    """A copy of the resource with the change and nothing else. Raises ChartDisagrees if it does not fit."""
    operations = [_operation(edit.op, edit.path, edit.value) for edit in change.edits]
    try:
        changed = jsonpatch.JsonPatch(operations).apply(raw)
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException):
        raise ChartDisagrees(text_of(raw, "resourceType") or "resourceType") from None
    return dict(changed)


def write_change(
    chart: FhirClient, raw: Raw, change: Change, can: Capabilities, version: str | None = None
) -> Written:
    """Make the change by the safest way that the server offers. `version`: as read, where `raw` is silent.

    Raises ChangeImpossible, ChartDisagrees, ChartConflict if the resource has changed since it was read, and
    what `patch` and `update` raise.
    """
    try:
        return _write(chart, raw, change, can, version_of(raw) or version)
    except ChartConflict:
        raise
    except ChartRefused as no:
        # A `test` that fails is answered with 422 by most servers, as a resource against the rules is.
        if chart.read(*_place(raw)) == raw:
            raise
        raise ChartConflict(no.status, no.codes) from None


def _write(chart: FhirClient, raw: Raw, change: Change, can: Capabilities, version: str | None) -> Written:
    resource_type, resource_id = _place(raw)
    if can.takes_json_patch(resource_type):
        operations = as_patch(raw, change)
        return chart.patch(resource_type, resource_id, operations, if_match=version, was=raw)
    if not can.takes_guarded_update(resource_type):
        raise ChangeImpossible
    if version is None:
        raise ChartUnversioned
    return chart.update(applied(raw, change), if_match=version, was=raw)


def _place(raw: Raw) -> tuple[str, str]:
    return text_of(raw, "resourceType") or "", text_of(raw, "id") or ""


def _believed(change: Change) -> Iterator[str]:
    """The elements that are to be tested: what is replaced or removed, and what was said to be believed."""
    yield from change.beliefs
    yield from (edit.path for edit in change.edits if edit.op != "add")


def _at(raw: Mapping[str, object], path: str) -> object:
    return jsonpointer.resolve_pointer(raw, path, ABSENT)


def _operation(op: str, path: str, value: object) -> Raw:
    bare: Raw = {"op": op, "path": path}
    return bare if op == "remove" else {**bare, "value": copy.deepcopy(value)}
