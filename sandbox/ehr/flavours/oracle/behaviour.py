"""What Oracle Health does otherwise than the standard."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, jsonify, request

from sandbox.ehr.abilities import READ, Ability
from sandbox.ehr.checks import Check, Refused
from sandbox.ehr.clients import Client
from sandbox.ehr.elements import Raw
from sandbox.ehr.flavours.flavour import Change, Door, Flavour
from sandbox.ehr.flavours.oracle import (
    appointments,
    communications,
    encounters,
    errors,
    likeness,
    notes,
    searches,
    versions,
)
from sandbox.ehr.grants import LaunchContext, is_patients_side
from sandbox.ehr.scopes import in_v1

PROVIDER = Door("/fhir", "/oauth2/personas/provider/authorize")
PATIENT = Door("/fhir-myrecord", "/oauth2/personas/patient/authorize")
WILDCARD = Check("oracle-scope-wildcard", "no scope is a wildcard", "invalid_scope", "redirect", 303)
WILDCARD_OF_A_BACK_END = replace(WILDCARD, how="json", status=400)
INTERACTIONS = {
    "Appointment": (*READ, "patch"),
    "Encounter": (*READ, "patch"),
    "Communication": (*READ, "create"),
    "DocumentReference": (*READ, "create"),
}
CREATES = {"Communication": communications.refuse_wrong, "DocumentReference": notes.refuse_wrong}
PATCHES = {"Appointment": appointments.refuse_wrong, "Encounter": encounters.refuse_wrong}


class Oracle(Flavour):
    """Two personas, short tokens, JSON Patch by version on few paths, searches with rules."""

    name = "oracle"
    tells_of_changes = False
    says = "Oracle Health (Cerner Millennium): tokens of 570 seconds, patches by version on few paths"
    token_seconds = 570
    backend_token_seconds = 570
    creates_conditionally = False
    cursor = "pageContext"
    doors = (PROVIDER, PATIENT)
    media_types = ("application/fhir+json",)
    blueprints = (errors.blueprint,)

    def door_of(self, user: str) -> Door:
        """The persona is in the authorization endpoint, and so in the base."""
        return PATIENT if is_patients_side(user) else PROVIDER

    def version_id(self, resource_type: str, number: int) -> str:
        """Versions of appointments have two parts, such as ``2-1``."""
        return f"{number}-1" if resource_type == "Appointment" else str(number)

    def configuration(self, told: dict[str, Any]) -> dict[str, Any]:
        """PKCE is not advertised."""
        return {name: value for name, value in told.items() if name != "code_challenge_methods_supported"}

    def error(self, told: dict[str, str], check: Check) -> dict[str, str]:
        """A link to an explanation stands for the explanation."""
        return {"error": told["error"], "error_uri": errors.explanation(request.host_url, check)}

    def granted(self, client: Client, asked: Sequence[str], allowed: tuple[str, ...]) -> tuple[str, ...]:
        """No wildcards; what is not provisioned is dropped without a word; the spelling is SMART v1's."""
        if any("/*." in scope for scope in asked):
            raise Refused(WILDCARD if client.redirect_uris else WILDCARD_OF_A_BACK_END)
        return in_v1(allowed)

    def token_answer(self, answer: dict[str, Any], context: LaunchContext | None) -> dict[str, Any]:
        """Patient and encounter are told; no key for an appointment is documented."""
        return {name: value for name, value in answer.items() if name not in ("appointment", "fhirContext")}

    def ability(self, ability: Ability) -> Ability:
        """Of the changes only patches; searches by few parameters."""
        offered = INTERACTIONS.get(ability.resource_type, ability.interactions)
        return replace(ability, interactions=offered, parameters=searches.parameters(ability))

    def resource(self, raw: Raw) -> Raw:
        """Video visits have two rooms."""
        return likeness.like_oracle(raw)

    def check_search(self, resource_type: str, params: Sequence[tuple[str, str]]) -> None:
        """Appointments and messages are searched by rules."""
        searches.refuse_wrong(resource_type, params)

    def check_create(self, raw: Raw, writer: LaunchContext | None) -> None:
        """Messages and notes, each by its rules."""
        CREATES[raw["resourceType"]](raw, writer)

    def kept(self, raw: Raw, writer: LaunchContext | None) -> Raw:
        """Identifiers are the server's own."""
        return {name: value for name, value in raw.items() if name != "identifier"}

    def check_change(self, change: Change) -> None:
        """By version, then by the rules of the type."""
        versions.refuse_stale(change)
        PATCHES[change.before["resourceType"]](change)

    def operations(self, change: Change) -> object:
        """Paths that stand for something are led there."""
        is_appointment = change.before["resourceType"] == "Appointment"
        return appointments.carried_out(change) if is_appointment else change.body

    def answered(self, answer: Response, raw: Raw, *, is_write: bool) -> Response:
        """A write has no body, whatever it prefers; its ETag and Location tell all."""
        if is_write:
            answer.set_data(b"")
            answer.headers.setdefault("Location", request.base_url)
        return answer

    def refused(self, answer: Response, check: Check) -> Response:
        """A scope that is missing is told in OAuth's words, as JSON."""
        if check.status != 403:
            return answer
        told = jsonify({"error": "insufficient_scope"})
        told.status_code = 403
        return told
