"""The demo's own keys: made once, kept beside its state, refused by the app anywhere but on loopback."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import ECKey

# The app refuses keys that carry this mark unless its address is loopback.
MARK = "demo-only"


@dataclass(frozen=True)
class DemoKeys:
    """What the app signs and encrypts with, and the private JWK set of its SMART client."""

    secret_keys: str
    client_jwks: str


def demo_keys(folder: Path) -> DemoKeys:
    """The keys kept in ``folder``, made now if there are none."""
    path = folder / "keys.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(_fresh(), indent=1))
    kept = json.loads(path.read_text())
    return DemoKeys(kept["secret_keys"], json.dumps(kept["client_jwks"]))


def _fresh() -> dict[str, object]:
    kid = f"{MARK}-{secrets.token_hex(4)}"
    key = ECKey.generate_key("P-384", {"kid": kid, "use": "sig", "alg": "ES384"}, private=True)
    return {
        "secret_keys": f"{MARK}-{secrets.token_urlsafe(36)}",
        "client_jwks": {"keys": [key.as_dict(private=True)]},
    }
