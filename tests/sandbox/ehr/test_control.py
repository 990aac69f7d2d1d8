"""The control API, and what the EHR's own screens can ask of its state."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.ehr.launching import BadLaunch
from sandbox.ehr.outcomes import FhirRefusal

OSEI = "vb-practitioner-osei"
SCOPE = "launch user/Practitioner.rs user/Communication.crus"
MESSAGE = {
    "resourceType": "Communication",
    "status": "completed",
    "subject": {"reference": "Patient/vb-patient-04"},
    "payload": [{"contentString": "Here."}],
}


def test_the_day_names_its_people_places_and_appointments(app):
    day = app.day()

    assert day["date"] == "2026-11-22"
    assert day["zone"] == "America/New_York"
    assert [one["email"] for one in day["practitioners"]] == [
        "amara.osei@clinic.example",
        "david.lee@clinic.example",
        "mei-ling.chen@clinic.example",
        "jonas.brandt@clinic.example",
    ]
    assert [one["zoom_licensed"] for one in day["practitioners"]] == [True, True, True, False]
    assert len(day["patients"]) == 12
    assert len(day["appointments"]) == 21
    assert app.appointment(6)["encounter"] is None


def test_a_launch_takes_from_the_appointment_what_is_not_said(app):
    token = app.token(launch=app.launch(appointment=app.appointment(4)["id"]))
    bare = app.token(launch=app.launch(appointment=app.appointment(4)["id"], encounter=None))

    assert token["encounter"] == app.appointment(4)["encounter"]
    assert "encounter" not in bare


def test_a_launch_without_appointment_or_patient_is_one_of_a_person_alone(app):
    token = app.token(launch=app.launch(practitioner=OSEI, intent="schedule"))

    assert not {"patient", "encounter", "fhirContext"} & set(token)
    assert token["intent"] == "schedule"


@pytest.mark.parametrize(
    "order",
    [
        {"app": "nobody", "context": {"practitioner": OSEI}},
        {"app": "http://elsewhere.example/launch", "context": {"practitioner": OSEI}},
        {"app": "visitbridge-public", "context": {}},
        {"app": "visitbridge-public", "context": {"colour": "blue"}},
        {"app": "visitbridge-public", "context": []},
    ],
)
def test_a_launch_that_cannot_be_is_refused(app, order):
    assert app.http.post("/_launch", json=order).status_code == 400


def test_a_launch_of_an_unknown_appointment_is_refused(app):
    order = {"app": "visitbridge-public", "context": {"appointment": "none"}}

    assert app.http.post("/_launch", json=order).status_code == 404


def test_the_clock_moves_and_what_was_given_out_stays_alive(app):
    bearer, launch, code = app.bearer(), app.launch(), app.code()

    moved = app.http.post("/clock", json={"forward_minutes": 180}).json

    assert datetime.fromisoformat(moved["now"]) - datetime(2026, 11, 22, 20, 3, tzinfo=UTC) < timedelta(
        minutes=1
    )
    assert app.http.get("/fhir/Practitioner", headers=bearer).status_code == 200
    assert "code=" in app.authorize(launch=launch).headers["Location"]
    assert app.exchange(code).status_code == 200


def test_tomorrow_has_a_day_of_its_own_and_keeps_yesterdays(app):
    app.http.post("/clock", json={"tomorrow": True})

    day = app.day()
    ids = [one["id"] for one in day["appointments"]]
    assert day["date"] == "2026-11-23"
    assert "vb-20261123-04" in ids
    assert "vb-20261122-04" in ids


def test_a_strange_move_of_the_clock_is_refused(app):
    assert app.http.post("/clock", json={"backwards": 1}).status_code == 400
    assert app.http.post("/clock", data="noon").status_code == 400


def test_the_front_desk_moves_and_cancels_appointments(app):
    held = app.appointment(4)
    path = f"/_appointments/{held['id']}"

    app.http.post(path, json={"move_minutes": 30, "minutes": 40})
    moved = app.appointment(4)
    app.http.post(path, json={"status": "cancelled"})

    assert datetime.fromisoformat(moved["start"]) - datetime.fromisoformat(held["start"]) == timedelta(
        minutes=30
    )
    assert moved["minutes"] == 40
    assert app.appointment(4)["status"] == "cancelled"


@pytest.mark.parametrize(
    "order", [{}, {"colour": "blue"}, {"start": "noon"}, {"start": "2026-11-22T10:00:00"}, {"minutes": 0}]
)
def test_a_change_that_cannot_be_is_refused(app, order):
    assert app.http.post(f"/_appointments/{app.appointment(4)['id']}", json=order).status_code == 400


def test_a_status_that_r4_does_not_know_is_refused(app):
    answer = app.http.post(f"/_appointments/{app.appointment(4)['id']}", json={"status": "gone"})

    assert answer.status_code == 422


def test_what_apps_wrote_is_listed(app):
    bearer = app.bearer(scope=SCOPE)
    app.http.post("/fhir/Communication", json=MESSAGE, headers=bearer)

    (row,) = app.http.get("/_written").json

    assert row["interaction"] == "create"
    assert row["reference"].startswith("Communication/")
    assert row["user"] == f"Practitioner/{OSEI}"
    assert row["client_id"] == "visitbridge-public"
    assert row["resource"]["payload"] == MESSAGE["payload"]


def test_requests_are_recorded_with_their_tokens_shortened(app):
    token = app.token()["access_token"]
    app.http.get("/fhir/Practitioner", headers={"Authorization": f"Bearer {token}"})

    rows = app.http.get("/_requests").json

    assert [row["system"] for row in rows] == ["oauth", "oauth", "fhir"]
    assert token not in app.http.get("/_requests").text
    assert app.http.get(f"/_requests?since={rows[-1]['n']}").json == []


def test_what_was_given_out_can_be_listed_for_those_who_look_for_leaks(app):
    answer = app.token(scope="launch openid fhirUser online_access user/Patient.rs")

    issued = app.http.get("/_issued").json

    for kind in ("access", "refresh", "id"):
        assert answer[f"{kind}_token"] in issued[f"{kind}_tokens"]


def test_a_reset_is_as_the_first_start(app):
    app.http.post("/fhir/Communication", json=MESSAGE, headers=app.bearer(scope=SCOPE))
    app.http.post("/clock", json={"tomorrow": True})
    app.switch("refuse_code")

    app.http.post("/_reset")

    assert app.http.get("/_written").json == []
    assert app.http.get("/_requests").json == []
    assert app.http.get("/_issued").json["access_tokens"] == []
    assert app.http.get("/clock").json["offset_seconds"] == 0
    assert not any(one["on"] for one in app.http.get("/_break").json.values())
    assert len(app.day()["appointments"]) == 21


def test_clients_can_be_registered_and_keep_their_secret(app):
    order = {
        "client_id": "other-app",
        "kind": "client_secret_basic",
        "client_secret": "quiet",
        "redirect_uris": ["https://other.example/back"],
        "launch_url": "https://other.example/launch",
    }

    app.http.post("/_clients", json=order)

    assert "other-app" in [one["client_id"] for one in app.http.get("/_clients").json]
    assert "quiet" not in app.http.get("/_clients").text
    assert app.launch(app="other-app", practitioner=OSEI)


def test_a_schedule_lists_one_practitioners_day_in_order(world):
    lines = world.schedule(OSEI)

    assert [line.appointment_id[-2:] for line in lines] == ["01", "02", "03", "04", "05", "06", "07", "08"]
    assert lines[3].patient_id == "vb-patient-04"
    assert lines[3].encounter_id == "vb-20261122-04-enc"
    assert lines[3].telehealth and not lines[1].telehealth
    assert lines[3].start.hour == 12
    assert len(world.schedule()) == 20
    assert len(world.schedule(day=world.today - timedelta(days=1))) == 1


def test_a_patients_chart_holds_what_is_about_them(world):
    chart = world.patient_chart("vb-patient-04")

    assert chart.patient["birthDate"] == "1984-01-09"
    assert [line.appointment_id[-2:] for line in chart.lines] == ["18", "04"]
    assert [one["id"] for one in chart.encounters] == ["vb-20261122-04-enc"]
    with pytest.raises(FhirRefusal):
        world.patient_chart("nobody")


def test_a_screen_can_launch(world):
    url = world.launch("visitbridge-public", {"patient": "vb-patient-04", "practitioner": OSEI})

    assert url.startswith("http://localhost:8000/launch?iss=http%3A%2F%2F127.0.0.1%3A8001%2Ffhir&launch=")
    with pytest.raises(BadLaunch):
        world.launch("visitbridge-public", {})
