"""Searches, paging and how answers look, each rule broken alone."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.ehr.flavours.oracle.conftest import issue

OSEI = ("practitioner", "vb-practitioner-osei")
GE, LT = ("date", "ge2026-11-22T05:00:00Z"), ("date", "lt2026-11-23T05:00:00Z")


@pytest.mark.parametrize(
    "pairs",
    [
        [("_id", "vb-20261122-04")],
        [OSEI, GE],
        [OSEI, GE, LT],
        [("patient", "vb-patient-04"), GE, LT],
        [("location", "vb-location-harbor"), GE, LT],
        [OSEI, GE, LT, ("_count", "5")],
    ],
)
def test_appointments_are_searched_by_id_or_by_one_of_three_and_a_time(app, pairs):
    answer = app.search("Appointment", *pairs)

    assert answer.status_code == 200
    assert answer.json["total"]


@pytest.mark.parametrize(
    "pairs",
    [
        [("patient", "vb-patient-04")],
        [GE, LT],
        [OSEI, ("patient", "vb-patient-04"), GE],
        [OSEI, OSEI, GE],
        [("practitioner", "vb-practitioner-osei,vb-practitioner-chen"), GE],
        [("_id", "vb-20261122-04"), OSEI, GE],
        [("_id", "a"), ("_id", "b")],
        [OSEI, ("date", "2026-11-22T05:00:00Z")],
        [OSEI, ("date", "ge2026-11-22")],
        [OSEI, GE, GE],
        [OSEI, GE, ("date", "le2026-11-23T05:00:00Z")],
        [OSEI, GE, LT, LT],
        [OSEI, GE, ("status", "booked")],
        [OSEI, GE, ("identifier", "x|y")],
        [OSEI, GE, ("_sort", "-date")],
    ],
)
def test_no_other_search_of_appointments_is_done(app, pairs):
    assert app.search("Appointment", *pairs).status_code == 400


def test_appointments_come_in_order_of_start_page_by_opaque_page(app):
    answer = app.search("Appointment", OSEI, GE, LT, ("_count", "2"))
    starts = []
    while True:
        starts += [entry["resource"]["start"] for entry in answer.json["entry"]]
        links = [link["url"] for link in answer.json["link"] if link["relation"] == "next"]
        if not links:
            break
        assert set(parse_qs(urlsplit(links[0]).query)) == {"pageContext"}
        answer = app.http.get(links[0], headers=app.headers())

    assert len(starts) > 2
    assert starts == sorted(starts)


def test_next_links_of_a_patient_stay_at_the_patients_base(app):
    launch = app.launch(user="Patient/vb-patient-04", patient="vb-patient-04")
    app.door = "/fhir-myrecord"
    app.held = app.bearer(launch=launch, scope="launch patient/Appointment.rs")

    answer = app.search("Appointment", ("patient", "vb-patient-04"), GE, LT, ("_count", "1"))
    following = next(link["url"] for link in answer.json["link"] if link["relation"] == "next")

    assert app.http.get(following, headers=app.headers()).status_code == 200


@pytest.mark.parametrize("kind", ["Practitioner", "Location", "Patient", "Encounter", "DocumentReference"])
def test_a_search_without_its_parameter_is_a_400(app, kind):
    app.held = app.bearer(scope=f"launch user/{kind}.rs")

    answer = app.search(kind)

    assert (answer.status_code, issue(answer)) == (400, "required")


@pytest.mark.parametrize("kind", ["DocumentReference", "Communication"])
def test_what_apps_call_their_writes_is_searched_for_in_vain(app, kind):
    assert app.search(kind, ("identifier", "x|y")).status_code == 400


def test_encounters_are_searched_by_four_statuses(app):
    patient = ("patient", "vb-patient-04")

    assert app.search("Encounter", patient, ("status", "planned,in-progress")).status_code == 200
    assert app.search("Encounter", patient, ("status", "arrived")).status_code == 400


@pytest.mark.parametrize("accept", ["application/json", "application/fhir+xml"])
def test_only_fhir_json_is_answered(app, accept):
    assert app.send("GET", "Patient/vb-patient-04", headers={"Accept": accept}).status_code == 406
    good = app.send("GET", "Patient/vb-patient-04", headers={"Accept": "application/fhir+json"})
    assert good.status_code == 200


def test_a_resource_that_lacks_an_element_is_a_fatal_500(app):
    app.switch("incomplete_resource", type="Encounter")
    encounter = app.appointment(4)["encounter"]

    answer = app.send("GET", f"Encounter/{encounter}")

    assert answer.status_code == 500
    assert answer.json["issue"][0]["severity"] == "fatal"
    assert issue(answer) == "required"


def test_what_is_offered_is_what_is_done(app):
    told = app.http.get("/fhir/metadata").json["rest"][0]["resource"]
    offered = {one["type"]: {each["code"] for each in one["interaction"]} for one in told}

    assert offered["Appointment"] == {"read", "search-type", "patch"}
    assert offered["Encounter"] == {"read", "search-type", "patch"}
    assert offered["DocumentReference"] == {"read", "search-type", "create"}
