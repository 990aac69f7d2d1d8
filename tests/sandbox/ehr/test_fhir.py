"""The FHIR R4 server: reads, searches, writes, and what it refuses."""

from urllib.parse import urlsplit

import pytest

FHIR = "http://127.0.0.1:8001/fhir"
OSEI = "vb-practitioner-osei"
ALL = (
    "launch user/Patient.rs user/Practitioner.rs user/Location.rs user/Organization.rs user/Appointment.rus "
    "user/Encounter.crus user/Communication.crus user/DocumentReference.crus"
)


@pytest.fixture
def chart(app):
    """The FHIR server through a token that may do all that is registered."""
    return Chart(app, app.bearer(scope=ALL))


class Chart:
    """Sends requests with a token."""

    def __init__(self, app, bearer):
        self.app = app
        self.bearer = bearer

    def send(self, method, path, **more):
        headers = {**self.bearer, **more.pop("headers", {})}
        return self.app.http.open(f"/fhir/{path}", method=method, headers=headers, **more)

    def get(self, path, **more):
        return self.send("GET", path, **more)

    def found(self, path):
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return [entry["resource"]["id"] for entry in answer.json.get("entry", [])]

    def patch(self, path, operations, if_match=None, **more):
        headers = {"Content-Type": "application/json-patch+json", **more}
        return self.send(
            "PATCH", path, json=operations, headers=headers | ({"If-Match": if_match} if if_match else {})
        )


def communication(**changes):
    return {
        "resourceType": "Communication",
        "status": "completed",
        "identifier": [{"system": "urn:example", "value": "one"}],
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/communication-category",
                        "code": "notification",
                    }
                ]
            }
        ],
        "subject": {"reference": "Patient/vb-patient-04"},
        "recipient": [{"reference": f"Practitioner/{OSEI}"}],
        "sent": "2026-11-22T15:00:00Z",
        "payload": [{"contentString": "The patient is waiting."}],
    } | changes


def issue(answer):
    return answer.json["issue"][0]["code"]


def test_a_read_answers_the_resource_with_its_version(chart):
    answer = chart.get("Patient/vb-patient-04")

    assert answer.mimetype == "application/fhir+json"
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.json["birthDate"] == "1984-01-09"


