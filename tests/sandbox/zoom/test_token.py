"""The token endpoint and what a token lets through."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

GRANT = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
CLIENT = ("sandbox-client", "sandbox-secret")


def test_a_token_is_answered_as_zoom_does(zoom):
    answer = zoom.http.post("/oauth/token", data=GRANT, auth=CLIENT)

    body = answer.get_json()
    assert set(body) == {"access_token", "token_type", "expires_in", "scope", "api_url"}
    assert (body["token_type"], body["expires_in"]) == ("bearer", 3599)
    assert "meeting:write:meeting:admin" in body["scope"].split()


def test_the_grant_may_come_in_the_query(zoom):
    answer = zoom.http.post("/oauth/token", query_string=GRANT, auth=CLIENT)

    assert answer.status_code == 200


def test_several_tokens_live_at_once(zoom):
    first = zoom.new_token()
    zoom.new_token()
    zoom.token = first

    assert zoom.call("GET", "/users").status_code == 200


@pytest.mark.parametrize(
    ("data", "auth", "code", "error"),
    [
        (GRANT, ("sandbox-client", "wrong"), 4702, "invalid_client"),
        (GRANT, ("other", "sandbox-secret"), 4702, "invalid_client"),
        (GRANT, None, 4702, "invalid_client"),
        ({**GRANT, "grant_type": "refresh_token"}, CLIENT, 4705, "unsupported_grant_type"),
        ({"account_id": "sandbox-account"}, CLIENT, 4706, "invalid_request"),
        ({**GRANT, "account_id": "other"}, CLIENT, 4706, "invalid_request"),
        ({**GRANT, "scope": "x"}, CLIENT, 4706, "invalid_request"),
    ],
)
def test_a_wrong_token_request_is_refused(zoom, data, auth, code, error):
    answer = zoom.http.post("/oauth/token", data=data, auth=auth)

    assert answer.status_code == 400
    assert (answer.get_json()["code"], answer.get_json()["error"]) == (code, error)


def test_no_token_and_a_strange_token_are_invalid(zoom):
    bare = zoom.http.get("/v2/users")
    zoom.token = "strange"
    strange = zoom.call("GET", "/users")

    for answer in (bare, strange):
        assert answer.status_code == 401
        assert answer.get_json() == {"code": 124, "message": "Invalid access token."}


def test_a_token_ends_after_an_hour(zoom):
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=61)):
        zoom.new_token()

    answer = zoom.call("GET", "/users")

    assert answer.status_code == 401
    assert answer.get_json() == {"code": 124, "message": "Access token is expired."}


def test_moving_the_sandboxs_clock_leaves_tokens_alive(zoom):
    zoom.new_token()
    zoom.later(days=1)

    assert zoom.call("GET", "/users").status_code == 200


def test_the_switch_expires_all_tokens_but_not_the_next(zoom):
    zoom.new_token()
    zoom.broken("expire_tokens")

    assert zoom.call("GET", "/users").get_json()["message"] == "Access token is expired."
    zoom.new_token()
    assert zoom.call("GET", "/users").status_code == 200


def test_a_dropped_scope_is_named_and_leaves_the_rest_working(zoom, visit):
    zoom.broken("drop_scope", scope="meeting:write:registrant:admin")

    refused = zoom.call(
        "POST", f"/meetings/{visit['id']}/registrants", {"first_name": "P", "email": "p@guests.example"}
    )

    assert refused.status_code == 400
    assert refused.get_json() == {
        "code": 4711,
        "message": "Invalid access token, does not contain scopes:"
        "[meeting:write:registrant, meeting:write:registrant:admin].",
    }
    assert zoom.call("GET", f"/meetings/{visit['id']}").status_code == 200
    assert (
        "meeting:write:registrant:admin"
        not in zoom.http.post("/oauth/token", data=GRANT, auth=CLIENT).get_json()["scope"]
    )
