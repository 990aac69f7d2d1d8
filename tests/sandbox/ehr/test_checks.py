"""Each check of the authorization server, broken alone, gives its own id and its own OAuth error."""

import base64
import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses

from sandbox.ehr.checks import CHECKS, TABLE
from sandbox.ehr.current import ehr

CALLBACK = "http://localhost:8000/launch/callback"
JWKS_URL = "http://localhost:8000/.well-known/jwks.json"
VERIFIER = "correct-horse-battery-staple-correct-horse-battery"
BASIC = "Basic " + base64.b64encode(b"visitbridge-basic:sandbox-only-secret").decode()
REFRESHING = "launch online_access user/Patient.rs user/Encounter.rs"


def basic(credentials):
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def minutes_later(app, minutes):
    """Let time pass without the control API, which keeps alive what was given out."""
    with app.http.application.app_context():
        ehr().clock.forward(timedelta(minutes=minutes))


def register(app, **changes):
    order = {"client_id": "new", "kind": "public", "redirect_uris": [CALLBACK], "launch_url": ""} | changes
    return app.http.post("/_clients", json=order)


def refresh(app, token=None, **changes):
    value = app.token(scope=REFRESHING)["refresh_token"] if token is None else token
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": value,
        "client_id": "visitbridge-public",
    } | changes
    return app.post_token(asked)


def basic_code(app):
    return app.code(client_id="visitbridge-basic")


def repeated_redirect_uri(app):
    asked = {
        "grant_type": "authorization_code",
        "code": app.code(),
        "redirect_uri": [CALLBACK, CALLBACK],
        "code_verifier": VERIFIER,
        "client_id": "visitbridge-public",
    }
    return app.http.post("/oauth2/token", data=asked)


def without_code(app):
    asked = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    return app.post_token(asked | {"client_id": "visitbridge-public"})


def used_code(app):
    code = app.code()
    assert app.exchange(code).status_code == 200
    return app.exchange(code)


def spent_refresh(app):
    app.switch("rotate_refresh")
    value = app.token(scope=REFRESHING)["refresh_token"]
    assert refresh(app, value).status_code == 200
    return refresh(app, value)


def used_launch(app):
    app.switch("refuse_launch_reuse")
    launch = app.launch()
    assert "code" in app.authorize(launch=launch).headers["Location"]
    return app.authorize(launch=launch)


def old_launch(app):
    launch = app.launch()
    minutes_later(app, 5.1)
    return app.authorize(launch=launch)


def old_code(app):
    code = app.code()
    minutes_later(app, 1.1)
    return app.exchange(code)


def old_token(app):
    bearer = app.bearer()
    minutes_later(app, 61)
    return app.http.get("/fhir/Practitioner", headers=bearer)


def reused_jti(app):
    assert app.backend(app.assertion(jti="once")).status_code == 200
    return app.backend(app.assertion(jti="once"))


def denied(app):
    page = app.authorize(scope="launch/patient user/Patient.rs", launch=None)
    pending = re.search(r'name="pending" value="([^"]+)"', page.text)[1]
    return app.http.post("/oauth2/choose", data={"pending": pending, "answer": "deny"})


def with_jwks(body=None, status=200, **more):
    def violate(app):
        with responses.RequestsMock() as wire:
            wire.get(JWKS_URL, json=body, status=status, **more)
            return app.backend(app.assertion(client_id="visitbridge-backend"))

    return violate


def private_jwks(app):
    keys = {"keys": [app.keys["rsa"].as_dict(private=True)]}
    return with_jwks(keys)(app)


def own_patient_only(app):
    bearer = app.bearer(scope="launch patient/Patient.rs")
    return app.http.get("/fhir/Patient/vb-patient-09", headers=bearer)


def outside_filter(app):
    scope = "launch user/DocumentReference.c?category=http://example.org|clinical-note"
    content = [{"attachment": {"contentType": "text/plain", "data": "SGk="}}]
    body = {"resourceType": "DocumentReference", "status": "current", "content": content}
    return app.http.post("/fhir/DocumentReference", json=body, headers=app.bearer(scope=scope))


def introspect(app, token, client_id="visitbridge-public"):
    return app.post_token({"token": token, "client_id": client_id}, path="/oauth2/introspect")


def introspect_of_another(app):
    token = app.token()["access_token"]
    return app.post_token({"token": token}, BASIC, path="/oauth2/introspect")


def assertion_of(**changes):
    return lambda app: app.backend(app.assertion(**changes))


