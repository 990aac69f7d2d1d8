"""The account's access token."""

import base64
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
import requests
import responses

from zoom_bridge.errors import (
    ZoomAnswerMalformed,
    ZoomBusy,
    ZoomCredentialsRefused,
    ZoomFailing,
    ZoomUnreachable,
)
from zoom_bridge.ids import HostId
from zoom_bridge.ports import StoredToken
from zoom_bridge.secret import Secret

OAUTH = "https://zoom.us/oauth/token"
USER = "https://api.zoom.us/v2/users/lee"
LEE = HostId("lee")
FRESH = {
    "access_token": "token-2",
    "token_type": "bearer",
    "expires_in": 3599,
    "scope": "meeting:write:meeting:admin",
    "api_url": "https://api.zoom.us",
}


def bearers(http):
    return [call.request.headers["Authorization"] for call in http.calls if call.request.url.startswith(USER)]


def test_a_first_token_is_asked_for_with_the_account_s_credentials(zoom, store, clock, answers, http):
    store.token = None
    http.post(OAUTH, json=FRESH)
    http.get(USER, json=answers["user"])

    zoom.get_user(LEE)

    asked = http.calls[0].request
    basic = base64.b64encode(b"client-1:client-secret-1").decode()
    assert asked.headers["Authorization"] == f"Basic {basic}"
    assert parse_qs(asked.body) == {"grant_type": ["account_credentials"], "account_id": ["account-1"]}
    assert bearers(http) == ["Bearer token-2"]
    assert store.token == StoredToken(
        Secret("token-2"), "https://api.zoom.us", clock.now() + timedelta(seconds=3599)
    )


def test_a_living_token_is_used_without_asking(zoom, store, answers, http):
    http.get(USER, json=answers["user"])

    zoom.get_user(LEE)

    assert bearers(http) == ["Bearer token-1"]
    assert store.saved == 0


def test_a_token_in_its_last_minute_is_not_used(zoom, clock, answers, http):
    clock.forward(minutes=59, seconds=1)
    http.post(OAUTH, json=FRESH)
    http.get(USER, json=answers["user"])

    zoom.get_user(LEE)

    assert bearers(http) == ["Bearer token-2"]


def test_a_refused_token_is_renewed_once_and_the_call_made_again(zoom, store, answers, http):
    http.get(USER, status=401, json={"code": 124, "message": "Access token is expired."})
    http.post(OAUTH, json=FRESH)
    http.get(USER, json=answers["user"])

    zoom.get_user(LEE)

    assert bearers(http) == ["Bearer token-1", "Bearer token-2"]
    assert store.token.access_token == Secret("token-2")


def test_a_second_refusal_is_final(zoom, http):
    http.get(USER, status=401)
    http.post(OAUTH, json=FRESH)

    with pytest.raises(ZoomCredentialsRefused):
        zoom.get_user(LEE)

    assert len(http.calls) == 3


def test_another_process_s_newer_token_is_used_instead_of_asking(zoom, store, clock, answers, http):
    newer = StoredToken(Secret("token-9"), "https://api.zoom.us", clock.now() + timedelta(hours=1))

    def refuse(request):
        store.token = newer
        return 401, {}, "{}"

    http.add_callback(responses.GET, USER, refuse)
    http.get(USER, json=answers["user"])

    zoom.get_user(LEE)

    assert bearers(http) == ["Bearer token-1", "Bearer token-9"]


def test_the_token_s_region_is_where_calls_go(zoom, store, answers, http):
    store.token = None
    http.post(OAUTH, json=FRESH | {"api_url": "https://api-eu.zoom.us"})
    http.get("https://api-eu.zoom.us/v2/users/lee", json=answers["user"])

    zoom.get_user(LEE)

    assert len(http.calls) == 2


def test_a_token_is_never_sent_to_a_stranger_named_in_the_answer(zoom, store, answers, http):
    store.token = None
    http.post(OAUTH, json=FRESH | {"api_url": "https://api.zoom.us.evil.example"})
    http.get(USER, json=answers["user"])

    zoom.get_user(LEE)

    assert bearers(http) == ["Bearer token-2"]


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (
            400,
            {"reason": "Invalid client_id or client_secret", "error": "invalid_client"},
            ZoomCredentialsRefused,
        ),
        (401, {"error": "invalid_client"}, ZoomCredentialsRefused),
        (404, {}, ZoomCredentialsRefused),
        (429, {}, ZoomBusy),
        (503, {}, ZoomBusy),
        (500, {}, ZoomFailing),
        (200, {}, ZoomAnswerMalformed),
        (200, {"access_token": "", "expires_in": 3600}, ZoomAnswerMalformed),
        (200, {"access_token": "t"}, ZoomAnswerMalformed),
        (200, {"access_token": "t", "expires_in": -1}, ZoomAnswerMalformed),
        (200, {"access_token": "t", "expires_in": 10**30}, ZoomAnswerMalformed),
    ],
)
def test_no_token_is_an_error_with_its_reason(zoom, store, http, status, answer, kind):
    store.token = None
    http.post(OAUTH, status=status, json=answer)

    with pytest.raises(kind):
        zoom.get_user(LEE)

    assert store.token is None


def test_no_answer_is_an_error_too(zoom, store, http):
    store.token = None
    http.post(OAUTH, body=requests.ConnectTimeout())

    with pytest.raises(ZoomUnreachable):
        zoom.get_user(LEE)


def test_a_netrc_file_does_not_take_the_token_s_place(zoom, answers, http, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.zoom.us login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    http.get(USER, json=answers["user"])

    zoom.get_user(LEE)

    assert bearers(http) == ["Bearer token-1"]


def test_credentials_and_tokens_show_in_no_repr(app, store):
    shown = f"{app!r} {app} {store.token!r} {store.token.access_token!s}"

    assert "client-secret-1" not in shown
    assert "token-1" not in shown
