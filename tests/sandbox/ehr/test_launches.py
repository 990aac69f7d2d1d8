"""EHR launch and standalone launch, with each kind of client, to a token and its context."""

import base64
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses
from joserfc import jwt
from joserfc.jwk import KeySet

CALLBACK = "http://localhost:8000/launch/callback"
JWKS_URL = "http://localhost:8000/.well-known/jwks.json"
FHIR = "http://127.0.0.1:8001/fhir"
ISSUER = "http://127.0.0.1:8001/oauth2"
BASIC = "Basic " + base64.b64encode(b"visitbridge-basic:sandbox-only-secret").decode()
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SIGN_IN = "launch openid fhirUser user/Patient.rs"


def claims_of(app, token):
    keys = KeySet.import_key_set(app.http.get("/oauth2/jwks").json)
    return jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims


def test_a_click_opens_the_registered_launch_url_with_iss_and_launch(app):
    order = {"app": "http://localhost:8000/launch", "context": {"appointment": app.appointment()["id"]}}

    url = urlsplit(app.http.post("/_launch", json=order).json["url"])

    assert f"{url.scheme}://{url.netloc}{url.path}" == "http://localhost:8000/launch"
    assert dict(parse_qsl(url.query))["iss"] == FHIR


def test_a_public_client_gets_a_token_with_the_context_of_the_click(app):
    token = app.token()

    held = app.appointment()
    assert token["token_type"] == "Bearer"
    assert token["patient"] == held["patient"]
    assert token["encounter"] == held["encounter"]
    assert token["fhirContext"] == [{"reference": f"Appointment/{held['id']}"}]
    assert token["need_patient_banner"] is False
    assert "refresh_token" not in token and "id_token" not in token


def test_a_confidential_client_with_a_secret_gets_a_token(app):
    answer = app.exchange(app.code(client_id="visitbridge-basic"), BASIC, client_id=None)

    assert answer.status_code == 200


@pytest.mark.parametrize("key", ["rsa", "ec"])
def test_a_client_with_keys_gets_a_token_by_rs384_and_es384(app, key):
    code = app.code(client_id="inline-app", scope=SIGN_IN)

    answer = app.exchange(
        code,
        client_id=None,
        client_assertion_type=ASSERTION_TYPE,
        client_assertion=app.assertion(key=key, client_id="inline-app"),
    )

    assert answer.status_code == 200, answer.json


def test_a_jwk_set_by_url_is_fetched_kept_as_it_allows_and_fetched_anew_for_an_unknown_kid(app):
    with responses.RequestsMock() as wire:
        first = {"keys": [app.keys["rsa"].as_dict(private=False)]}
        both = {"keys": [*first["keys"], app.keys["ec"].as_dict(private=False)]}
        wire.get(JWKS_URL, json=first, headers={"Cache-Control": "max-age=600"})
        wire.get(JWKS_URL, json=both, headers={"Cache-Control": "max-age=600"})

        answers = [
            app.backend(app.assertion(key=key, client_id="visitbridge-backend"))
            for key in ("rsa", "rsa", "ec")
        ]

        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert len(wire.calls) == 2


def test_a_back_end_gets_a_short_token_without_context_or_refresh(app):
    answer = app.backend().json

    assert answer["expires_in"] == 300
    assert set(answer) == {"access_token", "token_type", "expires_in", "scope"}


def test_an_authorization_request_may_come_by_post(app):
    response = app.http.post("/oauth2/authorize", data=app.request())

    assert "code=" in response.headers["Location"]


def test_a_standalone_launch_shows_a_page_to_pick_person_and_appointment(app):
    page = app.authorize(scope="launch/patient launch/encounter openid fhirUser user/Patient.rs", launch=None)
    pending = re.search(r'name="pending" value="([^"]+)"', page.text)[1]
    held = app.appointment()
    chosen = {"user": "Practitioner/vb-practitioner-osei", "subject": f"Appointment/{held['id']}"}
    assert all(f'value="{value}"' in page.text for value in chosen.values())

    answer = app.http.post("/oauth2/choose", data={"pending": pending, "answer": "allow", **chosen})

    back = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    token = app.exchange(back["code"]).json
    assert token["patient"] == held["patient"]
    assert token["encounter"] == held["encounter"]
    assert "fhirContext" not in token
    assert token["need_patient_banner"] is True
    assert claims_of(app, token)["fhirUser"] == f"{FHIR}/Practitioner/vb-practitioner-osei"


def choose(app, **chosen):
    page = app.authorize(scope="launch/patient launch/encounter openid fhirUser user/Patient.rs", launch=None)
    pending = re.search(r'name="pending" value="([^"]+)"', page.text)[1]
    return app.http.post("/oauth2/choose", data={"pending": pending, "answer": "allow", **chosen})


@pytest.mark.parametrize("user", ["Patient/vb-patient-09", "RelatedPerson/vb-related-09"])
def test_nobody_from_the_portal_picks_the_visit_of_another(app, user):
    refused = choose(app, user=user, subject=f"Appointment/{app.appointment()['id']}")
    allowed = choose(app, user=user)

    assert refused.status_code == 400
    token = app.exchange(dict(parse_qsl(urlsplit(allowed.headers["Location"]).query))["code"]).json
    assert token["patient"] == "vb-patient-09"


