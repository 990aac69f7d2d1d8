"""The apps that this EHR knows. https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#request"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import import_key

from sandbox.ehr.checks import refusal
from sandbox.ehr.config import EhrConfig

Kind = Literal["public", "client_secret_basic", "private_key_jwt"]
KINDS: dict[str, Kind] = {
    "none": "public",
    "public": "public",
    "client_secret_basic": "client_secret_basic",
    "private_key_jwt": "private_key_jwt",
}

DEMO_SECRET = "sandbox-only-secret"  # noqa: S105  # the demo's; it protects nothing
CODE_GRANTS = ("authorization_code", "refresh_token")
BACKEND_GRANTS = ("client_credentials",)

_CHART = (
    "Patient.rs",
    "RelatedPerson.rs",
    "Practitioner.rs",
    "Location.rs",
    "Organization.rs",
    "Appointment.rus",
    "Encounter.crus",
    "Communication.crus",
    "DocumentReference.crus",
)
_LAUNCH = ("launch", "launch/patient", "launch/encounter", "launch/appointment")
_PERSON = ("openid", "fhirUser", "profile", "online_access", "offline_access")
APP_SCOPES = (
    *_LAUNCH,
    *_PERSON,
    *(f"user/{one}" for one in _CHART),
    *(f"patient/{one}" for one in _CHART),
)
BACKEND_SCOPES = tuple(f"system/{one}" for one in (*_CHART, "Subscription.crds"))


@dataclass(frozen=True)
class Client:
    """A registered app and what it may ask for."""

    client_id: str
    kind: Kind
    redirect_uris: tuple[str, ...] = ()
    launch_url: str = ""
    scopes: tuple[str, ...] = APP_SCOPES
    grant_types: tuple[str, ...] = CODE_GRANTS
    secret: str = ""
    jwks_url: str = ""
    jwks: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, object]:
        """As the control API shows it; the secret stays here."""
        return {
            "client_id": self.client_id,
            "kind": self.kind,
            "launch_url": self.launch_url,
            "redirect_uris": list(self.redirect_uris),
            "jwks_uri": self.jwks_url,
            "grant_types": list(self.grant_types),
            "scope": " ".join(self.scopes),
        }


def demo_clients(config: EhrConfig) -> list[Client]:
    """VisitBridge in each of the three ways, and its back end."""
    app = config.app_url.rstrip("/")
    callbacks = (f"{app}/launch/callback", f"{app}/launch/callback/sandbox")
    keys = f"{app}/.well-known/jwks.json"
    launch = f"{app}/launch"
    clients = [
        Client("visitbridge-public", "public", callbacks, launch),
        Client("visitbridge-basic", "client_secret_basic", callbacks, launch, secret=DEMO_SECRET),
        Client("visitbridge-jwt", "private_key_jwt", callbacks, launch, jwks_url=keys),
        Client(
            "visitbridge-backend",
            "private_key_jwt",
            scopes=BACKEND_SCOPES,
            grant_types=BACKEND_GRANTS,
            jwks_url=keys,
        ),
    ]
    return [checked(client) for client in clients]


def client_from(order: Mapping[str, Any]) -> Client:
    """A client as ``POST /_clients`` describes it. Raises Refused."""
    kind = KINDS.get(str(order.get("kind", order.get("token_endpoint_auth_method"))))
    if kind is None:
        raise refusal("registration-kind")
    return checked(
        Client(
            client_id=str(order.get("client_id") or "registered-client"),
            kind=kind,
            redirect_uris=tuple(str(uri) for uri in order.get("redirect_uris", ())),
            launch_url=str(order.get("launch_url", "")),
            scopes=tuple(str(order["scope"]).split()) if order.get("scope") else APP_SCOPES,
            grant_types=tuple(order.get("grant_types", CODE_GRANTS)),
            secret=str(order.get("client_secret", "")),
            jwks_url=str(order.get("jwks_uri", "")),
            jwks=order.get("jwks"),
        )
    )


def checked(client: Client) -> Client:
    """``client`` itself if it is registered as it must be. Raises Refused."""
    urls = [*client.redirect_uris, *([client.launch_url] if client.launch_url else [])]
    needs_redirect = "authorization_code" in client.grant_types and not client.redirect_uris
    if needs_redirect or not all(_is_web_address(url) for url in urls):
        raise refusal("registration-uri")
    if client.kind == "client_secret_basic" and not client.secret:
        raise refusal("registration-secret")
    if client.kind == "private_key_jwt" and not _has_keys(client):
        raise refusal("registration-keys")
    return client


def _has_keys(client: Client) -> bool:
    if client.jwks_url:
        return _is_web_address(client.jwks_url)
    keys = (client.jwks or {}).get("keys", [])
    return isinstance(keys, list) and any(_is_public_key(key) for key in keys)


def _is_public_key(key: object) -> bool:
    if not isinstance(key, dict) or not key.get("kid"):
        return False
    try:
        return not import_key(key).is_private
    except (JoseError, ValueError, TypeError, KeyError):
        return False


def _is_web_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.fragment
