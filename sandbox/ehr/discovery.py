"""What this EHR says about itself: SMART configuration and OpenID configuration."""

from typing import Any

from sandbox.ehr.assertions import ALGORITHMS
from sandbox.ehr.clients import APP_SCOPES, BACKEND_SCOPES
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.flavours.flavour import Door

CAPABILITIES = [
    "launch-ehr",
    "launch-standalone",
    "authorize-post",
    "client-public",
    "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "sso-openid-connect",
    "context-banner",
    "context-style",
    "context-ehr-patient",
    "context-ehr-encounter",
    "context-standalone-patient",
    "context-standalone-encounter",
    "permission-offline",
    "permission-online",
    "permission-patient",
    "permission-user",
    "permission-v1",
    "permission-v2",
]
GRANT_TYPES = ["authorization_code", "refresh_token", "client_credentials"]
METHODS = ["client_secret_basic", "private_key_jwt"]


def smart_configuration(config: EhrConfig, door: Door) -> dict[str, Any]:
    """https://hl7.org/fhir/smart-app-launch/STU2.2/conformance.html#using-well-known"""
    return {
        "issuer": config.issuer,
        "jwks_uri": f"{config.issuer}/jwks",
        "authorization_endpoint": f"{config.base_url}{door.authorize}",
        "token_endpoint": config.token_url,
        "introspection_endpoint": f"{config.issuer}/introspect",
        "revocation_endpoint": f"{config.issuer}/revoke",
        "grant_types_supported": GRANT_TYPES,
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": METHODS,
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": [*APP_SCOPES, *BACKEND_SCOPES],
        "capabilities": CAPABILITIES,
    }


def openid_configuration(config: EhrConfig) -> dict[str, object]:
    """https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata"""
    return {
        "issuer": config.issuer,
        "authorization_endpoint": f"{config.issuer}/authorize",
        "token_endpoint": config.token_url,
        "jwks_uri": f"{config.issuer}/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "fhirUser", "profile"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "nonce", "fhirUser"],
    }
