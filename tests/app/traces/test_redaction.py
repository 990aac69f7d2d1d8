"""What may be kept of a launch: planted secrets and people are found in none of it, wherever they stood."""

import base64
import json

import pytest

from app.traces.redaction import (
    CUT,
    kept_answer,
    kept_arrival,
    kept_form,
    kept_headers,
    kept_query,
    kept_url,
    scope_shape,
)
from tests.leaks import identifier, leaks, name, secret

BASE = "https://ehr.example/r4/tenant"
TOKEN = "eyJ-tok3n-THAT-n0body-may-S33-0123456789abcdef"
PLANTED = (
    secret("a token", TOKEN),
    name("a patient's name", "Rosa Diaz"),
    identifier("an MRN", "MRN-771203"),
    identifier("a patient's id", "p-771203"),
)


def assert_nothing_leaks(told: object) -> None:
    assert leaks(PLANTED, json.dumps(told, ensure_ascii=False)) == []


def jwt(**claims: object) -> str:
    parts = ({"alg": "RS256", "kid": "ehr-1"}, claims)
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts)
        + ".c2ln"
    )


@pytest.mark.parametrize(
    "field", ["code", "code_verifier", "refresh_token", "client_secret", "launch", "login_hint"]
)
def test_a_secret_in_a_form_is_cut_and_its_name_stays(field: str) -> None:
    told = kept_form(f"grant_type=authorization_code&{field}={TOKEN}")

    assert told == {"grant_type": "authorization_code", field: CUT}


@pytest.mark.parametrize(
    "field", ["grant_type", "scope", "client_assertion_type", "aud", "redirect_uri", "error"]
)
def test_a_secret_in_an_allowed_field_is_cut_by_its_shape(field: str) -> None:
    assert_nothing_leaks(kept_query(f"{field}=Rosa+Diaz+{TOKEN}"))


def test_an_answer_of_a_token_endpoint_keeps_no_token_and_no_person() -> None:
    answer = {
        "access_token": TOKEN,
        "refresh_token": TOKEN,
        "id_token": jwt(
            sub="p-771203", name="Rosa Diaz", fhirUser="Practitioner/MRN-771203", iss="https://i.example"
        ),
        "token_type": "Bearer",
        "expires_in": 570,
        "scope": "launch openid user/Patient.rs user/Patient.r?identifier=MRN-771203 Rosa",
        "patient": "p-771203",
        "need_patient_banner": "false",
        "error_description": "Rosa Diaz is not yours",
        "dob": "1961-07-04",
    }

    told = kept_answer(json.dumps(answer).encode())

    assert_nothing_leaks(told)
    assert "1961" not in json.dumps(told)
    assert told["scope"] == f"launch openid user/Patient.rs user/Patient.r?… {CUT}"
    assert told["expires_in"] == "570"
    assert told["id_token.alg"] == "RS256"
    assert told["id_token.kid"] == "ehr-1"
    assert told["patient"] == told["access_token"] == CUT


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Patient", "id": "p-771203", "name": [{"text": "Rosa Diaz"}]},
        {"resourceType": "Bundle", "total": 1, "entry": [{"resource": {"id": "p-771203"}}]},
        {"resourceType": "Rosa Diaz"},
        {
            "resourceType": "OperationOutcome",
            "issue": [{"code": "forbidden", "diagnostics": "Rosa Diaz", "details": {"text": "MRN-771203"}}],
        },
    ],
)
def test_of_a_chart_the_type_is_kept_and_nothing_else(resource: dict[str, object]) -> None:
    assert_nothing_leaks(kept_answer(json.dumps(resource).encode()))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"{BASE}/Patient/p-771203", f"{BASE}/Patient/{{id}}"),
        (f"{BASE}/Patient/Diaz", f"{BASE}/Patient/{{id}}"),
        (f"{BASE}/Appointment?patient=p-771203", f"{BASE}/Appointment"),
        (f"{BASE}/.well-known/smart-configuration", f"{BASE}/.well-known/smart-configuration"),
        (f"{BASE}/p-771203", f"{BASE}/{{id}}"),
        (f"{BASE}", BASE),
        ("https://ehr.example/pages/p-771203", f"https://ehr.example/{CUT}"),
    ],
)
def test_an_address_of_a_chart_holds_no_id(url: str, told: str) -> None:
    assert kept_url(url, (BASE,), with_token=True) == told


def test_an_address_holds_no_user_and_no_query() -> None:
    assert kept_url(f"https://rosa:{TOKEN}@login.example/token?t={TOKEN}", (BASE,), with_token=False) == (
        "https://login.example/token"
    )


def test_headers_keep_the_scheme_of_a_credential_only() -> None:
    told = kept_headers(
        {"Authorization": f"Bearer {TOKEN}", "Cookie": TOKEN, "X-Patient": "p-771203", "Accept": TOKEN}
    )

    assert told == {"authorization": f"Bearer {CUT}", "accept": CUT}


def test_of_what_anybody_may_have_made_up_the_issuer_stays() -> None:
    told = kept_arrival(f"iss=https://ehr.example/fhir&launch={TOKEN}&client_id=p-771203&state={TOKEN}")

    assert told == {"iss": "https://ehr.example/fhir", "launch": CUT, "client_id": CUT, "state": CUT}


def test_scopes_keep_their_words() -> None:
    assert scope_shape("launch/patient online_access patient/*.read system/Appointment.rus") == (
        "launch/patient online_access patient/*.read system/Appointment.rus"
    )
