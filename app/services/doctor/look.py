"""All that the doctor looks at, each asked for once and only when a check wants it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode, urljoin

from app.services.doctor.calls import Caller, Heard
from app.sites import ClinicSite
from launch.sites import Site

# No code of anybody's: the answer tells whether the EHR knows us, and nothing is spent.
NO_CODE = "visitbridge-doctor-no-code"
NO_VERIFIER = "visitbridge-doctor-no-verifier-000000000000000000000"
NO_STATE = "visitbridge-doctor-no-state-0000000000"
NOBODY = "visitbridge-doctor-nobody"
# No server gives a code for it, and one that knows us says so at our own redirect URI.
NO_TYPE = "visitbridge-doctor"
FHIR_JSON = "application/fhir+json"
Sign = Callable[[Site, str, Mapping[str, str]], tuple[dict[str, str], dict[str, str]]]


@dataclass(frozen=True)
class Case:
    """The EHR that is examined, and with what. `prove` makes a token request ours, as in a launch."""

    site: ClinicSite
    base_url: str
    now: Callable[[], datetime]
    caller: Caller
    prove: Sign
    public_jwks: Mapping[str, object]
    signing_kid: str | None

    @property
    def redirect_uri(self) -> str:
        """Where this EHR has to send people back, letter by letter."""
        return f"{self.base_url}{self.site.callback_path}"


class Look:
    """Answers of the EHR and of our own address."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.site = case.site.launch
        self.iss = self.site.standalone_iss

    @cached_property
    def smart(self) -> Heard:
        """The SMART configuration."""
        return self.case.caller.get(f"{self.iss}/.well-known/smart-configuration")

    @cached_property
    def metadata(self) -> Heard:
        """The CapabilityStatement."""
        return self.case.caller.get(f"{self.iss}/metadata", FHIR_JSON)

    @cached_property
    def openid(self) -> Heard:
        """The OpenID configuration of the issuer that the EHR names."""
        issuer = self.smart.text("issuer")
        return self._at(f"{issuer.rstrip('/')}/.well-known/openid-configuration" if issuer else None)

    @cached_property
    def ehr_keys(self) -> Heard:
        """The keys that id_tokens are signed with."""
        return self._at(self.openid.text("jwks_uri"))

    @cached_property
    def own_keys(self) -> Heard:
        """Our keys, as they are fetched at our public address."""
        return self._at(f"{self.case.base_url}/.well-known/jwks.json")

    @cached_property
    def token_endpoint(self) -> str | None:
        """Where tokens are asked for."""
        return self._address("token_endpoint")

    @cached_property
    def asked_to_come_back(self) -> Heard:
        """An authorization request that nobody can grant: who knows us sends us back with an error."""
        endpoint = self._address("authorization_endpoint")
        if endpoint is None:
            return Heard(fault="unreachable")
        asked = {
            "response_type": NO_TYPE,
            "client_id": self.site.client_id,
            "redirect_uri": self.case.redirect_uri,
            "scope": "openid",
            "state": NO_STATE,
            "aud": self.iss,
        }
        return self._at(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}", "text/html")

    @cached_property
    def token_answer(self) -> Heard:
        """What the token endpoint says to us where the code is none."""
        return self.ask_for_token(self.site)

    @cached_property
    def answer_to_nobody(self) -> Heard:
        """What it says to somebody whom it cannot know."""
        return self.ask_for_token(replace(self.site, client_id=NOBODY))

    def ask_for_token(self, who: Site) -> Heard:
        """What the token endpoint says to these credentials; no token can come of it."""
        endpoint = self.token_endpoint
        if endpoint is None:
            return Heard(fault="unreachable")
        form = {
            "grant_type": "authorization_code",
            "code": NO_CODE,
            "redirect_uri": self.case.redirect_uri,
            "code_verifier": NO_VERIFIER,
        }
        data, headers = self.case.prove(who, endpoint, form)
        return self.case.caller.post(endpoint, data, headers)

    def _address(self, name: str) -> str | None:
        told = self.smart.text(name)
        return urljoin(f"{self.iss}/", told) if told else None

    def _at(self, url: str | None, accept: str = "application/json") -> Heard:
        return self.case.caller.get(url, accept) if url else Heard(fault="unreachable")
