"""The patient's chair: appointments, and the messages that the clinic sent."""

from urllib.parse import parse_qs, urlsplit

import pytest
import responses

MESSAGES = "http://127.0.0.1:8003/messages"
DESMOND, COLETTE = "vb-patient-09", "RelatedPerson/vb-related-09"
LINK = "http://localhost:8000/v/8sXk3JvQ2yq1Wm5dRb7N0w"
TOBIAS = "vb-patient-04"


def test_the_portal_offers_every_patient(screen, ehr):
    page = screen.get("/portal").text

    assert page.count('data-patient="') == len(ehr.patients())


def test_messages_are_asked_for_by_phone_and_by_email(screen, neighbours):
    neighbours.answers(MESSAGES, [])

    screen.get(f"/portal/{TOBIAS}")

    asked = [parse_qs(urlsplit(call.request.url).query)["to"][0] for call in neighbours.wire.calls]
    assert asked == ["+1 212-555-0104", "tobias.marchetti@mail.example"]


def test_a_messages_link_can_be_opened_and_its_text_is_only_text(screen, neighbours):
    neighbours.answers(MESSAGES, [_message(f"Come in: {LINK}. <b>Now</b>")])

    page = screen.get(f"/portal/{TOBIAS}").text

    assert f'<a href="{LINK}" target="_blank" rel="noreferrer" data-link>' in page
    assert "&lt;b&gt;Now" in page


def test_a_silent_message_service_is_told_and_the_appointments_stay(screen, neighbours):
    neighbours.wire.get(MESSAGES, body=responses.ConnectionError())

    page = screen.get(f"/portal/{TOBIAS}")

    assert page.status_code == 200
    assert "does not answer" in page.text
    assert "No message yet" not in page.text
    assert "Asthma review" in page.text


def test_a_patient_whom_the_clinic_cannot_reach_is_told_why_nothing_came(screen, ehr):
    patient = next(raw for raw in ehr.patients() if raw["id"] == TOBIAS)
    ehr.chart.put({name: value for name, value in patient.items() if name != "telecom"})

    page = screen.get(f"/portal/{TOBIAS}").text

    assert "neither a phone number nor an e-mail address" in page


def test_who_helps_a_patient_signs_in_as_themselves(screen, neighbours):
    neighbours.answers(MESSAGES, [])

    door = screen.get("/portal").text
    page = screen.get(f"/portal/{DESMOND}", query_string={"user": COLETTE})

    assert f'data-helper="{COLETTE}"' in door
    assert "Hello, Colette Vance" in page.text
    assert "belongs to Desmond O&#39;Hara-Vance" in page.text


def test_nobody_helps_a_patient_who_is_not_theirs(screen, neighbours):
    neighbours.answers(MESSAGES, [])

    assert screen.get(f"/portal/{TOBIAS}", query_string={"user": COLETTE}).status_code == 404


@pytest.mark.parametrize("user", [f"Patient/{DESMOND}", COLETTE])
def test_a_visit_is_opened_by_a_launch_of_whoever_is_signed_in(screen, ehr, user):
    [line, *_] = ehr.patient_chart(DESMOND).lines

    answer = screen.get("/portal/open", query_string={"user": user, "appointment": line.appointment_id})

    assert answer.status_code == 303
    asked = parse_qs(urlsplit(answer.location).query)
    context = ehr.authority.grants.launches[asked["launch"][0]].context
    assert (context.user, context.patient) == (user, DESMOND)
    assert context.appointment == line.appointment_id


def test_the_portal_opens_nothing_for_staff(screen, due):
    asked = {"user": f"Practitioner/{due.practitioner_id}", "appointment": due.appointment_id}

    assert screen.get("/portal/open", query_string=asked).status_code == 404


def _message(text: str) -> dict:
    return {"at": "2026-11-22T15:00:00Z", "kind": "sms", "to": "+1", "subject": "", "text": text}
