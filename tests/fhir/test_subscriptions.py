"""What we ask of a server that tells of changes is valid R4, and what it tells is read without trust."""

from datetime import UTC, datetime

import pytest

from fhir.errors import ChartAnswerMalformed
from fhir.subscriptions import BACKPORT, Notification, Wish, notification_from, subscription
from fhir.validation import validate_outgoing

WISH = Wish(
    topic="https://ehr.example/topic",
    filter="Appointment?location=Location/1",
    endpoint="https://app.example/webhooks/ehr/x/y",
    header="Authorization: Bearer z",
    end=datetime(2026, 11, 30, tzinfo=UTC),
    heartbeat_seconds=300,
)


def told(*parameters, resource_type="Parameters"):
    first = {"resource": {"resourceType": resource_type, "parameter": list(parameters)}}
    return {"resourceType": "Bundle", "type": "history", "entry": [first]}


def kind(code="event-notification"):
    return {"name": "type", "valueCode": code}


def event(number, focus=None):
    parts = [{"name": "event-number", "valueString": number}]
    if focus:
        parts.append({"name": "focus", "valueReference": {"reference": focus}})
    return {"name": "notification-event", "part": parts}


def test_what_is_asked_is_valid_and_wants_ids_only():
    raw = subscription(WISH)

    validate_outgoing(raw)
    assert raw["criteria"] == WISH.topic
    assert raw["channel"]["_payload"]["extension"] == [
        {"url": f"{BACKPORT}/backport-payload-content", "valueCode": "id-only"}
    ]


@pytest.mark.parametrize(
    ("focus", "found"),
    [
        ("https://ehr.example/fhir/Appointment/7", "7"),
        ("https://behind.a.proxy/other/Appointment/7/_history/3", "7"),
        ("Appointment/7", "7"),
        ("https://ehr.example/fhir/Encounter/7", None),
        ("Appointment/..", None),
        (None, None),
    ],
)
def test_an_event_names_an_appointment_by_its_id_alone(focus, found):
    assert notification_from(told(kind(), event("3", focus)), "Appointment").focus == {3: found}


def test_a_heartbeat_tells_how_many_events_there_were():
    count = {"name": "events-since-subscription-start", "valueString": "12"}
    status = {"name": "status", "valueCode": "active"}

    assert notification_from(told(kind("heartbeat"), status, count), "Appointment") == Notification(
        "heartbeat", "active", 12, {}
    )


@pytest.mark.parametrize("number", ["many", None, {}])
def test_an_event_without_a_number_is_none(number):
    assert notification_from(told(kind(), event(number, "Appointment/7")), "Appointment").focus == {}


@pytest.mark.parametrize(
    "raw", [[], "x", {}, {"resourceType": "Bundle"}, told(kind(), resource_type="Patient"), told()]
)
def test_anything_else_is_no_notification(raw):
    with pytest.raises(ChartAnswerMalformed):
        notification_from(raw, "Appointment")
