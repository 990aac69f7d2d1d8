"""The CapabilityStatement, made of the same table that the routes obey. https://hl7.org/fhir/R4/capabilitystatement.html"""

from sandbox.ehr.abilities import ABILITIES, EVERYWHERE, Ability
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.elements import Raw
from sandbox.ehr.flavours.flavour import Door
from sandbox.ehr.limits import Limits

SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"
OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


def capability_statement(config: EhrConfig, date: str, limits: Limits, door: Door) -> Raw:
    """What the FHIR server does, and nothing that it does not do; ``date`` is when it began to."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "software": {"name": "VisitBridge sandbox EHR"},
        "implementation": {
            "description": "A simulated EHR with synthetic data",
            "url": f"{config.base_url}{door.fhir}",
        },
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                "security": _security(config, door),
                "resource": [_resource(one, limits) for one in _offered(limits)],
            }
        ],
    }


def _offered(limits: Limits) -> list[Ability]:
    return [one for one in map(limits.on, ABILITIES.values()) if one.interactions]


def _security(config: EhrConfig, door: Door) -> Raw:
    authorize = {"url": "authorize", "valueUri": f"{config.base_url}{door.authorize}"}
    endpoints = {"token": "token", "introspect": "introspect", "revoke": "revoke"}
    return {
        "service": [{"coding": [{"system": SECURITY, "code": "SMART-on-FHIR"}]}],
        "extension": [
            {
                "url": OAUTH_URIS,
                "extension": [
                    authorize,
                    *(
                        {"url": name, "valueUri": f"{config.issuer}/{path}"}
                        for name, path in endpoints.items()
                    ),
                ],
            }
        ],
    }


def _resource(ability: Ability, limits: Limits) -> Raw:
    changes = "update" in ability.interactions
    raw: Raw = {
        "type": ability.resource_type,
        "interaction": [{"code": code} for code in ability.interactions],
        "versioning": "versioned-update" if changes and limits.checks_versions else "versioned",
        "readHistory": False,
    }
    searched = "search-type" in ability.interactions
    if searched:
        parameters = (*EVERYWHERE, *ability.parameters)
        raw["searchParam"] = [{"name": one.name, "type": one.kind} for one in parameters]
    if changes:
        raw |= {"updateCreate": False, "conditionalUpdate": False}
    if "create" in ability.interactions:
        raw["conditionalCreate"] = limits.creates_conditionally
    includes = [f"{ability.resource_type}:{p.name}" for p in ability.parameters if p.kind == "reference"]
    if searched and includes:
        raw["searchInclude"] = includes
    if ability.bounded:
        raw["documentation"] = "A search names at least one criterion."
    return raw
