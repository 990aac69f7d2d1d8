"""What the authorization server works with: who is registered, what was given out, keys, clock, switches."""

from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.ehr.clients import Client
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.flavours.flavour import Flavour
from sandbox.ehr.grants import Grants
from sandbox.ehr.id_tokens import IdTokens
from sandbox.ehr.jwks import ClientKeys
from sandbox.ehr.keys import SigningKeys
from sandbox.ehr.pending import PendingChoices
from sandbox.ehr.switches import Switches


@dataclass(frozen=True)
class Authority:
    """The authorization server's working parts."""

    config: EhrConfig
    clock: Clock
    clients: dict[str, Client]
    grants: Grants
    switches: Switches
    flavour: Flavour
    keys: SigningKeys
    id_tokens: IdTokens
    client_keys: ClientKeys
    pending: PendingChoices

    @property
    def now(self) -> float:
        """The present, in epoch seconds."""
        return self.clock.now().timestamp()