def test_a_standalone_launch_without_context_scopes_asks_for_the_person_only(app):
    page = app.authorize(scope="openid user/Patient.rs", launch=None)

    assert 'name="user"' in page.text
    assert 'name="subject"' not in page.text


def test_the_id_token_names_the_issuer_of_the_discovery_document(app):
    token = app.token(scope=SIGN_IN, nonce="a-nonce")

    claims = claims_of(app, token)

    smart = app.http.get("/fhir/.well-known/smart-configuration").json
    assert claims["iss"] == smart["issuer"] == ISSUER != FHIR
    assert claims["aud"] == "visitbridge-public"
    assert claims["nonce"] == "a-nonce"
    assert claims["exp"] > claims["iat"]
    assert app.http.get("/oauth2/.well-known/openid-configuration").json["jwks_uri"] == smart["jwks_uri"]


def test_every_address_of_the_smart_configuration_leads_somewhere(app):
    smart = app.http.get("/fhir/.well-known/smart-configuration").json

    for name in ("authorization_endpoint", "token_endpoint", "introspection_endpoint", "revocation_endpoint"):
        assert app.http.post(urlsplit(smart[name]).path).status_code in (400, 401)
    assert app.http.get(urlsplit(smart["jwks_uri"]).path).json["keys"][0].keys() >= {"kty", "kid", "n", "e"}
    assert "d" not in app.http.get("/oauth2/jwks").json["keys"][0]


@pytest.mark.parametrize(
    "asked, granted",
    [
        ("user/Patient.read", "user/Patient.read"),
        ("user/Patient.rs", "user/Patient.rs"),
        ("user/Patient.cruds", "user/Patient.rs"),
        ("user/Encounter.*", "user/Encounter.crus"),
        ("user/Observation.rs user/Patient.r", "user/Patient.r"),
        ("system/Patient.rs user/Patient.rs", "user/Patient.rs"),
        ("user/DocumentReference.c?type=x", "user/DocumentReference.c?type=x"),
    ],
)
def test_what_is_granted_is_what_the_registration_covers(app, asked, granted):
    assert app.token(scope=f"launch {asked}")["scope"] == f"launch {granted}"


def test_a_wildcard_is_granted_as_the_types_that_are_registered(app):
    granted = app.token(scope="launch user/*.rs")["scope"].split()

    assert "user/*.rs" not in granted
    assert {"user/Patient.rs", "user/Appointment.rs"} <= set(granted)


def test_a_refresh_answers_a_new_access_token_and_no_new_refresh_token(app):
    first = app.token(scope="launch online_access user/Patient.rs user/Encounter.rs")
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": first["refresh_token"],
        "client_id": "visitbridge-public",
    }

    second = app.post_token(asked | {"scope": "user/Patient.rs"}).json

    assert second["access_token"] != first["access_token"]
    assert second["scope"] == "user/Patient.rs"
    assert "refresh_token" not in second


def test_a_second_try_with_a_code_kills_the_tokens_of_the_first(app):
    code = app.code()
    bearer = {"Authorization": f"Bearer {app.exchange(code).json['access_token']}"}

    app.exchange(code)

    assert app.http.get("/fhir/Practitioner", headers=bearer).status_code == 401


def test_introspection_tells_the_client_what_its_token_stands_for(app):
    token = app.token(scope=SIGN_IN)
    asked = {"token": token["access_token"], "client_id": "visitbridge-public"}

    known = app.post_token(asked, path="/oauth2/introspect").json
    unknown = app.post_token(asked | {"token": "no"}, path="/oauth2/introspect").json

    assert known["active"] is True
    assert known["patient"] == token["patient"]
    assert known["scope"] == token["scope"]
    assert unknown == {"active": False}


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_a_revoked_token_is_good_no_more(app, which):
    token = app.token(scope="launch online_access user/Practitioner.rs")
    revoked = app.post_token(
        {"token": token[which], "client_id": "visitbridge-public"}, path="/oauth2/revoke"
    )

    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    assert revoked.status_code == 200
    assert app.http.get("/fhir/Practitioner", headers=bearer).status_code == 401


def test_a_patient_may_sign_in_too(app):
    token = app.token(scope=SIGN_IN, launch=app.launch(user="Patient/vb-patient-05", patient="vb-patient-05"))

    assert claims_of(app, token)["fhirUser"] == f"{FHIR}/Patient/vb-patient-05"


def test_who_helps_a_patient_sees_that_chart_alone(app):
    user = "RelatedPerson/vb-related-09"
    launch = app.launch(user=user, patient="vb-patient-09")
    token = app.token(scope=f"{SIGN_IN} user/RelatedPerson.rs user/Patient.rs", launch=launch)
    bearer = {"Authorization": f"Bearer {token['access_token']}"}

    read = {
        one: app.http.get(f"/fhir/{one}", headers=bearer).status_code
        for one in (user, "RelatedPerson/vb-related-07", "Patient/vb-patient-09", "Patient/vb-patient-07")
    }

    assert claims_of(app, token)["fhirUser"] == f"{FHIR}/{user}"
    assert list(read.values()) == [200, 403, 200, 403]
