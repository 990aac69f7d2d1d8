"""The CapabilityStatement says what the server does, no more and no less."""

import pytest

from sandbox.ehr.validation import problems_of

ALL = (
    "launch user/Patient.rs user/RelatedPerson.rs user/Practitioner.rs user/Location.rs user/Organization.rs "
    "user/Appointment.rus user/Encounter.crus user/Communication.crus user/DocumentReference.crus"
)
TYPES = (
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Location",
    "Organization",
    "Appointment",
    "Encounter",
    "Communication",
    "DocumentReference",
    "Observation",
    "Task",
    "Slot",
    "Schedule",
    "Binary",
    "RelatedPerson",
)
PARAMETERS = (
    "_id",
    "_lastUpdated",
    "identifier",
    "name",
    "family",
    "given",
    "birthdate",
    "active",
    "status",
    "patient",
    "subject",
    "practitioner",
    "location",
    "actor",
    "date",
    "appointment",
    "participant",
    "class",
    "encounter",
    "recipient",
    "sender",
    "sent",
    "category",
    "type",
    "author",
    "service-type",
    "based-on",
    "period",
    "phone",
    "email",
    "address",
    "medium",
    "topic",
    "facility",
    "related",
    "_tag",
    "_text",
    "_profile",
)
VALUES = {"date": "2026", "birthdate": "2026", "sent": "2026", "_lastUpdated": "2026"}
REQUESTS = {
    "read": ("GET", "/fhir/{}/none", None),
    "search-type": ("GET", "/fhir/{}?_id=none", None),
    "create": ("POST", "/fhir/{}", "application/fhir+json"),
    "update": ("PUT", "/fhir/{}/none", "application/fhir+json"),
    "patch": ("PATCH", "/fhir/{}/none", "application/json-patch+json"),
    "delete": ("DELETE", "/fhir/{}/none", None),
}


@pytest.fixture
def statement(app):
    return app.http.get("/fhir/metadata").json


@pytest.fixture
def declared(statement):
    return {resource["type"]: resource for resource in statement["rest"][0]["resource"]}


def test_it_is_valid_r4_and_needs_no_token(statement):
    assert problems_of(statement) == []
    assert statement["fhirVersion"] == "4.0.1"


@pytest.mark.parametrize("resource_type", TYPES)
def test_the_interactions_it_names_are_those_that_are_answered(app, declared, resource_type):
    bearer = app.bearer(scope=ALL)
    named = {one["code"] for one in declared.get(resource_type, {}).get("interaction", [])}

    answered = set()
    for code, (method, path, content_type) in REQUESTS.items():
        body = b"[]" if content_type else None
        answer = app.http.open(
            path.format(resource_type), method=method, headers=bearer, data=body, content_type=content_type
        )
        unsupported = answer.status_code == 405 or (
            answer.status_code == 404 and answer.json["issue"][0]["code"] == "not-supported"
        )
        answered |= set() if unsupported else {code}

    assert answered == named


@pytest.mark.parametrize("resource_type", TYPES)
def test_the_search_parameters_it_names_are_those_that_are_understood(app, declared, resource_type):
    if resource_type not in declared:
        return
    bearer = app.bearer(scope=ALL)
    named = {one["name"] for one in declared[resource_type]["searchParam"]}

    understood = {
        name
        for name in {*PARAMETERS, *named}
        if app.http.get(f"/fhir/{resource_type}?{name}={VALUES.get(name, 'x')}", headers=bearer).status_code
        == 200
    }

    assert understood == named
    assert named <= set(PARAMETERS)


@pytest.mark.parametrize("resource_type", TYPES)
def test_the_includes_it_names_are_those_that_are_understood(app, declared, resource_type):
    if resource_type not in declared:
        return
    bearer = app.bearer(scope=ALL)
    named = set(declared[resource_type].get("searchInclude", []))

    understood = {
        f"{resource_type}:{name}"
        for name in PARAMETERS
        if app.http.get(
            f"/fhir/{resource_type}?_id=x&_include={resource_type}:{name}", headers=bearer
        ).status_code
        == 200
    }

    assert understood == named


def test_a_resource_is_not_created_by_an_update(app, declared):
    assert all(one["updateCreate"] is False for one in declared.values() if "updateCreate" in one)
