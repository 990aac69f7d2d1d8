"""The port behind which the clinic's resources are kept: here in memory, or on another FHIR server."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sandbox.ehr.elements import Raw
from sandbox.ehr.outcomes import bad_request, precondition_failed
from sandbox.ehr.queries import Query

_ETAG = re.compile(r'(?:W/)?"([^"]+)"')


@dataclass(frozen=True)
class Page:
    """One page of what a search found; ``more`` answers the next one, None on the last."""

    resources: list[Raw]
    total: int | None = None
    more: "Callable[[], Page] | None" = None


@dataclass(frozen=True)
class Created:
    """What a create left in the chart; ``fresh`` is false where If-None-Exist found one that was there."""

    resource: Raw
    fresh: bool = True


class Chart(Protocol):
    """Resources by type and id. All methods raise FhirRefusal; what they answer is not to be changed."""

    def read(self, resource_type: str, resource_id: str) -> Raw:
        """The resource as it stands, with ``meta.versionId``."""

    def search(self, query: Query) -> Page:
        """The first page of what meets ``query``."""

    def create(self, resource: Raw, if_none_exist: Query | None = None) -> Created:
        """Keep a new resource under a new id, unless exactly one already meets ``if_none_exist``."""

    def update(self, resource: Raw, if_match: str | None) -> Raw:
        """Replace a resource whose version is still ``if_match``."""

    def patch(self, resource_type: str, resource_id: str, operations: object, if_match: str | None) -> Raw:
        """Apply a JSON Patch (RFC 6902) to a resource whose version is still ``if_match``."""

    def delete(self, resource_type: str, resource_id: str) -> None:
        """A resource goes."""

    def put(self, resource: Raw) -> None:
        """Keep a resource of the clinic itself under its own id, whatever was there."""


def etag(resource: Raw) -> str:
    """The weak entity tag of a resource's version."""
    return f'W/"{resource["meta"]["versionId"]}"'


def refuse_stale(if_match: str | None, version: str) -> None:
    """Raise a 412 where ``If-Match`` is missing or names another version, a 400 where it is malformed."""
    if if_match is None:
        raise precondition_failed("A change names the version it was made from in If-Match.")
    tag = _ETAG.fullmatch(if_match.strip())
    if tag is None:
        raise bad_request('If-Match is an entity tag, as in W/"3".', "value")
    if tag[1] != version:
        raise precondition_failed("The resource has changed since that version was read.")
