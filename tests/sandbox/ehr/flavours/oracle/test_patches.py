"""JSON Patch of appointments and encounters, each rule broken alone."""

import pytest

from tests.sandbox.ehr.flavours.oracle.conftest import issue

PROVIDER, PATIENT = "/contained/0/telecom/0/value", "/contained/1/telecom/0/value"
START, END = "/contained/0/telecom/0/period/start", "/contained/0/telecom/0/period/end"
VIDEO = {
    PROVIDER: "http://providerlink.vmr.net",
    PATIENT: "http://patientlink.vmr.net",
    START: "2026-11-22T17:00:00Z",
    END: "2026-11-22T17:30:00Z",
}


def edit(path, value, op="replace"):
    return {"op": op, "path": path, "value": value}


def links(op="add", **changes):
    told = VIDEO | {path: value for path, value in changes.items() if path.startswith("/")}
    return [edit(path, value, op) for path, value in told.items()]


def rooms(app, number=4):
    raw = app.send("GET", app.path(number)).json
    return {
        one["type"][0]["text"]: [point["value"] for point in one.get("telecom", [])]
        for one in raw["contained"]
    }


def test_a_change_is_answered_by_headers_alone_whatever_is_preferred(app):
    path = app.path()
    before = app.send("GET", path)
    assert before.headers["ETag"] == 'W/"1-1"'

    headers = {
        "Prefer": "return=representation",
        "If-Match": 'W/"1-1"',
        "Content-Type": "application/json-patch+json",
    }
    answer = app.send("PATCH", path, json=[edit("/comment", "x", "add")], headers=headers)

    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["ETag"] == 'W/"2-1"'
    assert answer.headers["Location"].endswith(path)


def test_a_change_without_a_version_is_a_412(app):
    assert app.patch(app.path(), edit("/comment", "x", "add"), version="none").status_code == 412


def test_a_change_of_an_old_version_is_a_409(app):
    assert app.patch(app.path(), edit("/comment", "x", "add"), version='W/"0-1"').status_code == 409


@pytest.mark.parametrize(("switch", "status"), [("resource_locked", 423), ("failed_dependency", 424)])
def test_a_lock_and_a_dependency_are_told(app, switch, status):
    app.switch(switch, times=1)

    assert app.patch(app.path(), edit("/comment", "x", "add")).status_code == status
    assert app.patch(app.path(), edit("/comment", "x", "add")).status_code == 200


@pytest.mark.parametrize("path", ["/participant/0/status", "/start", "/patientInstruction", "/extension/-"])
def test_another_path_of_an_appointment_is_a_422(app, path):
    answer = app.patch(app.path(), edit(path, "2026-11-22T17:00:00Z", "add"))

    assert (answer.status_code, issue(answer)) == (422, "business-rule")


@pytest.mark.parametrize(
    "operation", [{"op": "test", "path": "/status", "value": "booked"}, {"op": "remove", "path": "/comment"}]
)
def test_another_operation_is_a_422(app, operation):
    assert app.patch(app.path(), operation).status_code == 422


def test_the_patients_status_is_a_path_of_its_own(app):
    assert app.patch(app.path(), edit("/patient-status", "tentative")).status_code == 200

    people = app.send("GET", app.path()).json["participant"]
    assert [one["status"] for one in people[:2]] == ["tentative", "accepted"]


def test_an_appointment_goes_its_way_step_by_step(app):
    for status in ("arrived", "checked-in", "fulfilled"):
        assert app.patch(app.path(), edit("/status", status)).status_code == 200


@pytest.mark.parametrize("status", ["fulfilled", "noshow", "booked", "proposed", "entered-in-error"])
def test_no_other_step_is_taken(app, status):
    assert app.patch(app.path(), edit("/status", status)).status_code == 422


def test_nothing_leads_back(app):
    app.patch(app.path(), edit("/status", "checked-in"))

    assert app.patch(app.path(), edit("/status", "arrived")).status_code == 422


def test_a_proposed_appointment_is_booked_with_its_slot(app, world):
    visit = app.appointment()["id"]
    world.chart.put({**world.chart.read("Appointment", visit), "status": "proposed"})

    assert app.patch(app.path(), edit("/status", "booked")).status_code == 422
    slot = edit("/slot", [{"reference": "Slot/1-2"}], "add")
    assert app.patch(app.path(), edit("/status", "booked"), slot).status_code == 200


def test_the_links_of_a_video_visit_are_added_and_then_replaced(app):
    assert app.patch(app.path(), *links("add")).status_code == 200
    assert rooms(app)["Provider Virtual Meeting Room"] == [VIDEO[PROVIDER]]
    assert rooms(app)["Patient Virtual Meeting Room"] == [VIDEO[PATIENT]]

    assert app.patch(app.path(), *links("replace", **{PATIENT: "https://v.test/2"})).status_code == 200
    assert rooms(app)["Patient Virtual Meeting Room"] == ["https://v.test/2"]


def test_the_patients_room_is_read_first_and_patched_second(app):
    app.patch(app.path(), *links("add"))

    first = app.send("GET", app.path()).json["contained"][0]

    assert first["type"][0]["text"] == "Patient Virtual Meeting Room"
    assert first["telecom"][0]["value"] == VIDEO[PATIENT]


def test_links_that_are_there_are_not_added_again(app):
    app.patch(app.path(), *links("add"))

    assert app.patch(app.path(), *links("add")).status_code == 409


def test_links_that_are_not_there_are_not_replaced(app):
    assert app.patch(app.path(), *links("replace")).status_code == 422


@pytest.mark.parametrize("missing", range(4))
def test_all_four_come_together(app, missing):
    told = links("add")
    del told[missing]

    assert app.patch(app.path(), *told).status_code == 422


def test_adding_and_replacing_are_not_mixed(app):
    assert app.patch(app.path(), *links("add")[:3], links("replace")[3]).status_code == 422


@pytest.mark.parametrize("path", [PROVIDER, PATIENT])
def test_a_link_has_255_characters_at_most(app, path):
    longest = "https://v.test/".ljust(255, "x")

    assert app.patch(app.path(), *links("add", **{path: longest + "x"})).status_code == 422
    assert app.patch(app.path(), *links("add", **{path: longest})).status_code == 200


def test_only_a_video_visit_takes_links(app, world):
    office = next(line for line in world.schedule() if not line.telehealth)

    assert app.patch(f"Appointment/{office.appointment_id}", *links("add")).status_code == 422


def test_an_appointment_is_not_replaced_as_a_whole(app):
    raw = app.send("GET", app.path()).json
    headers = {"If-Match": 'W/"1-1"', "Content-Type": "application/fhir+json"}

    assert app.send("PUT", app.path(), json=raw, headers=headers).status_code == 405


@pytest.mark.parametrize(("path", "hour"), [("/period/start", "12"), ("/period/end", "23")])
def test_the_period_of_an_encounter_is_patched(app, path, hour):
    encounter = f"Encounter/{app.appointment(2)['encounter']}"

    assert app.patch(encounter, edit(path, f"2026-11-22T{hour}:00:00Z", "add")).status_code == 200


@pytest.mark.parametrize("path", ["/status", "/class", "/period"])
def test_the_status_of_an_encounter_is_not_patched(app, path):
    encounter = f"Encounter/{app.appointment(2)['encounter']}"

    assert app.patch(encounter, edit(path, "finished")).status_code == 422
