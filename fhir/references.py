"""References between resources: relative ones, and absolute ones of the same server."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from fhir.errors import ForeignReference

RESOURCE_TYPE = re.compile(r"[A-Z][A-Za-z]*")
# As nearly all references are written.
_PLAIN = re.compile(r"([A-Z][A-Za-z]*)/([^/:.][^/:]*)")
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Reference:
    """A resource type and its id, unique only within one EHR."""

    resource_type: str
    id: str

    def __str__(self) -> str:
        """As FHIR writes a relative reference."""
        return f"{self.resource_type}/{self.id}"


def parse_reference(text: object, base_url: str | None = None) -> Reference | None:
    """The reference, or None if it is contained, a URN, or no reference.

    Raises ForeignReference for an absolute one that is not below `base_url`.
    https://hl7.org/fhir/R4/references.html#literal
    """
    if not isinstance(text, str) or text.startswith(("#", "urn:")):
        return None
    if "://" in text:
        if base_url is None or not is_below(text, base_url):
            raise ForeignReference
        text = urlsplit(text).path.removeprefix(urlsplit(base_url).path.rstrip("/") + "/")
    resource_type, _, rest = text.partition("/_history/")[0].partition("/")
    resource_id = rest.rstrip("/")
    # Some EHRs use characters in ids that FHIR has not; a slash or a step upwards would be another address.
    if not RESOURCE_TYPE.fullmatch(resource_type) or "/" in resource_id or resource_id in ("", ".", ".."):
        return None
    return Reference(resource_type, resource_id)


def id_of(reference: object, resource_type: str, base_url: str | None = None) -> str | None:
    """The id in a Reference element of this type; None if it leads elsewhere or to another server."""
    found = target_of(reference, base_url)
    return found[1] if found and found[0] == resource_type else None


def target_of(reference: object, base_url: str | None = None) -> tuple[str, str] | None:
    """The type and id in a Reference element; None if it leads to another server or nowhere."""
    if not isinstance(reference, dict):
        return None
    text = reference.get("reference")
    if isinstance(text, str) and (plain := _PLAIN.fullmatch(text)):
        kind, its_id = plain.groups()
        return kind, its_id
    try:
        found = parse_reference(text, base_url)
    except ForeignReference:
        return None
    return (found.resource_type, found.id) if found else None


def is_below(url: str, base_url: str) -> bool:
    """Whether the URL belongs to the server of our token: same scheme, host, port, and below its path."""
    if not same_origin(url, base_url):
        return False
    there, base = urlsplit(url).path, urlsplit(base_url).path.rstrip("/") + "/"
    return there.startswith(base) and ".." not in there.split("/")


def same_origin(url: str, base_url: str) -> bool:
    """Whether the URL has the base's scheme, host and port, and no user name."""
    there = _origin(url)
    return there is not None and there == _origin(base_url)


def _origin(url: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    # A user name in a URL would replace our token by Basic authentication.
    return (parts.scheme, parts.hostname, port) if parts.hostname and "@" not in parts.netloc else None
