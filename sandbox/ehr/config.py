"""What the simulated EHR is told at its start, and the addresses that follow from it."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.serving import LOOPBACK

LAUNCH_SECONDS = 300
CODE_SECONDS = 60
TOKEN_SECONDS = 3600
BACKEND_TOKEN_SECONDS = 300
ASSERTION_SECONDS = 300


@dataclass(frozen=True)
class EhrConfig:
    """Where this EHR and the app live, where state is kept, what FHIR server is behind, which EHR it plays.

    Its screens look at the simulated Zoom and at the message sink; nothing else here needs them.
    """

    port: int = 8001
    app_url: str = "http://localhost:8000"
    state_folder: Path | None = None
    fhir_backend: str = ""
    flavour: str = "generic"
    zoom_url: str = "http://127.0.0.1:8002"
    messages_url: str = "http://127.0.0.1:8003"

    @property
    def base_url(self) -> str:
        """Where browsers and apps reach this EHR."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def fhir_url(self) -> str:
        """The FHIR base: a launch's ``iss``, an authorization's ``aud``."""
        return f"{self.base_url}/fhir"

    @property
    def issuer(self) -> str:
        """The OpenID issuer, which differs from the FHIR base as it does in real EHRs."""
        return f"{self.base_url}/oauth2"

    @property
    def token_url(self) -> str:
        """The token endpoint, which is also the audience of client assertions."""
        return f"{self.issuer}/token"

    @property
    def state_file(self) -> Path | None:
        """Where the state is written; None keeps it in memory only."""
        return self.state_folder / "ehr.json" if self.state_folder else None
