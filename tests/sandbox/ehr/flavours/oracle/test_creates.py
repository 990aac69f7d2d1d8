"""Messages and notes, each rule broken alone."""

import pytest

from tests.sandbox.ehr.flavours.oracle.conftest import CATEGORY, attachment

LOCAL = {
    "system": "https://fhir.cerner.com/ec2458f2-1e24-41c8-b71b-0e701af7583d/codeSet/72",
    "code": "2820507",
}
LOINC = {"system": "http://loinc.org", "code": "11506-3"}


def coded(*codings):
    return {"coding": list(codings)}


def test_a_message_is_taken_and_answered_by_headers_alone(app):
    answer = app.create(app.message(), Prefer="return=representation")

    assert answer.status_code == 201
    assert answer.data == b""
    assert answer.headers["ETag"] == 'W/"1"'
    assert "/Communication/" in answer.headers["Location"]


@pytest.mark.parametrize(
    "changes",
    [
        {"category": [coded({"system": CATEGORY, "code": "reminder"})]},
        {"category": [coded({"system": "http://snomed.info/sct", "code": "312853008"})]},
        {"priority": "routine"},
        {"encounter": None},
        {"encounter": None, "subject": None},
        {"recipient": [{"reference": "Practitioner/vb-practitioner-osei"}]},
    ],
    ids=str,
)
def test_what_a_message_may_be(app, changes):
    assert app.create(app.message(**changes)).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "in-progress"},
        {"category": None},
        {"category": [coded({"system": CATEGORY, "code": "alert"})]},
        {"priority": None},
        {"priority": "stat"},
        {"recipient": None},
        {"recipient": [{"reference": "Organization/vb-organization"}]},
        {"sender": None},
        {"sender": {"reference": "Organization/vb-organization"}},
        {"subject": None},
        {"topic": None},
        {"payload": None},
        {"payload": [{"contentString": "The patient waits."}]},
        {"payload": [{"contentAttachment": {"contentType": "application/pdf", "data": "eA=="}}]},
        {"payload": [{"contentAttachment": {"contentType": "text/plain", "data": "no base64"}}]},
        {"payload": [{"contentAttachment": {"contentType": "text/plain"}}]},
    ],
    ids=str,
)
def test_what_a_message_may_not_be(app, changes):
    assert app.create(app.message(**changes)).status_code == 422


def test_a_note_is_taken_and_what_apps_call_it_is_not_kept(app):
    answer = app.create(app.note(identifier=[{"system": "urn:example", "value": "one"}]))

    assert answer.status_code == 201
    assert answer.data == b""
    path = answer.headers["Location"].partition("/fhir/")[2].partition("/_history/")[0]
    assert "identifier" not in app.send("GET", path).json


@pytest.mark.parametrize(
    "changes",
    [
        {"type": coded(LOCAL)},
        {"content": [{"attachment": attachment(contentType="text/html; charset=utf-8")}]},
        {"content": [{"attachment": attachment(contentType="application/pdf")}]},
        {"context": {"period": {"end": "2026-11-22T17:00:00Z"}}},
    ],
    ids=str,
)
def test_what_a_note_may_be(app, changes):
    assert app.create(app.note(**changes)).status_code == 201


ENCOUNTER = {"reference": "Encounter/vb-20261122-04-enc"}
END = {"end": "2026-11-22T17:00:00Z"}


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "superseded"},
        {"docStatus": "preliminary"},
        {"docStatus": None},
        {"type": coded(LOCAL, LOINC)},
        {"type": coded({"system": "http://snomed.info/sct", "code": "1"})},
        {"subject": None},
        {"author": None},
        {"author": [{"reference": "Practitioner/vb-practitioner-chen"}]},
        {"author": [{"reference": "Practitioner/vb-practitioner-osei"}] * 2},
        {"content": [{"attachment": attachment()}] * 2},
        {"content": [{"attachment": attachment(contentType="text/plain")}]},
        {"content": [{"attachment": attachment(contentType="image/png;charset=utf-8")}]},
        {"content": [{"attachment": attachment(creation=None)}]},
        {"content": [{"attachment": attachment(creation="2026-11-22")}]},
        {"context": None},
        {"context": {"encounter": [ENCOUNTER], "period": {"start": "2026-11-22T17:00:00Z"}}},
        {"context": {"encounter": [ENCOUNTER], "period": {"end": "2026-11-22"}}},
        {"context": {"encounter": [ENCOUNTER, ENCOUNTER], "period": END}},
    ],
    ids=str,
)
def test_what_a_note_may_not_be(app, changes):
    assert app.create(app.note(**changes)).status_code == 422


def test_a_repeated_create_makes_another_for_there_is_no_condition(app):
    condition = {"If-None-Exist": "patient=vb-patient-04"}

    assert app.create(app.note(), **condition).status_code == 201
    assert app.create(app.note(), **condition).status_code == 201