@pytest.mark.parametrize(
    "path, status, code",
    [
        ("Patient/nobody", 404, "not-found"),
        ("Observation/1", 404, "not-supported"),
        ("Observation?patient=1", 404, "not-supported"),
        ("Patient/vb-patient-04/_history", 405, "not-supported"),
        ("Appointment?colour=blue", 400, "not-supported"),
        ("Appointment?patient:exact=x", 400, "not-supported"),
        ("Appointment?patient=", 400, "value"),
        ("Appointment?date=tomorrow", 400, "value"),
        ("Appointment?date=ge2026-11-22T10:00:00", 400, "value"),
        ("Appointment?date=ap2026", 400, "value"),
        ("Appointment", 400, "too-costly"),
        ("Appointment?_count=2", 400, "too-costly"),
        ("Appointment?patient=x&_count=many", 400, "value"),
        ("Appointment?patient=x&_sort=status", 400, "not-supported"),
        ("Appointment?patient=x&_include=Appointment:status", 400, "not-supported"),
        ("Appointment?patient=x&_format=xml", 400, "not-supported"),
        ("Appointment?_page=unknown", 410, "not-found"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_an_outcome(chart, path, status, code):
    answer = chart.get(path)

    assert (answer.status_code, issue(answer)) == (status, code)


def test_only_json_is_spoken(chart):
    assert chart.get("Location", headers={"Accept": "application/fhir+xml"}).status_code == 406
    assert chart.get("Location", headers={"Accept": "application/json"}).status_code == 200


@pytest.mark.parametrize(
    "path, numbers",
    [
        (f"Appointment?practitioner={OSEI}", [21, 1, 2, 3, 4, 5, 6, 7, 8]),
        (f"Appointment?practitioner=Practitioner/{OSEI}&status=booked", [21, 3, 4, 5, 6, 8]),
        (f"Appointment?practitioner={FHIR}/Practitioner/{OSEI}&status=cancelled,fulfilled", [1, 2, 7]),
        ("Appointment?patient=vb-patient-01&_sort=-date", [8, 1]),
        ("Appointment?actor=Patient/vb-patient-07", [17, 7]),
        ("Appointment?location=vb-location-riverside&service-type=video-visit", [15, 16, 19, 18, 20]),
        ("Appointment?patient=vb-patient-01&patient=vb-patient-02", []),
        ("Appointment?patient=vb-patient-01,vb-patient-07", [1, 17, 7, 8]),
    ],
)
def test_appointments_are_found(chart, path, numbers):
    assert [int(one.rpartition("-")[2]) for one in chart.found(path)] == numbers


def test_appointments_are_found_by_time(chart):
    start = chart.app.appointment(4)["start"]

    def numbers(*dates):
        query = "".join(f"&date={one}" for one in dates)
        return [int(one[-2:]) for one in chart.found(f"Appointment?practitioner={OSEI}{query}")]

    assert numbers(start) == [4]
    assert numbers(f"ge{start}") == [4, 5, 6, 7, 8]
    assert numbers(f"gt{start}") == [5, 6, 7, 8]
    assert numbers(f"lt{start}", "ge2026-11-22T00:00:00-05:00") == [1, 2, 3]
    assert numbers("2026-11-21") == [21]
    assert numbers(f"le{start}", f"ge{start}") == [4]
    assert numbers("eb2026-01-01") == []


@pytest.mark.parametrize(
    "path, ids",
    [
        ("Patient?identifier=MRN-204884", ["vb-patient-04"]),
        ("Patient?identifier=urn:oid:2.16.840.1.113883.19.5.1|MRN-204884", ["vb-patient-04"]),
        ("Patient?identifier=urn:other|MRN-204884", []),
        ("Patient?name=marchetti", ["vb-patient-04"]),
        ("Patient?family=delacroix&given=Beatriz", ["vb-patient-12"]),
        ("Patient?birthdate=1984", ["vb-patient-04"]),
        ("Patient?birthdate=ge2016-08-25", ["vb-patient-07"]),
        ("Patient?_id=vb-patient-02,vb-patient-03", ["vb-patient-02", "vb-patient-03"]),
        ("Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1093700018", [OSEI]),
        ("Location?name=river", ["vb-location-riverside"]),
        ("Organization?name=Harbor", ["vb-organization"]),
    ],
)
def test_people_and_places_are_found(chart, path, ids):
    assert chart.found(path) == ids


def test_the_encounter_of_an_appointment_is_found(chart):
    held = chart.app.appointment(4)

    assert chart.found(f"Encounter?appointment={held['id']}") == [held["encounter"]]
    assert chart.found(f"Encounter?patient={held['patient']}&date=ge2026-01-01&class=VR") == [
        held["encounter"]
    ]
    assert chart.found("Encounter?appointment=vb-none") == []


def test_pages_follow_by_an_opaque_link_until_there_is_none(chart):
    url, ids = f"Appointment?practitioner={OSEI}&_count=4", []
    while url:
        bundle = chart.get(url.removeprefix(FHIR + "/")).json
        ids += [entry["resource"]["id"] for entry in bundle["entry"]]
        assert bundle["total"] == 9
        url = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)

    assert len(ids) == len(set(ids)) == 9


def test_a_next_link_belongs_to_the_token_that_searched(chart):
    bundle = chart.get(f"Appointment?practitioner={OSEI}&_count=4").json
    link = next(link["url"] for link in bundle["link"] if link["relation"] == "next")

    other = Chart(chart.app, chart.app.bearer(scope=ALL))

    assert OSEI not in link
    assert other.get(link.removeprefix(FHIR + "/")).status_code == 410


def test_referred_resources_come_along_if_the_token_may_read_them(chart):
    path = f"Appointment?practitioner={OSEI}&_include=Appointment:patient&_count=2"
    narrow = Chart(chart.app, chart.app.bearer(scope="launch user/Appointment.rs"))

    modes = [entry["search"]["mode"] for entry in chart.get(path).json["entry"]]

    assert modes == ["match", "match", "include", "include"]
    assert len(narrow.get(path).json["entry"]) == 2


def test_a_search_may_keep_its_parameters_out_of_the_url(chart):
    answer = chart.send("POST", "Patient/_search", data={"identifier": "MRN-204884"})

    assert answer.json["total"] == 1


def test_a_create_answers_headers_alone_unless_prefer_asks_for_more(chart):
    plain = chart.send("POST", "Communication", json=communication())
    whole = chart.send(
        "POST", "Communication", json=communication(), headers={"Prefer": "return=representation"}
    )

    assert (plain.status_code, plain.data) == (201, b"")
    assert plain.headers["ETag"] == 'W/"1"'
    assert plain.headers["Location"].startswith(f"{FHIR}/Communication/")
    assert urlsplit(plain.headers["Location"]).path.endswith("/_history/1")
    assert whole.json["status"] == "completed"


def test_a_conditional_create_finds_what_is_there(chart):
    condition = {"If-None-Exist": "identifier=urn:example|one"}
    first = chart.send("POST", "Communication", json=communication(), headers=condition)
    again = chart.send("POST", "Communication", json=communication(), headers=condition)
    chart.send("POST", "Communication", json=communication())
    third = chart.send("POST", "Communication", json=communication(), headers=condition)

    assert [first.status_code, again.status_code, third.status_code] == [201, 200, 412]
    assert again.headers["Location"] == first.headers["Location"]


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"status": "sent"}, "code-invalid"),
        ({"status": None}, "structure"),
        ({"colour": "blue"}, "structure"),
        ({"subject": {"reference": "Patient/nobody"}}, "not-found"),
        ({"sent": "2026-11-22"}, None),
        ({"payload": [{"contentAttachment": {"data": "SGk="}}]}, "invariant"),
        (
            {
                "extension": [
                    {"url": "urn:x", "valueString": "a", "extension": [{"url": "y", "valueCode": "b"}]}
                ]
            },
            "invariant",
        ),
    ],
)
def test_what_is_no_valid_r4_is_refused(chart, changes, code):
    body = {name: value for name, value in communication(**changes).items() if value is not None}

    answer = chart.send("POST", "Communication", json=body)

    assert (answer.status_code, issue(answer) if code else None) == (422 if code else 201, code)


