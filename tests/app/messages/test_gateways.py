"""Messages on their way out: what is handed over, and how refusals are sorted."""

import json
import smtplib
from email.message import EmailMessage

import pytest
import requests
import responses

from app.messages.errors import MessageRefused, MessageUnsent
from app.messages.sms import SmsGateway
from app.messages.smtp import SmtpGateway
from app.ports import Message

MESSAGE = Message("rosa@mail.example", "Your video visit", "Open this link:\nhttp://x/v/abc", "ref-1")
SMS = Message("+12125550123", "", "Video visit: http://x/v/abc", "ref-2")
URL = "https://sms.example/send"


class Server:
    """An SMTP server in the place of smtplib's."""

    sent: list[EmailMessage]
    steps: list[str]
    faults: list[Exception]

    def __init__(self, host, port, timeout, context=None):
        Server.sent, Server.steps = [], [f"{host}:{port}"]

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return None

    def ehlo_or_helo_if_needed(self):
        Server.steps.append("ehlo")

    def has_extn(self, name):
        return "secure" in Server.steps[0]

    def starttls(self, context):
        Server.steps.append("starttls")

    def login(self, user, password):
        Server.steps.append(f"login {user} {password}")

    def send_message(self, mail):
        if fault := Server.faults.pop(0) if Server.faults else None:
            raise fault
        Server.sent.append(mail)


@pytest.fixture
def smtp(monkeypatch):
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(smtplib, "SMTP_SSL", Server)
    Server.faults = []
    return Server


def test_an_e_mail_carries_its_reference_as_message_id(smtp):
    receipt = SmtpGateway("smtp://mail.example:2525", "visits@clinic.example").send(MESSAGE)

    (mail,) = smtp.sent
    assert (mail["To"], mail["From"]) == ("rosa@mail.example", "visits@clinic.example")
    assert receipt == mail["Message-ID"] == "<ref-1@clinic.example>"
    assert mail.get_content() == MESSAGE.text + "\n"
    assert smtp.steps[0] == "mail.example:2525"


def test_tls_and_a_login_are_used_where_they_are_offered_and_given(smtp):
    SmtpGateway("smtp://us%40er:pa%3Ass@secure.example", "v@clinic.example").send(MESSAGE)

    assert smtp.steps == ["secure.example:25", "ehlo", "starttls", "login us@er pa:ss"]


def test_smtps_speaks_tls_from_the_start(smtp):
    SmtpGateway("smtps://mail.example", "v@clinic.example").send(MESSAGE)

    assert smtp.steps == ["mail.example:465"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}), MessageRefused),
        (smtplib.SMTPRecipientsRefused({"x": (450, b"later")}), MessageUnsent),
        (smtplib.SMTPDataError(451, b"try again"), MessageUnsent),
        (smtplib.SMTPSenderRefused(553, b"not you", "v"), MessageRefused),
        (smtplib.SMTPServerDisconnected(), MessageUnsent),
        (TimeoutError(), MessageUnsent),
    ],
)
def test_answers_of_the_mail_server_are_sorted(smtp, fault, error):
    smtp.faults = [fault]

    with pytest.raises(error) as raised:
        SmtpGateway("smtp://mail.example", "v@clinic.example").send(MESSAGE)

    assert raised.value.retryable == (error is MessageUnsent)
    assert str(raised.value) == ""


@pytest.mark.parametrize("address", ["a@b\nBcc: all@clinic.example", "@", "no address"])
def test_an_address_that_is_none_is_refused_or_left_to_the_server_and_never_a_header(smtp, address):
    message = Message(address, "s", "t", "r")

    try:
        SmtpGateway("smtp://mail.example", "v@clinic.example").send(message)
    except MessageRefused:
        return

    assert smtp.sent[0]["Bcc"] is None


@responses.activate
def test_a_text_message_is_posted_with_its_reference():
    responses.post(URL, json={"id": "gw-9"}, status=202)

    receipt = SmsGateway(URL, requests.Session()).send(SMS)

    assert receipt == "gw-9"
    assert json.loads(responses.calls[0].request.body) == {
        "to": "+12125550123",
        "text": SMS.text,
        "reference": "ref-2",
    }


@responses.activate
@pytest.mark.parametrize(
    ("status", "error"),
    [(422, MessageRefused), (401, MessageRefused), (429, MessageUnsent), (503, MessageUnsent)],
)
def test_answers_of_the_sms_gateway_are_sorted(status, error):
    responses.post(URL, status=status)

    with pytest.raises(error):
        SmsGateway(URL, requests.Session()).send(SMS)


@responses.activate
def test_a_gateway_that_cannot_be_reached_is_asked_later():
    responses.post(URL, body=requests.ConnectionError())

    with pytest.raises(MessageUnsent):
        SmsGateway(URL, requests.Session()).send(SMS)


@responses.activate
@pytest.mark.parametrize("body", ["", "thanks", "[]"])
def test_an_answer_without_an_id_is_an_answer(body):
    responses.post(URL, body=body, status=202)

    assert SmsGateway(URL, requests.Session()).send(SMS) is None
