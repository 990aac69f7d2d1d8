"""Apps as Epic registers them: by the APIs that are ticked on their page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sandbox.ehr.abilities import ABILITIES, Ability
from sandbox.ehr.checks import Check, Refused
from sandbox.ehr.clients import Client
from sandbox.ehr.fhir_service import LETTERS
from sandbox.ehr.scopes import Letter, Scope, parse_scope

PERSISTENT = "offline_access"
# "Requires persistent access". Who is registered for both, as the demo's clients are, ticked no such box.
EVERYDAY = {"online_access", PERSISTENT}
KEYS = Check(
    "epic-registration-keys",
    "a back end's keys stand at a JWK Set URL",
    "invalid_client_metadata",
    "json",
    400,
)
NO_BACKGROUND_USER = Check(
    "epic-background-user", "a user is mapped to the back end", "unauthorized_client", "json", 400
)
UNSPOKEN = ("permission-v2", "permission-online")


def registered(client: Client, ability: Callable[[Ability], Ability]) -> Client:
    """The client with the APIs that it can have. Raises Refused for a back end with keys of its own."""
    if "client_credentials" in client.grant_types and not client.jwks_url:
        raise Refused(KEYS)
    parsed = [parse_scope(one) for one in client.scopes]
    apis = [one for scope in parsed if isinstance(scope, Scope) for one in _apis(scope, ability)]
    words = [one for one in parsed if isinstance(one, str) and one not in EVERYDAY]
    is_ticked = EVERYDAY & set(client.scopes) == {PERSISTENT} and client.kind != "public"
    ticked = [PERSISTENT] if is_ticked else []
    return replace(client, scopes=tuple(dict.fromkeys([*words, *ticked, *apis])))


def configuration(told: dict[str, Any]) -> dict[str, Any]:
    """The SMART configuration of a version before November 2024."""
    told["capabilities"] = [one for one in told["capabilities"] if one not in UNSPOKEN]
    return told


def _apis(scope: Scope, ability: Callable[[Ability], Ability]) -> list[str]:
    """A scope as far as there are such APIs, in v1."""
    types = ABILITIES if scope.resource_type == "*" else [scope.resource_type]
    found: list[str] = []
    for one in types:
        if one in ABILITIES:
            offered: set[Letter] = {LETTERS[i] for i in ability(ABILITIES[one]).interactions}
            letters = "".join(letter for letter in scope.letters if letter in offered)
            found += Scope(scope.level, one, letters).spelled(v1=True)
    return found