def test_a_wrong_body_is_refused_before_it_is_looked_at(chart):
    assert (
        chart.send("POST", "Communication", data=b"{", content_type="application/fhir+json").status_code
        == 400
    )
    assert (
        chart.send("POST", "Communication", data=b"<x/>", content_type="application/fhir+xml").status_code
        == 415
    )
    assert chart.send("POST", "Communication", json=["list"]).status_code == 400
    assert chart.send("POST", "Communication", json={"resourceType": "Encounter"}).status_code == 400
    assert chart.send("POST", "Appointment", json={"resourceType": "Appointment"}).status_code == 405
    assert chart.send("DELETE", "Patient/vb-patient-04").status_code == 405


def test_an_update_names_the_version_that_it_was_made_from(chart):
    path = f"Encounter/{chart.app.appointment(4)['encounter']}"
    raw = chart.get(path).json | {"status": "in-progress"}

    answers = [
        chart.send("PUT", path, json=raw),
        chart.send("PUT", path, json=raw, headers={"If-Match": "1"}),
        chart.send("PUT", path, json=raw, headers={"If-Match": 'W/"1"'}),
        chart.send("PUT", path, json=raw, headers={"If-Match": 'W/"1"'}),
        chart.send("PUT", path, json=raw | {"id": "other"}, headers={"If-Match": 'W/"2"'}),
        chart.send("PUT", "Encounter/none", json=raw | {"id": "none"}, headers={"If-Match": 'W/"1"'}),
    ]

    assert [answer.status_code for answer in answers] == [412, 400, 200, 412, 400, 404]
    assert answers[2].headers["ETag"] == 'W/"2"'
    assert chart.get(path).json["status"] == "in-progress"


def test_a_patch_changes_what_it_says_and_nothing_else(chart):
    path = f"Appointment/{chart.app.appointment(4)['id']}"
    before = chart.get(path).json
    arrive = [{"op": "replace", "path": "/status", "value": "arrived"}]

    assert chart.patch(path, arrive).status_code == 412
    answer = chart.patch(path, arrive, 'W/"1"', Prefer="return=representation")

    assert answer.status_code == 200
    assert {**answer.json, "meta": None, "status": None} == {**before, "meta": None, "status": None}
    assert chart.patch(path, arrive, 'W/"1"').status_code == 412


