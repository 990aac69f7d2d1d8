"""Each break-it switch does what it says, and nothing when it is off."""

import base64
from datetime import timedelta
from urllib.parse import parse_qsl, quote_plus, urlsplit

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import KeySet

from sandbox.ehr.switches import TABLE
from tests.patience import until
from tests.sandbox.ehr.told import as_back_end, listening, subscribed, wanted

SIGN_IN = "launch openid fhirUser online_access user/Patient.rs user/Encounter.rs"


def back(response):
    return dict(parse_qsl(urlsplit(response.headers["Location"]).query))


def keys(app):
    return KeySet.import_key_set(app.http.get("/oauth2/jwks").json)


def claims(app, token):
    return jwt.decode(token["id_token"], keys(app), algorithms=["RS256"]).claims


def ehr_down(app):
    app.switch("ehr_down", status=503, what="fhir")
    assert app.http.get("/fhir/metadata").status_code == 503
    assert app.http.get("/oauth2/jwks").status_code == 200


def ehr_slow(app):
    app.switch("ehr_slow", seconds=0.15)
    app.http.get("/fhir/metadata")
    assert app.http.get("/_requests").json[-1]["ms"] >= 150


def refuse_launch_reuse(app):
    launch = app.launch()
    assert "code" in back(app.authorize(launch=launch))
    assert "code" in back(app.authorize(launch=launch))
    app.switch("refuse_launch_reuse")
    assert back(app.authorize(launch=launch))["error"] == "invalid_request"


def access_denied(app):
    app.switch("access_denied")
    assert back(app.authorize())["error"] == "access_denied"


def authorization_error(app):
    app.switch("authorization_error", error="temporarily_unavailable")
    answer = back(app.authorize())
    assert answer["error"] == "temporarily_unavailable"
    assert answer["error_uri"].startswith("https://")
    assert answer["state"] == app.request()["state"]


def discovery_incomplete(app):
    app.switch("discovery_incomplete")
    assert "token_endpoint" not in app.http.get("/fhir/.well-known/smart-configuration").json


def openid_elsewhere(app):
    app.switch("openid_elsewhere")
    told = app.http.get("/fhir/.well-known/smart-configuration").json["issuer"]
    assert app.http.get("/oauth2/.well-known/openid-configuration").json["issuer"] != told


def keys_without_kid(app):
    app.switch("keys_without_kid")
    assert "kid" not in app.http.get("/oauth2/jwks").json["keys"][0]


def basic_url_encoded(app):
    secret = "not+the/kind:that=is%plain"
    order = {"client_id": "odd", "kind": "client_secret_basic", "client_secret": secret}
    app.http.post("/_clients", json=order | {"redirect_uris": ["http://localhost:8000/launch/callback"]})

    def error(told):
        sent = f"Basic {base64.b64encode(f'odd:{told}'.encode()).decode()}"
        return app.exchange(code="none", authorization=sent, client_id=None).json["error"]

    assert error(secret) == "invalid_grant"
    app.switch("basic_url_encoded")
    assert error(secret) == "invalid_client"
    assert error(quote_plus(secret)) == "invalid_grant"


def other_base(app):
    app.switch("other_base", url="https://ehr.example/r4")
    assert app.http.get("/fhir/metadata").json["implementation"]["url"] == "https://ehr.example/r4"


def wrong_state(app):
    app.switch("wrong_state")
    answer = back(app.authorize())
    assert "code" in answer
    assert answer["state"] != app.request()["state"]


def drop_scope(app):
    app.switch("drop_scope", scopes=["user/Encounter", "online_access"])
    assert app.token(scope=SIGN_IN)["scope"] == "launch openid fhirUser user/Patient.rs"


def v1_scopes(app):
    app.switch("v1_scopes")
    scope = app.token(scope="launch user/Patient.rs user/Encounter.crus")["scope"]
    assert scope == "launch user/Patient.read user/Encounter.read user/Encounter.write"


def refuse_code(app):
    app.switch("refuse_code")
    assert app.exchange().json["error"] == "invalid_grant"


