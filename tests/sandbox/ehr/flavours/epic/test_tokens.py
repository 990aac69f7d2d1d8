"""Tokens: by registration, with context in keys of Epic's and the customer's own."""

import json

import pytest
import responses
from joserfc import jws

from tests.sandbox.ehr.conftest import CALLBACK, FHIR, returned

V1 = "read", "write"


def claims(token):
    return json.loads(jws.extract_compact(token.encode()).payload)


def registered(app, **changes):
    order = {
        "client_id": "visitbridge-public",
        "kind": "public",
        "redirect_uris": [CALLBACK],
        "launch_url": "http://localhost:8000/launch",
        "scope": "launch openid fhirUser user/Patient.rs user/DocumentReference.cs",
    } | changes
    assert app.http.post("/_clients", json=order).status_code == 200


def test_scopes_come_from_the_registration_and_not_from_the_request(app):
    registered(app)

    granted = app.token(scope="launch openid fhirUser")["scope"].split()

    assert set(granted) == {
        *("launch", "openid", "fhirUser"),
        *("user/Patient.read", "user/DocumentReference.read", "user/DocumentReference.write"),
    }


def test_scopes_are_spelled_as_in_smart_v1(app):
    granted = [one for one in app.token()["scope"].split() if "/" in one]

    assert granted and all(one.rpartition(".")[2] in V1 for one in granted)
    assert "user/Appointment.write" not in granted
    assert "permission-v2" not in app.http.get("/fhir/.well-known/smart-configuration").json["capabilities"]


def test_a_token_lives_just_short_of_an_hour(app):
    assert app.token()["expires_in"] == 3599


def test_the_banner_is_a_string(app):
    launch = app.launch(appointment=app.appointment()["id"], need_patient_banner=True)

    assert app.token(launch=launch)["need_patient_banner"] == "true"
    assert app.token()["need_patient_banner"] == "false"


def test_the_appointment_is_a_key_where_it_is_set_up(app):
    told = app.token()
    app.record(appointment=False)
    untold = app.token()

    assert told["appointment"] == app.appointment()["id"]
    assert "appointment" not in untold
    assert untold["encounter"] == told["encounter"]
    assert "fhirContext" not in told and "fhirContext" not in untold


def test_location_and_department_are_told(app):
    told = app.token()

    assert told["location"] == told["loginDepartment"] == app.appointment()["location"]
    assert told["__epic.dstu2.patient"] == told["patient"]


def test_the_customer_s_keys_come_from_the_context_field(app):
    usual = app.token()
    app.record(context="csn=%CSN%&when=%EXTENSION;15354%")
    told = app.token()

    assert usual["user"] == app.appointment()["practitioner"].upper()
    assert "csn" not in usual
    assert told["csn"] == app.csn()
    assert told["when"].endswith("PM")


@pytest.mark.parametrize("context", ["encounter=%ENCID%", "csn=CSN"])
def test_a_mnemonic_that_is_not_established_is_refused(app, context):
    assert app.http.post("/_flavour", json={"context": context}).status_code == 400


def test_the_record_can_be_read_and_a_reset_makes_it_as_it_was(app):
    app.record(appointment=False, background_user=False)
    changed = app.http.get("/_flavour").json
    app.http.post("/_reset")

    assert (changed["appointment"], changed["background_user"]) == (False, False)
    assert app.http.get("/_flavour").json["appointment"] is True


def test_an_order_for_another_record_is_refused(app):
    assert app.http.post("/_flavour", json={"appointment": "yes"}).status_code == 400
    assert app.http.post("/_flavour", json={"csn": True}).status_code == 400


def test_the_id_token_s_issuer_is_not_the_launch_s_iss(app):
    told = claims(app.token(scope="launch openid fhirUser")["id_token"])

    assert told["iss"] == FHIR.replace("/fhir", "/oauth2")


def test_no_refresh_token_is_given_without_persistent_access(app):
    assert "refresh_token" not in app.token(scope="launch online_access offline_access user/Patient.rs")


def test_a_public_app_has_no_persistent_access(app):
    registered(app, scope="launch offline_access user/Patient.rs")

    assert "refresh_token" not in app.token(scope="launch offline_access")


def test_an_app_with_a_secret_may_have_persistent_access(app):
    registered(
        app,
        client_id="persistent",
        kind="client_secret_basic",
        client_secret="s",
        scope="launch offline_access user/Patient.rs",
    )
    code = app.code(client_id="persistent", scope="launch openid")

    told = app.exchange(code, "Basic cGVyc2lzdGVudDpz", client_id=None)

    assert told.json["refresh_token"]


def test_aud_is_required(app):
    assert returned(app.authorize(aud=None))["error"] == "invalid_request"


def test_a_form_is_taken_for_an_ehr_launch(app):
    answer = app.http.post("/oauth2/authorize", data=app.request())

    assert "code" in returned(answer)


def test_a_form_is_taken_for_nothing_else(app):
    answer = app.http.post("/oauth2/authorize", data=app.request(scope="launch/patient user/Patient.rs"))

    assert returned(answer)["error"] == "invalid_request"
    assert app.authorize(scope="launch/patient user/Patient.rs").status_code == 200


def test_a_back_end_with_keys_of_its_own_is_not_registered(app):
    order = {
        "client_id": "inline",
        "kind": "private_key_jwt",
        "jwks": app.jwks(),
        "grant_types": ["client_credentials"],
        "scope": "system/Patient.rs",
    }

    assert app.http.post("/_clients", json=order).status_code == 400


@responses.activate
@pytest.mark.parametrize("scope", [None, "system/Patient.rs"])
def test_a_back_end_is_told_all_that_it_is_registered_for(app, scope):
    answer = app.backend_by_url(responses, scope=scope)

    assert answer.status_code == 200, answer.json
    assert set(answer.json["scope"].split()) == {"system/Appointment.read", "system/Patient.read"}


@responses.activate
def test_a_back_end_without_a_user_of_its_own_is_not_authorized(app):
    app.record(background_user=False)

    answer = app.backend_by_url(responses, scope=None)

    assert (answer.status_code, answer.json["error"]) == (400, "unauthorized_client")


@responses.activate
def test_a_jti_is_at_most_151_characters_long(app):
    good = app.backend_by_url(responses, assertion=app.assertion(jti="x" * 151))
    bad = app.backend_by_url(responses, assertion=app.assertion(jti="y" * 152))

    assert good.status_code == 200
    assert (bad.status_code, bad.json["error"]) == (401, "invalid_client")
