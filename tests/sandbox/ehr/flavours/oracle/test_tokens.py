"""Personas, scopes, tokens and errors, each rule broken alone."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.sandbox.ehr.conftest import CALLBACK, CHART, STATE
from tests.sandbox.ehr.flavours.oracle.conftest import DOORS, HOST

ONLINE = f"launch online_access {CHART}"


def back(answer):
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def refresh(app, token):
    return app.post_token(
        {"grant_type": "refresh_token", "refresh_token": token, "client_id": "visitbridge-public"}
    )


def test_a_token_lives_570_seconds(app):
    assert app.token()["expires_in"] == 570


def test_a_refresh_token_comes_only_where_it_was_asked_for(app):
    assert "refresh_token" not in app.token()
    assert "refresh_token" in app.token(scope=ONLINE)
    assert "refresh_token" in app.token(scope=ONLINE.replace("online", "offline"))


def test_a_refresh_is_answered_without_a_new_refresh_token_and_the_first_stays_good(app):
    first = app.token(scope=ONLINE)["refresh_token"]

    for _ in range(2):
        answer = refresh(app, first)
        assert answer.status_code == 200
        assert "refresh_token" not in answer.json


def test_a_wildcard_is_refused(app):
    assert back(app.authorize(scope="launch user/*.rs"))["error"] == "invalid_scope"


def test_a_back_ends_wildcard_is_refused(app):
    answer = app.backend(scope="system/*.rs")

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_scope")


def test_what_is_not_provisioned_is_dropped_without_a_word(app):
    assert app.token(scope="launch openid user/Observation.rs")["scope"] == "launch openid"


def test_scopes_are_spelled_in_v1(app):
    granted = app.token(scope="launch user/Patient.rs user/Appointment.rus")["scope"].split()

    assert granted == ["launch", "user/Patient.read", "user/Appointment.read", "user/Appointment.write"]


def test_a_missing_scope_is_told_as_json(app):
    app.held = app.bearer(scope="launch user/Appointment.rs")

    answer = app.send("GET", "Patient/vb-patient-04")

    assert (answer.status_code, answer.json) == (403, {"error": "insufficient_scope"})


@pytest.mark.parametrize("base", DOORS)
def test_each_persona_has_its_endpoint_and_none_advertises_pkce(app, base):
    told = app.http.get(f"{base}/.well-known/smart-configuration").json

    assert told["authorization_endpoint"] == HOST + DOORS[base]
    assert "code_challenge_methods_supported" not in told


def test_the_endpoint_of_no_persona_is_nowhere(app):
    assert app.http.get("/oauth2/authorize").status_code == 404


@pytest.mark.parametrize(("base", "other"), [("/fhir", "/fhir-myrecord"), ("/fhir-myrecord", "/fhir")])
def test_aud_is_the_base_of_the_persona(app, base, other):
    app.door = base

    told = back(app.authorize(aud=HOST + other))

    assert told["error"] == "invalid_request"
    assert "error_description" not in told
    assert told["state"] == STATE
    assert b"authorize-aud" in app.http.get(urlsplit(told["error_uri"]).path).data


def test_an_error_of_the_token_endpoint_has_a_link_too(app):
    answer = app.exchange(code="another")

    assert answer.json["error"] == "invalid_grant"
    assert answer.json["error_uri"].endswith("/oauth2/errors/code-unknown")
    assert "error_description" not in answer.json


def test_a_patient_is_launched_from_their_own_base(app):
    order = {"user": "Patient/vb-patient-04", "patient": "vb-patient-04"}

    url = app.http.post("/_launch", json={"app": "visitbridge-public", "context": order}).json["url"]

    assert dict(parse_qsl(urlsplit(url).query))["iss"] == f"{HOST}/fhir-myrecord"


def test_a_token_of_one_persona_does_not_do_at_the_others_base(app):
    launch = app.launch(user="Patient/vb-patient-04", patient="vb-patient-04")
    app.door = "/fhir-myrecord"
    app.held = app.bearer(launch=launch, scope="launch patient/Patient.rs")
    assert app.send("GET", "Patient/vb-patient-04").status_code == 200

    app.door = "/fhir"

    assert app.send("GET", "Patient/vb-patient-04").status_code == 401


def test_a_standalone_launch_offers_the_people_of_its_persona(app):
    for base, there, not_there in (
        ("/fhir", "Practitioner/", "Patient/vb-patient-04"),
        ("/fhir-myrecord", "Patient/vb-patient-04", "Practitioner/"),
    ):
        app.door = base
        page = app.authorize(scope=f"openid fhirUser {CHART}").text
        assert f'value="{there}' in page
        assert f'value="{not_there}' not in page


def test_no_appointment_comes_in_context(app):
    answer = app.token()

    assert answer["patient"]
    assert answer["encounter"]
    assert not {"appointment", "fhirContext"} & set(answer)


def test_another_redirect_uri_is_still_refused(app):
    assert app.authorize(redirect_uri=f"{CALLBACK}/x").status_code == 400