def refuse_client(app):
    app.switch("refuse_client")
    assert app.exchange().json["error"] == "invalid_client"


def token_answer_malformed(app):
    app.switch("token_answer_malformed")
    answer = app.exchange()
    assert answer.status_code == 200
    assert "access_token" not in answer.json


def refreshed(app, token):
    asked = {"grant_type": "refresh_token", "client_id": "visitbridge-public"}
    return app.post_token(asked | {"refresh_token": token["refresh_token"]})


def refuse_refresh(app):
    token = app.token(scope=SIGN_IN)
    app.switch("refuse_refresh")
    assert refreshed(app, token).json["error"] == "invalid_grant"


def rotate_refresh(app):
    token = app.token(scope=SIGN_IN)
    app.switch("rotate_refresh")
    fresh = refreshed(app, token).json
    assert fresh["refresh_token"] != token["refresh_token"]
    assert refreshed(app, fresh).status_code == 200


def no_refresh_token(app):
    app.switch("no_refresh_token")
    assert "refresh_token" not in app.token(scope=SIGN_IN)


def short_tokens(app):
    app.switch("short_tokens", seconds=7)
    assert app.token()["expires_in"] == 7


def expire_tokens(app):
    bearer = app.bearer()
    app.switch("expire_tokens")
    assert "bearer-expired" in app.http.get("/fhir/Practitioner", headers=bearer).text


def revoke_tokens(app):
    token = app.token(scope=SIGN_IN)
    app.switch("revoke_tokens")
    assert refreshed(app, token).json["error"] == "invalid_grant"


def rotate_keys(app):
    before = app.http.get("/oauth2/jwks").json["keys"][0]["kid"]
    app.switch("rotate_keys")
    assert app.http.get("/oauth2/jwks").json["keys"][0]["kid"] != before
    assert claims(app, app.token(scope=SIGN_IN))


def id_token_missing(app):
    app.switch("id_token_missing")
    assert "id_token" not in app.token(scope=SIGN_IN)


def id_token_malformed(app):
    app.switch("id_token_malformed")
    with pytest.raises(JoseError):
        claims(app, app.token(scope=SIGN_IN))


def id_token_bad_signature(app):
    app.switch("id_token_bad_signature")
    with pytest.raises(BadSignatureError):
        claims(app, app.token(scope=SIGN_IN))


def id_token_unknown_kid(app):
    app.switch("id_token_unknown_kid")
    with pytest.raises(JoseError):
        claims(app, app.token(scope=SIGN_IN))


def id_token_wrong_issuer(app):
    app.switch("id_token_wrong_issuer")
    assert claims(app, app.token(scope=SIGN_IN))["iss"] != "http://127.0.0.1:8001/oauth2"


def id_token_wrong_audience(app):
    app.switch("id_token_wrong_audience")
    assert claims(app, app.token(scope=SIGN_IN))["aud"] != "visitbridge-public"


def id_token_expired(app):
    app.switch("id_token_expired")
    assert claims(app, app.token(scope=SIGN_IN))["exp"] < app.now()


def id_token_wrong_nonce(app):
    app.switch("id_token_wrong_nonce")
    assert claims(app, app.token(scope=SIGN_IN, nonce="mine"))["nonce"] != "mine"


def fhir_user_is_patient(app):
    app.switch("fhir_user_is_patient")
    token = app.token(scope=SIGN_IN)
    assert claims(app, token)["fhirUser"].endswith(f"/Patient/{token['patient']}")


def fhir_user_relative(app):
    app.switch("fhir_user_relative")
    assert claims(app, app.token(scope=SIGN_IN))["fhirUser"] == "Practitioner/vb-practitioner-osei"


def fhir_user_missing(app):
    app.switch("fhir_user_missing")
    assert "fhirUser" not in claims(app, app.token(scope=SIGN_IN))


def patient_not_in_context(app):
    app.switch("patient_not_in_context")
    token = app.token()
    assert "patient" not in token and "fhirContext" in token


def appointment_as_key(app):
    app.switch("appointment_as_key")
    token = app.token()
    assert token["appointment"] == app.appointment()["id"]
    assert "fhirContext" not in token


