"""The recorder behind the glass wall."""

import pytest
import requests
from flask import Flask, g, request

from sandbox.clock import SettableClock
from sandbox.recorder import Recorder, shortened
from sandbox.serving import drop_connection, served
from tests.patience import PATIENCE

TOKEN = "abcdefSECRETSECRETSECRET"


def recorded_app():
    app = Flask("recorded")
    recorder = Recorder(SettableClock())
    recorder.install(app, lambda path: "oauth" if path.startswith("/oauth2") else None)

    @app.post("/oauth2/token")
    def token():
        g.note = "first token"
        return {"access_token": TOKEN, "scope": "openid", "got": request.form["code"]}

    @app.get("/other")
    def other():
        return "other"

    return app, recorder


def test_an_exchange_is_recorded_with_its_secrets_shortened():
    app, recorder = recorded_app()

    app.test_client().post(
        "/oauth2/token?state=" + TOKEN,
        data={"code": TOKEN, "client_secret": TOKEN},
        headers={"Authorization": "Basic " + TOKEN, "Cookie": "sandbox_ehr=" + TOKEN},
    )

    (row,) = recorder.since(0)
    assert (row["n"], row["system"], row["method"], row["status"]) == (1, "oauth", "POST", 200)
    assert row["note"] == "first token"
    assert "code=abcdef…" in row["request"]["body"]
    assert '"scope":"openid"' in row["response"]["body"].replace(" ", "")
    without_echo = {**row, "response": row["response"]["body"].split('"got"')[0]}
    assert TOKEN not in str(without_echo)


def test_paths_without_a_system_are_not_recorded_and_since_answers_only_what_is_new():
    app, _ = recorded_app()
    client = app.test_client()
    client.get("/other")
    for _ in range(3):
        client.post("/oauth2/token", data={"code": "c"})

    rows = client.get("/_requests?since=1").get_json()

    assert [row["n"] for row in rows] == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        f'{{"access_token": "{TOKEN}"}}',
        f"grant_type=x&code={TOKEN}",
        f'{{"start_url": "http://127.0.0.1/s/1?zak={TOKEN}"}}',
        f"https://z/w/1?tk={TOKEN}&pwd={TOKEN}",
        f"Bearer {TOKEN}",
    ],
)
def test_secrets_are_shortened_wherever_they_stand(text):
    assert TOKEN not in shortened(text)


@pytest.mark.parametrize(
    "text", ['{"coding": [{"system": "http://x", "code": "394802001"}]}', "code=http://s|123456789012"]
)
def test_codes_of_fhir_are_no_secrets(text):
    assert shortened(text) == text


def test_old_rows_make_room_and_numbers_go_on():
    recorder = Recorder(SettableClock(), kept=2)
    for number in range(5):
        recorder.record(
            system="webhook",
            method="POST",
            path=f"/{number}",
            status=0,
            seconds=0.0125,
            request_headers={},
            request_body="",
            response_headers={},
            response_body="",
        )

    assert [(row["n"], row["ms"]) for row in recorder.since(0)] == [(4, 12.5), (5, 12.5)]


def test_a_dropped_connection_has_no_answer():
    app = Flask("rude")

    @app.get("/")
    def rude():
        drop_connection()
        return "too late"

    with served(app) as base, pytest.raises(requests.ConnectionError):
        requests.get(base, timeout=PATIENCE)
