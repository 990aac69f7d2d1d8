"""The patient's chair: appointments, and the messages that the clinic sent."""

from urllib.parse import parse_qs, urlsplit

import responses

MESSAGES = "http://127.0.0.1:8003/messages"
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


def _message(text: str) -> dict:
    return {"at": "2026-11-22T15:00:00Z", "kind": "sms", "to": "+1", "subject": "", "text": text}