def code_grant(**changes):
    return lambda app: app.exchange(**changes)


def authorization(**changes):
    return lambda app: app.authorize(**changes)


VIOLATIONS = {
    "registration-uri": lambda app: register(app, redirect_uris=["ftp://app.example/callback"]),
    "registration-kind": lambda app: register(app, kind="client_secret_post"),
    "registration-secret": lambda app: register(app, kind="client_secret_basic"),
    "registration-keys": lambda app: register(app, kind="private_key_jwt", jwks={"keys": [{"kty": "RSA"}]}),
    "authorize-form": lambda app: app.http.post("/oauth2/authorize", json=app.request()),
    "authorize-client": authorization(client_id="nobody"),
    "authorize-redirect-uri": authorization(redirect_uri=CALLBACK + "/"),
    "authorize-twice": lambda app: app.http.get(
        "/oauth2/authorize", query_string=[*app.request().items(), ("aud", "http://127.0.0.1:8001/fhir")]
    ),
    "authorize-type-missing": authorization(response_type=None),
    "authorize-type": authorization(response_type="token"),
    "authorize-state": authorization(state=None),
    "authorize-state-short": authorization(state="short"),
    "authorize-aud-missing": authorization(aud=None),
    "authorize-aud": authorization(aud="http://127.0.0.1:8001/fhir/"),
    "authorize-challenge-missing": authorization(code_challenge=None),
    "authorize-challenge": authorization(code_challenge="too-short"),
    "authorize-method-missing": authorization(code_challenge_method=None),
    "authorize-method": authorization(code_challenge_method="plain"),
    "authorize-scope-missing": lambda app: app.authorize(scope="", launch=None),
    "authorize-scope-malformed": authorization(scope="launch user/Patient.sr"),
    "authorize-scope-none": lambda app: app.authorize(scope="user/Observation.rs", launch=None),
    "authorize-launch-missing": authorization(launch=None),
    "authorize-launch-scope": lambda app: app.authorize(scope="user/Patient.rs", launch=app.launch()),
    "authorize-launch-unknown": authorization(launch="never-issued"),
    "authorize-launch-expired": old_launch,
    "authorize-launch-used": used_launch,
    "authorize-max-age": authorization(max_age="60"),
    "choose-unknown": lambda app: app.http.post("/oauth2/choose", data={"pending": "x", "answer": "allow"}),
    "choose-denied": denied,
    "token-form": lambda app: app.http.post("/oauth2/token", json={"grant_type": "authorization_code"}),
    "token-twice": repeated_redirect_uri,
    "token-grant-missing": code_grant(grant_type=None),
    "token-grant": code_grant(grant_type="password"),
    "token-grant-client": lambda app: app.post_token(
        {"grant_type": "client_credentials", "client_id": "visitbridge-public", "scope": "system/Patient.rs"}
    ),
    "client-missing": code_grant(client_id=None),
    "client-unknown": code_grant(client_id="nobody"),
    "client-two-ways": lambda app: app.exchange(
        basic_code(app), BASIC, client_id=None, client_secret="sandbox-only-secret"
    ),
    "client-way": lambda app: app.exchange(basic_code(app), client_id="visitbridge-basic"),
    "client-basic": lambda app: app.exchange(basic_code(app), "Basic ???", client_id=None),
    "client-secret": lambda app: app.exchange(
        basic_code(app), basic("visitbridge-basic:wrong"), client_id=None
    ),
    "client-id-in-body": lambda app: app.exchange(basic_code(app), BASIC, client_id="visitbridge-basic"),
    "assertion-type": lambda app: app.backend(client_assertion_type="jwt"),
    "assertion-missing": lambda app: app.backend(client_assertion=""),
    "assertion-malformed": lambda app: app.backend("no.jwt.here"),
    "assertion-typ": assertion_of(header={"typ": None}),
    "assertion-alg": assertion_of(header={"alg": "RS256"}),
    "assertion-kid": assertion_of(key="stranger"),
    "assertion-jku": assertion_of(header={"jku": "https://elsewhere.example/jwks.json"}),
    "assertion-keys": with_jwks(status=500),
    "assertion-private": private_jwks,
    "assertion-signature": assertion_of(key="stranger", header={"kid": "rsa"}),
    "assertion-iss": assertion_of(iss="somebody"),
    "assertion-sub": assertion_of(sub="somebody"),
    "assertion-aud": assertion_of(aud="http://127.0.0.1:8001/oauth2"),
    "assertion-exp-missing": assertion_of(exp=None),
    "assertion-exp": lambda app: app.backend(app.assertion(exp=app.now() - 5)),
    "assertion-exp-far": lambda app: app.backend(app.assertion(exp=app.now() + 400)),
    "assertion-jti-missing": assertion_of(jti=None),
    "assertion-jti": reused_jti,
    "code-missing": without_code,
    "code-unknown": lambda app: app.exchange("never-issued"),
    "code-used": used_code,
    "code-expired": old_code,
    "code-client": lambda app: app.exchange(app.code(), authorization=BASIC, client_id=None),
    "code-redirect-uri-missing": code_grant(redirect_uri=None),
    "code-redirect-uri": code_grant(redirect_uri=CALLBACK + "/sandbox"),
    "code-verifier-missing": code_grant(code_verifier=None),
    "code-verifier-malformed": code_grant(code_verifier="too-short"),
    "code-verifier": code_grant(code_verifier="x" * 43),
    "refresh-missing": lambda app: refresh(app, ""),
    "refresh-unknown": lambda app: refresh(app, "never-issued"),
    "refresh-client": lambda app: app.post_token(
        {"grant_type": "refresh_token", "refresh_token": app.token(scope=REFRESHING)["refresh_token"]}, BASIC
    ),
    "refresh-spent": spent_refresh,
    "refresh-scope": lambda app: refresh(app, scope="user/Patient.rs user/Appointment.rs"),
    "backend-scope-missing": lambda app: app.backend(scope=None),
    "backend-scope": lambda app: app.backend(scope="user/Appointment.rs"),
    "backend-scope-none": lambda app: app.backend(scope="system/Observation.rs"),
    "introspect-token": lambda app: introspect(app, ""),
    "introspect-client": introspect_of_another,
    "revoke-token": lambda app: app.post_token({"client_id": "visitbridge-public"}, path="/oauth2/revoke"),
    "bearer-missing": lambda app: app.http.get("/fhir/Practitioner"),
    "bearer-in-query": lambda app: app.http.get("/fhir/Practitioner?access_token=x", headers=app.bearer()),
    "bearer-unknown": lambda app: app.http.get("/fhir/Practitioner", headers={"Authorization": "Bearer no"}),
    "bearer-expired": old_token,
    "bearer-scope": lambda app: app.http.get("/fhir/Location", headers=app.bearer()),
    "bearer-filter": outside_filter,
    "bearer-patient": own_patient_only,
}


