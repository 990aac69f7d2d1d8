"""What each writer puts into the chart, and what it leaves alone."""

import base64
import importlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from fhir.changes import applied
from fhir.errors import ChartDisagrees
from fhir.identifiers import OwnIdentifier
from fhir.receipts import Receipt, condition, find_query, receipt
from fhir.references import Reference
from fhir.validation import validate_outgoing
from fhir.writers.join_link import JoinLink, VirtualServiceForm, join_link, virtual_service
from fhir.writers.presence import Presence, participation
from fhir.writers.status import VisitStatus, appointment_status, encounter_status
from fhir.writers.visit_note import NoteType, VisitNote, visit_note
from fhir.writers.waiting import Waiting, waiting_message

BASE = "https://ehr.test/fhir"
OURS = OwnIdentifier("urn:visitbridge:write", "K7Q2M9XW")
NOW = datetime(2026, 11, 2, 14, 30, tzinfo=UTC)
OSEI = Reference("Practitioner", "osei")


def waiting(**changes):
    told = {
        "identifier": OURS,
        "patient_id": "1",
        "recipients": (OSEI,),
        "sent": NOW,
        "text": "The patient is waiting for the video visit.",
        "encounter_id": "e1",
        "appointment_id": "a1",
    }
    return Waiting(**(told | changes))


def note(**changes):
    told = {
        "identifier": OURS,
        "patient_id": "1",
        "author": OSEI,
        "written": NOW,
        "start": NOW - timedelta(minutes=20),
        "end": NOW,
        "text": "Together in the call: 18 minutes.\nÜbersetzt: 影片",
        "encounter_id": "e1",
    }
    return VisitNote(**(told | changes))


def test_the_waiting_patient_is_told_as_an_urgent_notification():
    raw = waiting_message(waiting())

    validate_outgoing(raw)
    assert raw == {
        "resourceType": "Communication",
        "identifier": [{"use": "usual", "system": "urn:visitbridge:write", "value": "K7Q2M9XW"}],
        "status": "completed",
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
        "priority": "urgent",
        "subject": {"reference": "Patient/1"},
        "about": [{"reference": "Appointment/a1"}],
        "encounter": {"reference": "Encounter/e1"},
        "sent": "2026-11-02T14:30:00Z",
        "recipient": [{"reference": "Practitioner/osei"}],
        "payload": [{"contentString": "The patient is waiting for the video visit."}],
    }


def test_a_message_leaves_out_what_is_not_known_and_names_its_sender():
    raw = waiting_message(waiting(encounter_id=None, appointment_id=None, sender=OSEI))

    validate_outgoing(raw)
    assert not {"encounter", "about"} & set(raw)
    assert raw["sender"] == {"reference": "Practitioner/osei"}


def test_a_note_is_a_draft_with_its_text_once():
    raw = visit_note(note())

    validate_outgoing(raw)
    assert (raw["status"], raw["docStatus"], raw["date"]) == (
        "current",
        "preliminary",
        "2026-11-02T14:30:00Z",
    )
    assert raw["type"]["coding"] == [
        {"system": "http://loinc.org", "code": "11506-3", "display": "Progress note"}
    ]
    assert raw["category"][0]["coding"][0]["code"] == "clinical-note"
    assert raw["subject"] == {"reference": "Patient/1"}
    assert raw["author"] == [{"reference": "Practitioner/osei"}]
    assert raw["context"] == {
        "encounter": [{"reference": "Encounter/e1"}],
        "period": {"start": "2026-11-02T14:10:00Z", "end": "2026-11-02T14:30:00Z"},
    }
    [content] = raw["content"]
    assert content["attachment"]["contentType"] == "text/plain;charset=utf-8"
    assert base64.b64decode(content["attachment"]["data"]).decode() == note().text
    assert "relatesTo" not in raw


def test_a_final_note_of_a_sites_own_type_corrects_another():
    theirs = NoteType("urn:oid:1.2.3", "2820507", None)
    raw = visit_note(note(is_draft=False, type=theirs, replaces=Reference("DocumentReference", "d1")))

    validate_outgoing(raw)
    assert raw["docStatus"] == "final"
    assert raw["type"] == {"coding": [{"system": "urn:oid:1.2.3", "code": "2820507"}]}
    assert raw["relatesTo"] == [{"code": "replaces", "target": {"reference": "DocumentReference/d1"}}]


