"""What a server says of a write that it took: whatever of Location, ETag and body it sends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import requests

from fhir._elements import Raw, text_of, version_of
from fhir.errors import ChartAnswerUnreadable
from fhir.references import Reference
from fhir.refusals import is_failure

# Absolute with Oracle Health, relative with Epic; behind a gateway it may name a host that nobody can reach.
LOCATION = re.compile(r"(?:^|/)(?P<type>[A-Z][A-Za-z]*)/(?P<id>[^/]+)(?:/_history/(?P<version>[^/]+))?/?$")
ENTITY_TAG = re.compile(r'(?:W/)?"?(?P<version>[^"]+)"?')
ACCEPTED = 202
CREATED = 201


@dataclass(frozen=True)
class Written:
    """A write that the server took. `reference` is "Type/id"; both are None where the server did not tell."""

    reference: str | None = field(repr=False)
    version: str | None
    status: int

    @property
    def is_done(self) -> bool:
        """Whether the server says that it did it: a 202 only promises."""
        return self.status != ACCEPTED


@dataclass(frozen=True)
class _Place:
    id: str | None = None
    version: str | None = None


def written_by(answer: requests.Response, resource_type: str, resource_id: str | None) -> Written:
    """What a 2xx says. `resource_id` is None after a create. Raises ChartAnswerUnreadable.

    https://hl7.org/fhir/R4/http.html#create
    """
    place = _place(answer.headers.get("Location") or answer.headers.get("Content-Location"), resource_type)
    is_told = answer.status_code == CREATED and place.id is not None
    body = _body(answer, resource_type, is_told)
    found = resource_id or place.id or text_of(body, "id")
    return Written(
        reference=str(Reference(resource_type, found)) if found else None,
        version=version_in(answer.headers) or place.version or version_of(body),
        status=answer.status_code,
    )


def version_in(headers: Mapping[str, str]) -> str | None:
    """The version in an ETag, weak or not, with quotes or without."""
    tag = ENTITY_TAG.fullmatch(headers.get("ETag", "").strip())
    return tag["version"] if tag else None


def entity_tag(version: str) -> str:
    """A version as If-Match wants it. https://hl7.org/fhir/R4/http.html#concurrency"""
    return version if version.startswith(("W/", '"')) else f'W/"{version}"'


def _place(location: str | None, resource_type: str) -> _Place:
    found = LOCATION.search(urlsplit(location).path) if location else None
    if found is None or found["type"] != resource_type or found["id"] in (".", ".."):
        return _Place()
    version = found["version"]
    return _Place(unquote(found["id"]), unquote(version) if version else None)


def _body(answer: requests.Response, resource_type: str, is_told: bool) -> Raw:
    """The resource in the body; empty where there is none, or where the headers have told enough."""
    raw = _parsed(answer)
    named = text_of(raw, "resourceType")
    if named == resource_type:
        return raw or {}
    if raw == {} or (named == "OperationOutcome" and not is_failure(raw or {})) or (is_told and not named):
        return {}
    raise ChartAnswerUnreadable(resource_type)


def _parsed(answer: requests.Response) -> Raw | None:
    if not answer.content.strip():
        return {}
    try:
        raw = answer.json()
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None
