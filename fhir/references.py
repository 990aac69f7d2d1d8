"""References between resources: relative ones, and absolute ones of the same server."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from fhir.errors import ForeignReference


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
        text = text[len(base_url.rstrip("/")) + 1 :]
    parts = text.split("/_history/")[0].strip("/").split("/")
    if len(parts) != 2 or not all(parts):
        return None
    return Reference(*parts)


def id_of(reference: object, resource_type: str) -> str | None:
    """The id in a Reference element of this type. Of a foreign one, nothing."""
    if not isinstance(reference, dict):
        return None
    text = reference.get("reference")
    if not isinstance(text, str):
        return None
    parts = text.split("/_history/")[0].rstrip("/").split("/")
    return parts[-1] if len(parts) >= 2 and parts[-2] == resource_type and parts[-1] else None


def is_below(url: str, base_url: str) -> bool:
    """Whether the URL belongs to the server of our token: same scheme, host, port, and below its path."""
    there, base = urlsplit(url), urlsplit(base_url)
    same_place = (there.scheme, there.hostname, there.port) == (base.scheme, base.hostname, base.port)
    return same_place and there.path.startswith(base.path.rstrip("/") + "/") and "/../" not in there.path


def same_origin(url: str, base_url: str) -> bool:
    """Whether the URL has the base's scheme, host and port."""
    there, base = urlsplit(url), urlsplit(base_url)
    return (there.scheme, there.hostname, there.port) == (base.scheme, base.hostname, base.port)