def test_a_note_without_encounter_or_author_has_neither():
    raw = visit_note(note(encounter_id=None, author=None))

    validate_outgoing(raw)
    assert "author" not in raw
    assert "encounter" not in raw["context"]


def test_a_note_about_a_visit_that_ended_before_it_began_is_none():
    with pytest.raises(ValueError, match="before it began"):
        note(end=NOW - timedelta(hours=1))


def test_what_is_about_a_patient_has_no_repr():
    facts = [
        waiting(patient_id="p-secret", encounter_id="p-secret", appointment_id="p-secret", text="p-secret"),
        note(patient_id="p-secret", encounter_id="p-secret", text="p-secret"),
        Presence("p-secret", Reference("Patient", "p-secret"), NOW),
        VisitStatus("arrived", NOW, "p-secret", "p-secret"),
        JoinLink("p-secret", "https://visits.test/v/p-secret", "https://visits.test/"),
    ]

    assert "p-secret" not in repr(facts)
    assert "osei" not in repr(facts)


@pytest.mark.parametrize("make", [lambda: waiting_message(waiting(sender=OSEI)), lambda: visit_note(note())])
def test_somebody_elses_reader_reads_it_strictly(make):
    raw = make()
    module = importlib.import_module(f"fhirclient.models.{raw['resourceType'].lower()}")

    read = getattr(module, raw["resourceType"])(json.loads(json.dumps(raw)), strict=True)

    assert read.as_json() == raw
    assert read.identifier[0].value == OURS.value


def appointment(status="booked", **more):
    return {
        "resourceType": "Appointment",
        "id": "a1",
        "status": status,
        "start": "2026-11-02T14:00:00Z",
        "end": "2026-11-02T14:20:00Z",
        "participant": [
            {"actor": {"reference": "Practitioner/osei"}, "status": "accepted"},
            {"actor": {"reference": f"{BASE}/Patient/1"}, "status": "accepted"},
        ],
    } | more


@pytest.mark.parametrize(
    ("stands", "stage", "becomes"),
    [
        ("booked", "arrived", "arrived"),
        ("booked", "in-progress", "arrived"),
        ("booked", "fulfilled", "fulfilled"),
        ("booked", "noshow", "noshow"),
        ("arrived", "arrived", None),
        ("arrived", "in-progress", None),
        ("checked-in", "arrived", None),
        ("fulfilled", "arrived", None),
        ("arrived", "fulfilled", "fulfilled"),
        ("checked-in", "fulfilled", "fulfilled"),
        ("fulfilled", "fulfilled", None),
        ("noshow", "noshow", None),
    ],
)
def test_an_appointment_goes_forward(stands, stage, becomes):
    raw = appointment(stands)

    change = appointment_status(raw, VisitStatus(stage, NOW))

    assert (applied(raw, change)["status"] if change else None) == becomes


@pytest.mark.parametrize(
    ("stands", "stage"),
    [
        ("cancelled", "arrived"),
        ("cancelled", "fulfilled"),
        ("entered-in-error", "noshow"),
        ("noshow", "arrived"),
        ("noshow", "fulfilled"),
        ("arrived", "noshow"),
        ("fulfilled", "noshow"),
        ("proposed", "arrived"),
        ("waitlist", "fulfilled"),
        (None, "arrived"),
    ],
)
def test_where_the_appointment_says_otherwise_its_word_counts(stands, stage):
    with pytest.raises(ChartDisagrees) as caught:
        appointment_status(appointment(stands), VisitStatus(stage, NOW))

    assert caught.value.element == "Appointment.status"
    assert caught.value.outcome_known and not caught.value.retryable


@pytest.mark.parametrize("stands", ["noshow", "fulfilled"])
def test_only_a_person_takes_it_back(stands):
    raw = appointment(stands)

    change = appointment_status(raw, VisitStatus("arrived", NOW, reopened=True))

    assert applied(raw, change)["status"] == "arrived"


def encounter(status="planned", **more):
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": status,
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "VR"},
    } | more