def told_by_page(response):
    found = re.search(r'data-check="([^"]*)" data-error="([^"]*)"', response.text)
    return found[1], found[2]


def told_by_redirect(response):
    assert response.headers["Location"].startswith(CALLBACK)
    back = dict(parse_qsl(urlsplit(response.headers["Location"]).query))
    assert "code" not in back
    return back["error_description"].split(":")[0], back["error"]


def told_by_json(response):
    assert response.headers["Cache-Control"] == "no-store"
    return response.json["error_description"].split(":")[0], response.json["error"]


def told_by_bearer(response):
    issue = response.json["issue"][0]
    error = re.search(r'error="([^"]*)"', response.headers["WWW-Authenticate"])
    return issue["diagnostics"].split(":")[0], error[1] if error else ""


TOLD = {"page": told_by_page, "redirect": told_by_redirect, "json": told_by_json, "bearer": told_by_bearer}


def test_every_check_has_a_violation_and_every_violation_a_check():
    assert list(VIOLATIONS) == [check.id for check in TABLE]


@pytest.mark.parametrize("check_id", VIOLATIONS)
def test_breaking_one_rule_gives_its_id_and_its_oauth_error(app, check_id):
    check = CHECKS[check_id]

    response = VIOLATIONS[check_id](app)

    assert response.status_code == check.status, response.text
    assert TOLD[check.how](response) == (check_id, check.error)


def test_the_wall_names_the_check_that_failed(app):
    app.exchange("never-issued")

    row = app.http.get("/_requests").json[-1]

    assert row["note"].startswith("code-unknown: ")


def test_an_error_by_redirect_gives_the_state_back(app):
    response = app.authorize(aud=None)

    assert dict(parse_qsl(urlsplit(response.headers["Location"]).query))["state"] == app.request()["state"]


def test_a_wrong_secret_is_asked_for_again_by_basic(app):
    response = app.exchange(authorization=basic("visitbridge-basic:wrong"), client_id=None)

    assert response.headers["WWW-Authenticate"].startswith("Basic ")
