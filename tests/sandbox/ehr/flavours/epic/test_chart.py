"""What can be read, and what cannot be done."""

import pytest

from tests.sandbox.ehr.conftest import CALLBACK

PATCH = [{"op": "replace", "path": "/status", "value": "arrived"}]
CSN = "urn:oid:1.2.840.114350.1.13.0.1.7.3.698084.8"


@pytest.mark.parametrize("kind", ["Appointment", "Encounter"])
def test_visits_bear_a_contact_serial_number(app, kind):
    visit = app.appointment(4)
    raw = app.read(f"{kind}/{visit['id' if kind == 'Appointment' else 'encounter']}").json

    [identifier] = raw["identifier"]
    assert identifier["system"] == CSN
    assert app.read(kind, identifier=f"{CSN}|{identifier['value']}").json["total"] == 1


def test_an_encounter_s_class_is_of_epic_s_own(app):
    raw = app.read(f"Encounter/{app.appointment(4)['encounter']}").json

    assert raw["class"]["system"].startswith("urn:oid:1.2.840.114350.")


def test_an_appointment_tells_start_and_end_and_no_length(app):
    visit = app.appointment(4)
    raw = app.read(f"Appointment/{visit['id']}").json

    assert raw["start"] and raw["end"]
    assert "minutesDuration" not in raw
    assert visit["minutes"] == 20


def test_the_front_desk_may_move_an_appointment_that_tells_no_length(app):
    visit = app.appointment(6)

    moved = app.http.post(f"/_appointments/{visit['id']}", json={"move_minutes": 30})

    assert moved.status_code == 200
    assert "minutesDuration" not in moved.json


def test_a_practitioner_s_npi_is_under_its_oid(app):
    raw = app.read(f"Practitioner/{app.appointment(4)['practitioner']}").json

    assert raw["identifier"][0]["system"] == "urn:oid:2.16.840.1.113883.4.6"


def test_nothing_bears_an_etag(app):
    assert "ETag" not in app.read(f"Patient/{app.appointment(4)['patient']}").headers


@pytest.mark.parametrize("kind", ["Appointment", "Encounter"])
@pytest.mark.parametrize("method", ["patch", "put", "delete"])
def test_visits_are_read_only(app, kind, method):
    visit = app.appointment(4)
    path = f"{kind}/{visit['id' if kind == 'Appointment' else 'encounter']}"
    body = PATCH if method == "patch" else app.read(path).json
    media = "application/json-patch+json" if method == "patch" else "application/fhir+json"

    answer = getattr(app.http, method)(
        f"/fhir/{path}", json=body, headers=app.bearer() | {"If-Match": 'W/"1"'}, content_type=media
    )

    assert answer.status_code == 405
    assert app.http.get("/_written").json == []


@pytest.mark.parametrize("kind", ["Encounter", "Communication", "Appointment"])
def test_only_notes_are_created(app, kind):
    raw = {"resourceType": kind, "status": "completed"}

    answer = app.http.post(
        f"/fhir/{kind}", json=raw, headers=app.bearer(), content_type="application/fhir+json"
    )

    assert answer.status_code == 405


def test_a_note_is_not_changed(app):
    where = app.file(app.note()).headers["Location"]

    answer = app.http.put(
        f"/fhir/{where}", json={}, headers=app.bearer(), content_type="application/fhir+json"
    )

    assert answer.status_code == 405


def test_there_are_no_batches(app):
    bundle = {"resourceType": "Bundle", "type": "batch"}

    answer = app.http.post("/fhir/", json=bundle, headers=app.bearer(), content_type="application/fhir+json")

    assert answer.status_code in (404, 405)


def test_the_capability_statement_promises_no_more(app):
    stated = app.http.get("/fhir/metadata").json["rest"][0]["resource"]
    told = {one["type"]: one for one in stated}
    offered = {kind: {each["code"] for each in one["interaction"]} for kind, one in told.items()}
    writable = {kind for kind, codes in offered.items() if codes - {"read", "search-type"}}

    assert writable == {"DocumentReference"}
    assert offered["DocumentReference"] == {"read", "search-type", "create"}
    assert told["DocumentReference"]["conditionalCreate"] is False
    assert "identifier" not in {one["name"] for one in told["DocumentReference"]["searchParam"]}


def test_a_search_that_finds_nothing_says_so_with_the_code_4101(app):
    bundle = app.read("Appointment", patient="nobody").json

    [entry] = bundle["entry"]
    assert bundle["total"] == 0
    assert entry["search"]["mode"] == "outcome"
    assert entry["resource"]["issue"][0]["details"]["coding"][0]["code"] == "4101"


def test_an_api_that_is_not_on_the_app_is_refused_without_a_word(app):
    order = {
        "client_id": "visitbridge-public",
        "kind": "public",
        "redirect_uris": [CALLBACK],
        "launch_url": "http://localhost:8000/launch",
        "scope": "launch openid fhirUser user/Patient.read",
    }
    app.http.post("/_clients", json=order)

    answer = app.read("Appointment", patient="vb-patient-01")

    assert (answer.status_code, answer.data) == (403, b"")


def test_another_patient_s_chart_is_refused_with_a_reason(app):
    # A token of a patient's own: patient scopes alone.
    order = {
        "client_id": "visitbridge-public",
        "kind": "public",
        "redirect_uris": [CALLBACK],
        "launch_url": "http://localhost:8000/launch",
        "scope": "launch openid fhirUser patient/Patient.read",
    }
    app.http.post("/_clients", json=order)

    answer = app.read(f"Patient/{app.appointment(5)['patient']}")

    assert answer.status_code == 403
    assert answer.json["issue"]
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]