def test_an_encounter_keeps_its_old_status_in_its_history():
    raw = encounter()

    for minutes, stage in enumerate(["arrived", "in-progress", "fulfilled"]):
        at = NOW + timedelta(minutes=minutes)
        raw = applied(raw, encounter_status(raw, VisitStatus(stage, at)))
        validate_outgoing(raw)

    assert raw["status"] == "finished"
    assert raw["statusHistory"] == [
        {"status": "planned", "period": {"end": "2026-11-02T14:30:00Z"}},
        {"status": "arrived", "period": {"start": "2026-11-02T14:30:00Z", "end": "2026-11-02T14:31:00Z"}},
        {"status": "in-progress", "period": {"start": "2026-11-02T14:31:00Z", "end": "2026-11-02T14:32:00Z"}},
    ]
    assert raw["period"] == {"start": "2026-11-02T14:31:00Z", "end": "2026-11-02T14:32:00Z"}


def test_an_encounters_own_times_stay():
    period = {"start": "2026-11-02T09:00:00-05:00", "end": "2026-11-02T09:20:00-05:00"}
    raw = encounter("in-progress", period=period)

    now = applied(raw, encounter_status(raw, VisitStatus("fulfilled", NOW)))

    assert now["period"] == period
    assert now["statusHistory"][0]["period"] == {
        "start": "2026-11-02T09:00:00-05:00",
        "end": "2026-11-02T14:30:00Z",
    }


def test_no_period_ends_before_it_starts():
    raw = encounter("planned", period={"start": "2026-11-02T15:00:00Z"})

    now = applied(raw, encounter_status(raw, VisitStatus("fulfilled", NOW)))

    assert now["statusHistory"] == [{"status": "planned", "period": {"end": "2026-11-02T14:30:00Z"}}]
    assert now["period"] == {"start": "2026-11-02T15:00:00Z"}


@pytest.mark.parametrize(
    ("stands", "stage", "element"),
    [
        (encounter("cancelled"), "arrived", "Encounter.status"),
        (encounter("in-progress"), "noshow", "Encounter.status"),
        (encounter("onleave"), "fulfilled", "Encounter.status"),
        (encounter(None), "arrived", "Encounter.status"),
        (encounter("in-progress", **{"class": {"code": "IMP"}}), "fulfilled", "Encounter.class"),
        (encounter("planned", **{"class": {"code": "urn:oid:1.2"}}), "arrived", "Encounter.class"),
        ({**encounter("planned"), "class": None}, "arrived", "Encounter.class"),
    ],
)
def test_where_the_encounter_says_otherwise_its_word_counts(stands, stage, element):
    with pytest.raises(ChartDisagrees) as caught:
        encounter_status(stands, VisitStatus(stage, NOW))

    assert caught.value.element == element


@pytest.mark.parametrize(
    ("stands", "stage"), [("in-progress", "arrived"), ("finished", "in-progress"), ("finished", "fulfilled")]
)
def test_an_encounter_that_went_further_is_left_alone(stands, stage):
    assert encounter_status(encounter(stands), VisitStatus(stage, NOW)) is None


def test_nobody_came_so_the_encounter_ended_before_it_began():
    raw = encounter()

    assert applied(raw, encounter_status(raw, VisitStatus("noshow", NOW)))["status"] == "cancelled"


def test_a_participants_period_is_set_and_goes_on():
    presence = Presence("a1", Reference("Patient", "1"), NOW)
    raw = appointment()

    here = applied(raw, participation(raw, presence, BASE))
    gone = Presence("a1", Reference("Patient", "1"), NOW, NOW + timedelta(minutes=5))
    left = applied(here, participation(here, gone, BASE))

    validate_outgoing(left)
    assert here["participant"][1]["period"] == {"start": "2026-11-02T14:30:00Z"}
    assert left["participant"][1]["period"] == {
        "start": "2026-11-02T14:30:00Z",
        "end": "2026-11-02T14:35:00Z",
    }
    assert left["participant"][0] == raw["participant"][0]
    assert participation(left, gone, BASE) is None


def test_the_index_counts_what_is_no_participant_too():
    raw = appointment()
    raw["participant"].insert(0, None)

    now = applied(raw, participation(raw, Presence("a1", OSEI, NOW), BASE))

    assert now["participant"][1]["period"] == {"start": "2026-11-02T14:30:00Z"}


