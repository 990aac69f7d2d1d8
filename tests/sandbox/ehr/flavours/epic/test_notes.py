"""Clinical notes: each rule of DocumentReference.create, broken alone."""

import base64

import pytest

PLAIN = base64.b64encode(b"text").decode()


def attachment(**changes):
    told = {"contentType": "text/plain", "data": PLAIN} | changes
    return [{"attachment": {name: value for name, value in told.items() if value is not None}}]


def typed(code, system="http://loinc.org"):
    return {"coding": [{"system": system, "code": code}]}


def test_a_note_that_keeps_all_rules_is_filed(app):
    answer = app.file(app.note())

    assert answer.status_code == 201
    [row] = app.http.get("/_written").json
    assert row["resource"]["docStatus"] == "final"


def test_an_answer_is_empty_with_a_relative_location_and_no_etag(app):
    answer = app.file(app.note())

    [row] = app.http.get("/_written").json
    assert answer.headers["Location"] == row["reference"]
    assert answer.data == b""
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("prefer", ["return=minimal", "return=OperationOutcome"])
def test_only_a_representation_is_answered_with_a_body(app, prefer):
    assert app.file(app.note(), Prefer=prefer).data == b""
    assert app.file(app.note(), Prefer="return=representation").json["resourceType"] == "DocumentReference"


def test_if_none_exist_is_passed_over_and_a_repeated_note_is_a_second_one(app):
    named = {"identifier": [{"system": "urn:ours", "value": "7"}]}

    first = app.file(app.note(**named), **{"If-None-Exist": "identifier=urn:ours|7"})
    again = app.file(app.note(**named), **{"If-None-Exist": "identifier=urn:ours|7"})

    assert [first.status_code, again.status_code] == [201, 201]
    assert first.headers["Location"] != again.headers["Location"]


def test_what_others_call_a_note_is_not_kept_and_not_searched_for(app):
    written = app.file(app.note(identifier=[{"system": "urn:ours", "value": "7"}]))

    assert "identifier" not in app.read(written.headers["Location"]).json
    assert app.read("DocumentReference", identifier="urn:ours|7").status_code == 400


def test_a_note_becomes_a_clinical_note_with_its_first_attachment_alone(app):
    written = app.file(app.note(content=[*attachment(title="one"), *attachment(title="two")]))

    kept = app.read(written.headers["Location"]).json
    assert [one["attachment"]["title"] for one in kept["content"]] == ["one"]
    assert kept["category"][0]["coding"][0]["code"] == "clinical-note"


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"docStatus": None}, "docStatus"),
        ({"type": None}, "type"),
        ({"subject": None}, "subject"),
        ({"context": None}, "context.encounter"),
        ({"content": attachment(data=None, url="https://ours.example/note")}, "content.attachment.data"),
    ],
)
def test_a_required_element_that_is_missing_is_named_with_the_code_59108(app, changes, element):
    answer = app.file(app.note(**changes))

    [issue] = answer.json["issue"]
    assert answer.status_code == 400
    assert issue["details"]["coding"][0]["code"] == "59108"
    assert issue["expression"] == [f"DocumentReference.{element}"]
    assert app.http.get("/_written").json == []


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"status": "superseded"}, "status"),
        ({"docStatus": "amended"}, "docStatus"),
        ({"type": typed("18842-5")}, "type"),
        ({"type": typed("34105-7")}, "type"),
        ({"type": typed("69730-0")}, "type"),
        ({"type": typed("1", "http://clinic.example/types")}, "type"),
        ({"content": attachment(contentType="application/pdf")}, "content.attachment.contentType"),
        ({"content": attachment(contentType="text/plain;charset=utf-8")}, "content.attachment.contentType"),
        (
            {"relatesTo": [{"code": "replaces", "target": {"reference": "DocumentReference/1"}}]},
            "relatesTo",
        ),
        ({"context": {"encounter": [{"reference": "Encounter/none"}]}}, "context.encounter"),
    ],
)
def test_a_value_that_is_not_taken_fails_the_note(app, changes, element):
    answer = app.file(app.note(**changes))

    assert answer.status_code == 422
    assert answer.json["issue"][0]["expression"] == [f"DocumentReference.{element}"]
    assert app.http.get("/_written").json == []


def test_text_that_is_no_base64_fails_the_note(app):
    assert app.file(app.note(content=attachment(data="?"))).status_code == 422


def test_an_organization_s_own_note_type_is_taken(app):
    assert app.file(app.note(type=typed("1", "urn:oid:1.2.840.114350.1.13"))).status_code == 201


def test_the_encounter_is_the_patient_s_own(app):
    other = {"encounter": [{"reference": f"Encounter/{app.appointment(5)['encounter']}"}]}

    assert app.file(app.note(context=other)).status_code == 422


def test_the_encounter_may_be_finished(app):
    past = app.appointment(1)
    about = {
        "subject": {"reference": f"Patient/{past['patient']}"},
        "context": {"encounter": [{"reference": f"Encounter/{past['encounter']}"}]},
    }

    assert app.file(app.note(**about)).status_code == 201


def test_before_the_encounter_begins_a_note_is_a_draft(app):
    ahead = app.appointment(5)
    about = {
        "subject": {"reference": f"Patient/{ahead['patient']}"},
        "context": {"encounter": [{"reference": f"Encounter/{ahead['encounter']}"}]},
    }

    assert app.file(app.note(**about)).status_code == 422
    assert app.file(app.note(**about, docStatus="preliminary")).status_code == 201
