"""What a FHIR server says it can do. What it does not say, it cannot.

https://hl7.org/fhir/R4/capabilitystatement.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from fhir._elements import Raw, many, text_of, texts
from fhir.client import JSON_PATCH, FhirClient

CHECKED_UPDATE = "versioned-update"


@dataclass(frozen=True)
class TypeCapabilities:
    """What can be done with one type of resource. `checks_versions`: If-Match is honoured."""

    interactions: frozenset[str] = frozenset()
    search_parameters: frozenset[str] = frozenset()
    conditional_create: bool = False
    checks_versions: bool = False


NOTHING = TypeCapabilities()


@dataclass(frozen=True)
class Capabilities:
    """What can be done, by type of resource. `patch_formats` is empty where the server names none."""

    types: Mapping[str, TypeCapabilities] = field(default_factory=dict)
    patch_formats: frozenset[str] = frozenset()

    def of(self, resource_type: str) -> TypeCapabilities:
        """What can be done with this type; nothing, if the server is silent."""
        return self.types.get(resource_type, NOTHING)

    def allows(self, resource_type: str, interaction: str) -> bool:
        """Whether an interaction such as `create` is offered."""
        return interaction in self.of(resource_type).interactions

    def can_search(self, resource_type: str, parameter: str) -> bool:
        """Whether this type can be searched by this parameter."""
        return (
            self.allows(resource_type, "search-type")
            and parameter in self.of(resource_type).search_parameters
        )

    def takes_json_patch(self, resource_type: str) -> bool:
        """Whether JSON Patch is taken. One that patches and names no format is tried: its no is an answer."""
        return self.allows(resource_type, "patch") and (
            not self.patch_formats or JSON_PATCH in self.patch_formats
        )

    def takes_guarded_update(self, resource_type: str) -> bool:
        """Whether a resource can be replaced without undoing what another wrote meanwhile."""
        return self.allows(resource_type, "update") and self.of(resource_type).checks_versions

    def can_change(self, resource_type: str) -> bool:
        """Whether a resource can be changed safely, one way or the other."""
        return self.takes_json_patch(resource_type) or self.takes_guarded_update(resource_type)


def read_capabilities(chart: FhirClient) -> Capabilities:
    """What this EHR's FHIR server says of itself."""
    return capabilities_from(chart.capability_statement())


def capabilities_from(raw: Raw) -> Capabilities:
    """What a CapabilityStatement says of the server; a part that makes no sense says nothing."""
    servers = [rest for rest in many(raw, "rest") if text_of(rest, "mode") in ("server", None)]
    resources = chain.from_iterable(many(rest, "resource") for rest in servers)
    named = ((text_of(resource, "type"), resource) for resource in resources)
    return Capabilities(
        types={name: _type(resource) for name, resource in named if name},
        patch_formats=frozenset(texts(raw, "patchFormat")),
    )


def _type(raw: Raw) -> TypeCapabilities:
    return TypeCapabilities(
        interactions=frozenset(_each(raw, "interaction", "code")),
        search_parameters=frozenset(_each(raw, "searchParam", "name")),
        conditional_create=raw.get("conditionalCreate") is True,
        checks_versions=text_of(raw, "versioning") == CHECKED_UPDATE,
    )


def _each(raw: Raw, name: str, member: str) -> list[str]:
    return [found for entry in many(raw, name) if (found := text_of(entry, member))]