def test_who_is_not_in_the_appointment_cannot_take_part():
    with pytest.raises(ChartDisagrees):
        participation(appointment(), Presence("a1", Reference("Patient", "2"), NOW), BASE)


def link(url="https://visits.test/v/abc", **form):
    return JoinLink("a1", url, "https://visits.test/", VirtualServiceForm(**form))


@pytest.mark.parametrize("address", ["valueUrl", "valueString", "valueContactPoint"])
@pytest.mark.parametrize("channel", [{}, {"channel_system": "urn:x", "channel_code": "video"}])
def test_the_extension_has_the_shape_of_its_schema(root, address, channel):
    schema = json.loads((Path(root) / "fhir/writers/join_link.schema.json").read_text())
    raw = appointment()

    now = applied(raw, join_link(raw, link(address=address, **channel)))

    validate_outgoing(now)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(now["extension"][0], schema)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw["extension"].pop(0),
        lambda raw: raw["extension"].pop(),
        lambda raw: raw["extension"].append(raw["extension"][-1]),
        lambda raw: raw.update(url="http://hl7.org/fhir/other"),
        lambda raw: raw["extension"].append({"url": "sessionKey", "valueString": "hush"}),
        lambda raw: raw["extension"][-1].update(valueUrl="zoommtg://host"),
    ],
)
def test_the_schema_refuses_another_shape(root, spoil):
    schema = json.loads((Path(root) / "fhir/writers/join_link.schema.json").read_text())
    raw = virtual_service(link())
    spoil(raw)

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(raw, schema)


@pytest.mark.parametrize("address", ["valueUrl", "valueString", "valueContactPoint"])
def test_our_older_link_is_replaced_and_anothers_stays(address):
    theirs = virtual_service(JoinLink("a1", "https://other.test/j/1", "https://other.test/"))
    raw = appointment(extension=[{"url": "urn:x", "valueString": "kept"}, theirs])

    first = applied(raw, join_link(raw, link(address=address)))
    second = applied(first, join_link(first, link("https://visits.test/v/new")))

    assert first["extension"] == [*raw["extension"], virtual_service(link(address=address))]
    assert second["extension"] == [*raw["extension"], virtual_service(link("https://visits.test/v/new"))]
    assert join_link(second, link("https://visits.test/v/new")) is None


def test_a_query_finds_our_identifier_and_nothing_else_would_be_one():
    assert (
        find_query("Communication", OURS) == "Communication?identifier=urn%3Avisitbridge%3Awrite%7CK7Q2M9XW"
    )
    assert condition(OURS) == "identifier=urn%3Avisitbridge%3Awrite%7CK7Q2M9XW"


@pytest.mark.parametrize("value", ["", "a,b", "a|b", "a$b", "a b", "ä"])
def test_an_identifier_that_would_have_to_be_escaped_is_refused(value):
    with pytest.raises(ValueError, match="plain"):
        OwnIdentifier("urn:visitbridge:write", value)


def found(*resources):
    return {"resourceType": "Bundle", "entry": [{"resource": raw} for raw in resources]}


def message(message_id, day="01", **changes):
    meta = {"lastUpdated": f"2026-11-{day}T00:00:00Z", "versionId": "1"}
    return waiting_message(waiting(**changes)) | {"id": message_id, "meta": meta}


def test_a_receipt_names_the_oldest_and_counts_the_copies(chart, wire):
    stranger = message("s1", identifier=OwnIdentifier("urn:visitbridge:write", "OTHER"))
    wire.get(f"{BASE}/Communication", json=found(stranger, message("m2", "03"), message("m1", "02")))

    assert receipt(chart, "Communication", OURS) == Receipt("Communication/m1", "1", copies=2)
    assert wire.calls[0].request.params == {"identifier": "urn:visitbridge:write|K7Q2M9XW"}


def test_a_server_that_passes_over_the_parameter_proves_nothing(chart, wire):
    stranger = message("s1", identifier=OwnIdentifier("urn:visitbridge:write", "OTHER"))
    wire.get(f"{BASE}/Communication", json=found(stranger))

    assert receipt(chart, "Communication", OURS) is None
