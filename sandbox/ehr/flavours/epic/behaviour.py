"""What Epic does otherwise than the standard."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Response, request

from sandbox.ehr.abilities import READ, Ability
from sandbox.ehr.checks import Check, Refused
from sandbox.ehr.clients import Client
from sandbox.ehr.elements import Raw
from sandbox.ehr.flavours.epic import interconnect, notes, registrations
from sandbox.ehr.flavours.epic.context import FdiRecord, told_to_the_app
from sandbox.ehr.flavours.epic.likeness import like_epic
from sandbox.ehr.flavours.flavour import Flavour
from sandbox.ehr.grants import LaunchContext
from sandbox.ehr.outcomes import bad_request
from sandbox.ehr.scopes import PLAIN, clinical

if TYPE_CHECKING:
    from sandbox.ehr.authorization_request import AuthorizationRequest

LONGEST_JTI = 151
POSTED = Check(
    "epic-authorize-post", "only an EHR launch is authorized by a form", "invalid_request", "redirect", 303
)
JTI = Check("epic-assertion-jti", "jti is at most 151 characters long", "invalid_client", "json", 401)
NO_MATCH = {"code": "4101", "display": "Resource request returns no results."}


class Epic(Flavour):
    """No patch, no delete, no versions, no conditions; scopes by registration; notes in plain text."""

    name = "epic"
    tells_of_changes = False
    says = "Epic: little can be written, scopes come from the registration"
    token_seconds = 3599
    creates_conditionally = False
    checks_versions = False
    backend_needs_scope = False
    blueprints = (interconnect.blueprint,)

    def __init__(self) -> None:
        self.fdi = FdiRecord()

    def reset(self) -> None:
        """The FDI record of the sandbox."""
        self.fdi = FdiRecord()

    def ability(self, ability: Ability) -> Ability:
        """Reading; of what this product writes only notes, and those cannot be found by identifier."""
        if ability.resource_type != "DocumentReference":
            return replace(ability, interactions=READ)
        known = tuple(one for one in ability.parameters if one.name != "identifier")
        return replace(ability, interactions=(*READ, "create"), parameters=known)

    def resource(self, raw: Raw) -> Raw:
        """With Epic's identifiers and classes."""
        return like_epic(raw)

    def client(self, client: Client) -> Client:
        """As Incoming APIs, in the spelling of SMART v1; a back end's keys stand at a URL."""
        return registrations.registered(client, self.ability)

    def configuration(self, told: dict[str, Any]) -> dict[str, Any]:
        """Without the spelling of SMART v2."""
        return registrations.configuration(told)

    def check_authorization(self, asked: "AuthorizationRequest", *, posted: bool) -> None:
        """A form is taken for an EHR launch only."""
        if posted and asked.launch is None:
            raise Refused(POSTED, asked.back)

    def check_assertion(self, claims: Mapping[str, Any]) -> None:
        """A jti is not longer than 151 characters."""
        if len(str(claims["jti"])) > LONGEST_JTI:
            raise Refused(JTI)

    def granted(self, client: Client, asked: Sequence[str], allowed: tuple[str, ...]) -> tuple[str, ...]:
        """What the client is registered for, whatever it asks."""
        if not client.redirect_uris and not self.fdi.background_user:
            raise Refused(registrations.NO_BACKGROUND_USER)
        apis = [text for one in clinical(client.scopes) for text in one.spelled(v1=True)]
        words = [one for one in allowed if one in PLAIN or one.startswith("launch")]
        ticked = [one for one in client.scopes if one == registrations.PERSISTENT]
        return tuple(dict.fromkeys((*words, *ticked, *apis)))

    def gives_refresh(self, scopes: Sequence[str]) -> bool:
        """Only where the app is registered for persistent access."""
        return registrations.PERSISTENT in scopes

    def token_answer(self, answer: dict[str, Any], context: LaunchContext | None) -> dict[str, Any]:
        """Context as keys of its own, and what the FDI record adds."""
        return told_to_the_app(answer, context, self.fdi) if context else answer

    def searched(self, bundle: Raw) -> Raw:
        """A search that finds nothing says so."""
        if bundle.get("entry"):
            return bundle
        issue = {"severity": "warning", "code": "not-found", "details": {"coding": [NO_MATCH]}}
        outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
        return bundle | {"entry": [{"resource": outcome, "search": {"mode": "outcome"}}]}

    def check_search(self, resource_type: str, params: Sequence[tuple[str, str]]) -> None:
        """Notes are not found by what others call them."""
        if resource_type == "DocumentReference" and any(name == "identifier" for name, _ in params):
            raise bad_request("DocumentReference is not searched by identifier here.", "not-supported")

    def check_create(self, raw: Raw, writer: LaunchContext | None) -> None:
        """Clinical notes only."""
        notes.refuse_wrong(raw)

    def kept(self, raw: Raw, writer: LaunchContext | None) -> Raw:
        """Only what becomes of a note."""
        return notes.kept(raw)

    def answered(self, answer: Response, raw: Raw, *, is_write: bool) -> Response:
        """No ETag; after a write a relative Location, and a body only for ``return=representation``."""
        answer.headers.pop("ETag", None)
        if is_write:
            answer.headers["Location"] = f"{raw['resourceType']}/{raw['id']}"
            if "return=representation" not in request.headers.get("Prefer", ""):
                answer.set_data(b"")
        return answer

    def refused(self, answer: Response, check: Check) -> Response:
        """An API that is not on the app: nothing but the status."""
        return Response(status=403) if check.id == "bearer-scope" else answer
