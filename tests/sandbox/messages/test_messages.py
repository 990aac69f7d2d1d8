"""The message sink takes e-mail and text messages, shows them, and fails on demand."""

import smtplib

import pytest
import requests

from sandbox.clock import SettableClock
from sandbox.messages.mailbox import Mailbox, address_key
from tests.patience import PATIENCE

LINK = "http://localhost:8000/v/k3J9"


def test_an_email_is_kept_with_its_subject_and_links(sink):
    sink.mail("Sam.Whitlock@mail.example", f"Open {LINK}. See you.", message_id="<visit-1@clinic>")

    [kept] = sink.messages("sam.whitlock@mail.example")
    assert kept["kind"] == "email"
    assert kept["subject"] == "Your visit"
    assert kept["links"] == [LINK]
    assert kept["reference"] == "visit-1@clinic"


def test_a_text_message_is_found_by_the_digits_of_its_number(sink):
    answer = sink.sms(to="+12125550102", text=f"Your visit: {LINK}", reference="r1")

    [kept] = sink.messages("+1 212-555-0102")
    assert answer.status_code == 202
    assert kept["id"] == answer.json()["id"]
    assert (kept["kind"], kept["reference"], kept["links"]) == ("sms", "r1", [LINK])


def test_letters_of_any_script_arrive_as_sent(sink):
    sink.mail("lin@mail.example", "您的視訊看診", subject="看診")
    sink.sms(to="+12125550105", text="您的視訊看診")

    assert [(one["text"], one["subject"]) for one in sink.messages()] == [
        ("您的視訊看診", ""),
        ("您的視訊看診", "看診"),
    ]


def test_a_message_that_is_sent_twice_is_there_twice(sink):
    for _ in range(2):
        sink.sms(to="+12125550102", text="Hello", reference="r1")

    assert len(sink.messages("+12125550102")) == 2


@pytest.mark.parametrize(
    "order",
    [
        {"text": "Hello"},
        {"to": "not a number", "text": "Hello"},
        {"to": "+12125550102", "text": ""},
        {"to": "+12125550102", "text": "x" * 1601},
        {"to": "+12125550102", "text": "Hello", "reference": 7},
    ],
)
def test_the_gateway_refuses_what_cannot_be_sent(sink, order):
    answer = sink.sms(**order)

    assert answer.status_code == 422
    assert answer.json()["error"]
    assert sink.messages() == []


@pytest.mark.parametrize(("switch", "status"), [("sms_down", 503), ("sms_refused", 422)])
def test_the_gateway_fails_while_its_switch_is_on(sink, switch, status):
    sink.breaks(switch)
    broken = sink.sms(to="+12125550102", text="Hello")
    sink.breaks(switch, on=False)
    mended = sink.sms(to="+12125550102", text="Hello")

    assert (broken.status_code, mended.status_code) == (status, 202)
    assert len(sink.messages()) == 1


@pytest.mark.parametrize(("switch", "code"), [("mail_down", 451), ("mail_refused", 550)])
def test_mail_fails_while_its_switch_is_on(sink, switch, code):
    sink.breaks(switch)

    with pytest.raises(smtplib.SMTPDataError) as refused:
        sink.mail("sam@mail.example", "Hello")

    assert refused.value.smtp_code == code
    assert sink.messages() == []


def test_an_unknown_switch_is_refused_with_the_known_ones(sink):
    answer = sink.breaks("gravity")

    assert answer.status_code == 400
    assert "sms_down" in answer.json()["error"]


def test_the_page_lists_messages_with_links_to_click(sink):
    sink.sms(to="+12125550102", text=f"Come: {LINK}. <b>now</b>")

    page = requests.get(sink.url, timeout=PATIENCE).text

    assert f'<a href="{LINK}"' in page
    assert "&lt;b&gt;now" in page


def test_messages_outlive_a_restart(sink):
    sink.sms(to="+12125550102", text="Hello")
    sink.mailbox.close()

    again = Mailbox(SettableClock(), sink.state_file)

    assert [one.text for one in again.to("+12125550102")] == ["Hello"]


def test_reset_forgets_messages_and_switches(sink):
    sink.sms(to="+12125550102", text="Hello")
    sink.breaks("sms_down")

    requests.post(f"{sink.url}/_reset", timeout=PATIENCE)

    assert sink.messages() == []
    switches = requests.get(f"{sink.url}/_break", timeout=PATIENCE).json().values()
    assert not any(switch["on"] for switch in switches)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sam@Mail.example ", "sam@mail.example"), ("+1 (212) 555-0102", "12125550102")],
)
def test_two_spellings_of_one_address_are_one(one, other):
    assert address_key(one) == address_key(other)