@pytest.mark.parametrize(
    "operations, status",
    [
        ([{"op": "replace", "path": "/status", "value": "nope"}], 422),
        ([{"op": "remove", "path": "/end"}], 422),
        ([{"op": "replace", "path": "/nothing/here", "value": 1}], 422),
        ([{"op": "test", "path": "/status", "value": "cancelled"}], 422),
        ([{"op": "replace", "path": "/id", "value": "x"}], 422),
        ([{"op": "turn", "path": "/status"}], 400),
        ([], 400),
        ({"status": "arrived"}, 400),
    ],
)
def test_a_patch_that_cannot_be_is_refused_and_changes_nothing(chart, operations, status):
    path = f"Appointment/{chart.app.appointment(4)['id']}"

    assert chart.patch(path, operations, 'W/"1"').status_code == status
    assert chart.get(path).headers["ETag"] == 'W/"1"'


def test_a_merge_patch_is_not_a_json_patch(chart):
    path = f"Appointment/{chart.app.appointment(4)['id']}"

    answer = chart.send("PATCH", path, json={}, headers={"Content-Type": "application/merge-patch+json"})

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "scope, method, path, status",
    [
        ("user/Appointment.r", "GET", "Appointment/{id}", 200),
        ("user/Appointment.r", "GET", "Appointment?patient=x", 403),
        ("user/Appointment.s", "GET", "Appointment?patient=x", 200),
        ("user/Appointment.s", "GET", "Appointment/{id}", 403),
        ("user/Appointment.read", "GET", "Appointment/{id}", 200),
        ("user/Appointment.rs", "PATCH", "Appointment/{id}", 403),
        ("user/Appointment.u", "PATCH", "Appointment/{id}", 200),
        ("user/Appointment.write", "PATCH", "Appointment/{id}", 200),
    ],
)
def test_the_granted_scopes_decide(app, scope, method, path, status):
    chart = Chart(app, app.bearer(scope=f"launch {scope}"))
    path = path.format(id=app.appointment(4)["id"])

    if method == "GET":
        answer = chart.get(path)
    else:
        answer = chart.patch(path, [{"op": "replace", "path": "/status", "value": "arrived"}], 'W/"1"')

    assert answer.status_code == status


def test_a_patient_scoped_token_sees_its_own_patient_only(app):
    scope = "launch patient/Patient.rs patient/Appointment.rs patient/Practitioner.rs patient/Communication.c"
    chart = Chart(app, app.bearer(scope=scope))
    mine, other = app.appointment(4), app.appointment(5)

    assert chart.found("Patient?name=a") == []
    assert chart.found("Patient?name=marchetti") == [mine["patient"]]
    assert chart.found(f"Appointment?patient={other['patient']}") == []
    assert mine["id"] in chart.found("Appointment?status=booked")
    assert {
        app.appointment(int(one[-2:]))["patient"] for one in chart.found("Appointment?status=booked")
    } == {mine["patient"]}
    assert chart.get(f"Appointment/{other['id']}").status_code == 403
    assert chart.get(f"Practitioner/{OSEI}").status_code == 200
    foreign = communication(subject={"reference": f"Patient/{other['patient']}"})
    assert chart.send("POST", "Communication", json=foreign).status_code == 403
    assert chart.send("POST", "Communication", json=communication()).status_code == 201


def test_a_patient_with_user_scopes_sees_their_own_chart_only(app):
    launch = app.launch(user="Patient/vb-patient-05", patient="vb-patient-05")
    chart = Chart(app, app.bearer(scope="launch user/Patient.rs", launch=launch))

    assert chart.get("Patient/vb-patient-05").status_code == 200
    assert chart.get("Patient/vb-patient-04").status_code == 403


def test_a_filter_of_a_scope_narrows_searches_and_writes(app):
    category = "http://terminology.hl7.org/CodeSystem/communication-category|notification"
    scope = f"launch user/Communication.crus?category={category}"
    chart, wide = Chart(app, app.bearer(scope=scope)), Chart(app, app.bearer(scope=ALL))
    reminder = communication(category=[{"coding": [{"code": "reminder"}]}])

    assert chart.send("POST", "Communication", json=communication()).status_code == 201
    assert chart.send("POST", "Communication", json=reminder).status_code == 403
    assert wide.send("POST", "Communication", json=reminder).status_code == 201
    assert len(chart.found("Communication?patient=vb-patient-04")) == 1
    assert len(wide.found("Communication?patient=vb-patient-04")) == 2
