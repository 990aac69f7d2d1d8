"""What a token request is answered. https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#response-5"""

from typing import Any

from sandbox.ehr.authority import Authority
from sandbox.ehr.grants import Grant, LaunchContext
from sandbox.ehr.scopes import in_v1

TENANT = "sandbox"

Answer = dict[str, Any]


def answer_person(authority: Authority, key: str, scopes: tuple[str, ...], *, refresh: str | None) -> Answer:
    """A fresh access token for a grant of a person, with the context of its launch."""
    context = authority.grants.grants[key].context
    answer = _access(authority, key, scopes, authority.flavour.token_seconds)
    if context is not None:
        answer |= _context(authority, scopes, context)
    if refresh is not None:
        answer["refresh_token"] = refresh
    return authority.flavour.token_answer(answer, context)


def answer_backend(authority: Authority, key: str, scopes: tuple[str, ...]) -> Answer:
    """A fresh access token for a back end, which has neither context nor refresh token."""
    answer = _access(authority, key, scopes, authority.flavour.backend_token_seconds)
    return authority.flavour.token_answer(answer, None)


def id_token_for(authority: Authority, grant: Grant) -> Answer:
    """The id_token, where one was asked for and granted."""
    if "openid" not in grant.scopes or grant.context is None:
        return {}
    signed = authority.id_tokens.for_grant(grant, grant.context, authority.now)
    if signed is None:
        return {}
    authority.grants.id_tokens.append(signed)
    return {"id_token": signed}


def _access(authority: Authority, key: str, scopes: tuple[str, ...], seconds: int) -> Answer:
    shortened = authority.switches.take("short_tokens")
    life = int(shortened["seconds"]) if shortened else seconds
    spelled = in_v1(scopes) if authority.switches.on("v1_scopes") else scopes
    return {
        "access_token": authority.grants.give_access(key, scopes, authority.now + life),
        "token_type": "Bearer",
        "expires_in": life,
        "scope": " ".join(spelled),
    }


def _context(authority: Authority, scopes: tuple[str, ...], context: LaunchContext) -> Answer:
    answer: Answer = {
        "need_patient_banner": _banner(authority, context),
        "smart_style_url": f"{authority.config.base_url}/smart-style.json",
        "tenant": TENANT,
    }
    if context.intent:
        answer["intent"] = context.intent
    if context.patient and _shares(scopes, "patient") and not authority.switches.on("patient_not_in_context"):
        answer["patient"] = context.patient
    return answer | _visit(authority, scopes, context)


def _visit(authority: Authority, scopes: tuple[str, ...], context: LaunchContext) -> Answer:
    if authority.switches.on("appointment_not_in_context"):
        return {}
    encounter: Answer = {}
    if context.encounter and _shares(scopes, "encounter"):
        encounter = {"encounter": context.encounter}
    if not context.appointment or not _shares(scopes, "appointment"):
        return encounter
    if authority.switches.on("appointment_only_by_encounter"):
        return encounter
    if authority.switches.on("appointment_as_key"):
        return encounter | {"appointment": context.appointment}
    return encounter | {"fhirContext": [{"reference": f"Appointment/{context.appointment}"}]}


def _shares(scopes: tuple[str, ...], what: str) -> bool:
    return "launch" in scopes or f"launch/{what}" in scopes


def _banner(authority: Authority, context: LaunchContext) -> bool | str:
    if authority.switches.on("banner_as_string"):
        return str(context.need_patient_banner).lower()
    return context.need_patient_banner
