"""Medplum: no key for an appointment, a refresh token for `offline_access` alone, no look at If-Match."""

from collections.abc import Sequence
from typing import Any

from sandbox.ehr.flavours.flavour import Flavour
from sandbox.ehr.grants import LaunchContext

# Of the sandbox's own answer, what Medplum's token endpoint has no word for.
UNSAID = ("tenant", "intent", "appointment")


class Medplum(Flavour):
    """By the source of its server: packages/server/src/oauth/token.ts and utils.ts, fhir-router."""

    name = "medplum"
    tells_of_changes = False
    says = "Medplum: fhirContext only, offline_access only, patches without a look at If-Match"
    checks_versions = False

    def gives_refresh(self, scopes: Sequence[str]) -> bool:
        """`online_access` is in scopes_supported, and brings none."""
        return "offline_access" in scopes

    def token_answer(self, answer: dict[str, Any], context: LaunchContext | None) -> dict[str, Any]:
        """Its own keys; without those that it does not have."""
        told = {name: value for name, value in answer.items() if name not in UNSAID}
        if context is None:
            return told
        return told | {"project": {"reference": "Project/sandbox"}, "profile": {"reference": context.user}}


FLAVOUR = Medplum