def appointment_only_by_encounter(app):
    app.switch("appointment_only_by_encounter")
    token = app.token()
    assert token["encounter"] == app.appointment()["encounter"]
    assert not {"appointment", "fhirContext"} & set(token)


def appointment_not_in_context(app):
    app.switch("appointment_not_in_context")
    assert not {"appointment", "fhirContext", "encounter"} & set(app.token())


MESSAGE = {
    "resourceType": "Communication",
    "status": "completed",
    "identifier": [{"system": "urn:example", "value": "one"}],
    "subject": {"reference": "Patient/vb-patient-04"},
}
OURS = "identifier=urn:example|one"


def send(app, method, path, body=None, **headers):
    kind = "application/json-patch+json" if method == "PATCH" else "application/fhir+json"
    headers = {name.replace("_", "-"): value for name, value in headers.items()} | app.bearer()
    return app.http.open(f"/fhir/{path}", method=method, json=body, headers=headers, content_type=kind)


def create(app, **headers):
    return send(app, "POST", "Communication", MESSAGE, **headers)


def kept(app):
    return [row["resource"]["id"] for row in app.http.get("/_written").json]


def offered(app, resource_type):
    resources = app.http.get("/fhir/metadata").json["rest"][0]["resource"]
    found = next(one for one in resources if one["type"] == resource_type)
    return found, {one["code"] for one in found["interaction"]}


def forget_creates(app):
    app.switch("forget_creates", times=1)
    answer = create(app)
    assert answer.status_code == 201
    assert send(app, "GET", answer.headers["Location"].split("/fhir/")[1].split("/_h")[0]).status_code == 404
    assert kept(app) == []
    assert create(app).status_code == 201
    assert len(kept(app)) == 1


def drop_after_write(app):
    app.switch("drop_after_write", times=1)
    create(app)
    assert len(kept(app)) == 1


def slow_after_write(app):
    app.switch("slow_after_write", seconds=0.15)
    create(app)
    assert app.http.get("/_requests").json[-1]["ms"] >= 150
    assert len(kept(app)) == 1


def fail_after_write(app):
    app.switch("fail_after_write", status=500)
    assert create(app).status_code == 500
    assert len(kept(app)) == 1


def terse_writes(app):
    app.switch("terse_writes")
    answer = create(app)
    assert answer.headers["Location"] == f"Communication/{kept(app)[0]}"
    assert "ETag" not in answer.headers


def no_conditional_create(app):
    assert create(app, If_None_Exist=OURS).status_code == 201
    assert create(app, If_None_Exist=OURS).status_code == 200
    app.switch("no_conditional_create")
    assert create(app, If_None_Exist=OURS).status_code == 201
    assert len(kept(app)) == 2
    assert offered(app, "Communication")[0]["conditionalCreate"] is False


def resource_locked(app):
    app.switch("resource_locked", times=1)
    assert changed(app).status_code == 423
    assert changed(app).status_code == 200


def failed_dependency(app):
    app.switch("failed_dependency", times=1)
    assert changed(app).status_code == 424
    assert changed(app).status_code == 200


def changed(app):
    path = f"Appointment/{app.appointment()['id']}"
    comment = [{"op": "add", "path": "/comment", "value": "x"}]
    return send(app, "PATCH", path, comment, If_Match='W/"1"')


def incomplete_resource(app):
    app.switch("incomplete_resource", type="Patient")
    patient = send(app, "GET", f"Patient/{app.appointment()['patient']}")
    told = patient.json["issue"][0]
    assert (patient.status_code, told["severity"], told["code"]) == (500, "fatal", "required")
    assert send(app, "GET", f"Appointment/{app.appointment()['id']}").status_code == 200


def no_patch(app):
    app.switch("no_patch")
    path = f"Appointment/{app.appointment()['id']}"
    answer = send(app, "PATCH", path, [{"op": "add", "path": "/comment", "value": "x"}], If_Match='W/"1"')
    assert answer.status_code == 405
    assert offered(app, "Appointment")[1] == {"read", "search-type", "update"}


