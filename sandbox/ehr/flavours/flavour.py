"""How an EHR may differ from one that keeps to the standard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from sandbox.ehr.abilities import Ability
from sandbox.ehr.checks import Check
from sandbox.ehr.clients import Client
from sandbox.ehr.config import BACKEND_TOKEN_SECONDS, TOKEN_SECONDS
from sandbox.ehr.elements import Raw
from sandbox.ehr.grants import LaunchContext

if TYPE_CHECKING:
    from sandbox.ehr.authorization_request import AuthorizationRequest


@dataclass(frozen=True)
class Door:
    """A FHIR base and the authorization endpoint before it, as paths."""

    fhir: str
    authorize: str


@dataclass(frozen=True)
class Change:
    """A change as it was sent: ``body`` is a resource, or the operations of a JSON Patch."""

    before: Raw
    body: object
    if_match: str | None
    is_patch: bool


class Flavour:
    """The standard's way. A flavour overrides what its EHR does otherwise, and says which fact tells so.

    Whatever refuses raises FhirRefusal. What is given as Raw is not to be changed, but copied.
    """

    name = "generic"
    says = "An EHR that keeps to the standard"
    token_seconds = TOKEN_SECONDS
    backend_token_seconds = BACKEND_TOKEN_SECONDS
    # Whether If-None-Exist and If-Match are honoured, and offered.
    creates_conditionally = True
    checks_versions = True
    # Whether it has topic-based subscriptions to appointments.
    tells_of_changes = True
    # Whether a back end has to say what it asks for; else it is given what it is registered for.
    backend_needs_scope = True
    # Where people enter: the first door is the back ends' too, and everybody's where there is only one.
    doors: tuple[Door, ...] = (Door("/fhir", "/oauth2/authorize"),)
    # What a request may want to be answered in.
    media_types: tuple[str, ...] = ("application/fhir+json", "application/json")
    # What the opaque cursor of a next link is called.
    cursor = "_page"
    # Interfaces of its own, beside OAuth and FHIR.
    blueprints: tuple[Blueprint, ...] = ()

    def reset(self) -> None:
        """As on the first start."""

    def door_of(self, user: str) -> Door:
        """By which door somebody enters; ``user`` as in LaunchContext."""
        return self.doors[0]

    def version_id(self, resource_type: str, number: int) -> str:
        """How the versions of a resource are called; the number stands first."""
        return str(number)

    def error(self, told: dict[str, str], check: Check) -> dict[str, str]:
        """The parameters of an OAuth error."""
        return told

    def ability(self, ability: Ability) -> Ability:
        """What can be done with a type of resource here."""
        return ability

    def resource(self, raw: Raw) -> Raw:
        """A resource of the clinic's day, as this EHR holds it."""
        return raw

    def client(self, client: Client) -> Client:
        """A registration, as this EHR holds it. Raises Refused for one that it does not take."""
        return client

    def configuration(self, told: dict[str, Any]) -> dict[str, Any]:
        """The SMART configuration."""
        return told

    def check_authorization(self, asked: "AuthorizationRequest", *, posted: bool) -> None:
        """Refuse an authorization request that this EHR does not take; `posted`: it came as a form."""

    def check_assertion(self, claims: Mapping[str, Any]) -> None:
        """Refuse a client assertion that is good by the standard."""

    def granted(self, client: Client, asked: Sequence[str], allowed: tuple[str, ...]) -> tuple[str, ...]:
        """The scopes of a grant; ``allowed`` are those of ``asked`` that the client is registered for."""
        return allowed

    def gives_refresh(self, scopes: Sequence[str]) -> bool:
        """Whether a code is exchanged for a refresh token, too."""
        return any(scope in scopes for scope in ("online_access", "offline_access"))

    def token_answer(self, answer: dict[str, Any], context: LaunchContext | None) -> dict[str, Any]:
        """The token answer, in this EHR's spelling; ``context`` None: of a back end."""
        return answer

    def check_search(self, resource_type: str, params: Sequence[tuple[str, str]]) -> None:
        """Refuse a search that this EHR does not do."""

    def searched(self, bundle: Raw) -> Raw:
        """A page of a search, as it is answered."""
        return bundle

    def check_create(self, raw: Raw, writer: LaunchContext | None) -> None:
        """Refuse a new resource that this EHR does not take; ``writer`` None: a back end."""

    def kept(self, raw: Raw, writer: LaunchContext | None) -> Raw:
        """What the chart keeps of a new resource that was taken."""
        return raw

    def check_change(self, change: Change) -> None:
        """Refuse a change that this EHR does not take."""

    def operations(self, change: Change) -> object:
        """The JSON Patch of a change that was taken, as it is carried out on what the chart holds."""
        return change.body

    def answered(self, answer: Response, raw: Raw, *, is_write: bool) -> Response:
        """The answer to a read or a write, in this EHR's manner."""
        return answer

    def refused(self, answer: Response, check: Check) -> Response:
        """The answer to a token that does not do, likewise."""
        return answer
