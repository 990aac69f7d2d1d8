"""Who we are to a token endpoint: nobody's secret, a shared secret, or a signed assertion.

https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc import jwt

from launch.ports import ClientKeys, Randomness
from launch.sites import Site

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Five minutes are the most that SMART allows; less leaves room for a clock that is off.
ASSERTION_LIFE = timedelta(minutes=4)
JTI_BYTES = 24


@dataclass(frozen=True)
class Credentials:
    """Makes each token request ours."""

    keys: ClientKeys
    random: Randomness

    def sign(
        self, site: Site, token_endpoint: str, form: Mapping[str, str], now: datetime
    ) -> tuple[dict[str, str], dict[str, str]]:
        """The form and the headers to send. An assertion is made anew for each request.

        A public client names itself in the form; the other two kinds leave `client_id` out of it.
        """
        if site.client_kind == "public":
            return {**form, "client_id": site.client_id}, {}
        if site.client_kind == "client_secret_basic":
            return dict(form), {"Authorization": _basic(site.client_id, site.client_secret or "")}
        assertion = self._assertion(site, token_endpoint, now)
        return {**form, "client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}, {}

    def _assertion(self, site: Site, token_endpoint: str, now: datetime) -> str:
        # Not Authlib's: its assertion lives an hour, signs RS256, and repeats jti where claims are given.
        key = self.keys.signing_key()
        algorithm = "ES384" if key.key_type == "EC" else "RS384"
        claims = {
            "iss": site.client_id,
            "sub": site.client_id,
            "aud": token_endpoint,
            "iat": int(now.timestamp()),
            "exp": int((now + ASSERTION_LIFE).timestamp()),
            "jti": self.random.token(JTI_BYTES),
        }
        header = {"alg": algorithm, "typ": "JWT", "kid": key.kid}
        return jwt.encode(header, claims, key, algorithms=[algorithm])


def _basic(client_id: str, secret: str) -> str:
    """SMART's example joins the two as they are, where RFC 6749 would have them URL-encoded first.

    https://hl7.org/fhir/smart-app-launch/client-confidential-symmetric.html
    """
    return "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()