def no_if_match(app):
    path = f"Appointment/{app.appointment()['id']}"
    comment = [{"op": "add", "path": "/comment", "value": "x"}]
    assert offered(app, "Appointment")[0]["versioning"] == "versioned-update"
    assert send(app, "PATCH", path, comment).status_code == 412
    app.switch("no_if_match")
    assert send(app, "PATCH", path, comment).status_code == 200
    assert send(app, "PUT", path, send(app, "GET", path).json, If_Match='W/"1"').status_code == 200
    assert offered(app, "Appointment")[0]["versioning"] == "versioned"


def lose(app):
    create(app)
    (ours,) = kept(app)
    app.switch("lose", ids=[ours])
    assert send(app, "GET", f"Communication/{ours}").status_code == 404
    assert "entry" not in send(app, "GET", f"Communication?{OURS}").json


def no_search(app):
    app.switch("no_search", types=["Communication"])
    assert send(app, "GET", f"Communication?{OURS}").status_code == 405
    found, interactions = offered(app, "Communication")
    assert interactions == {"read", "create", "update", "patch"}
    assert "searchParam" not in found and "searchInclude" not in found
    assert send(app, "GET", f"DocumentReference?{OURS}").status_code == 200


def no_subscriptions(app):
    app.switch("no_subscriptions")
    statement = app.http.get("/fhir/metadata").json
    assert "Subscription" not in {one["type"] for one in statement["rest"][0]["resource"]}
    assert as_back_end(app, "POST", "Subscription", wanted("http://127.0.0.1:1/x")).status_code == 405


def lose_notifications(app):
    with listening() as ear:
        subscribed(app, ear)
        app.switch("lose_notifications", times=1)
        for _ in range(2):
            app.http.post(f"/_appointments/{app.appointment()['id']}", json={"move_minutes": 10})
        until(lambda: len(ear.heard) == 2, what="the second change")
    assert ear.heard[-1][:2] == ("event-notification", 2)


def no_heartbeats(app):
    app.switch("no_heartbeats")
    with listening() as quiet:
        subscribed(app, quiet)
        app.http.post("/clock", json={"forward_minutes": 2})
        app.http.post(f"/_appointments/{app.appointment()['id']}", json={"move_minutes": 10})
        until(lambda: len(quiet.heard) == 2, what="the change")
    assert quiet.kinds() == ["handshake", "event-notification"]


def banner_as_string(app):
    app.switch("banner_as_string")
    assert app.token()["need_patient_banner"] == "false"


@pytest.mark.parametrize("switch", TABLE, ids=lambda switch: switch.name)
def test_a_switch_does_what_it_says(app, switch):
    globals()[switch.name](app)


def test_a_switch_can_be_turned_off_again(app):
    app.switch("appointment_as_key")
    app.switch("appointment_as_key", on=False)

    assert "fhirContext" in app.token()


def test_a_switch_may_be_on_for_the_next_time_only(app):
    app.switch("refuse_code", times=1)

    assert app.exchange().status_code == 400
    assert app.exchange().status_code == 200


@pytest.mark.parametrize(
    "order",
    [
        {"name": "nothing"},
        {"name": "ehr_slow", "minutes": 1},
        {"name": "ehr_down", "times": 0},
        {"name": "ehr_slow", "seconds": "long"},
        {"name": "ehr_down", "what": "zoom"},
    ],
)
def test_an_unknown_switch_or_option_is_refused(app, order):
    assert app.http.post("/_break", json=order).status_code == 400


def test_every_switch_is_listed_with_what_it_does(app):
    listed = app.http.get("/_break").json

    assert sorted(listed) == sorted(switch.name for switch in TABLE)
    assert all(one["says"] and one["on"] is False for one in listed.values())


def test_answers_are_dated_by_the_clock_of_this_ehr(app):
    before = app.http.get("/fhir/metadata").date
    app.http.post("/clock", json={"forward_minutes": 10})

    moved = app.http.get("/fhir/metadata").date - before

    assert timedelta(minutes=9) < moved < timedelta(minutes=11)
