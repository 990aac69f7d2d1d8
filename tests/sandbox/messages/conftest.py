"""A message sink on free ports, and a hand to send with."""

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests

from sandbox.clock import SettableClock
from sandbox.messages.app import create_app
from sandbox.messages.mail import mail_server
from sandbox.messages.mailbox import Mailbox
from sandbox.messages.switches import Switches
from sandbox.serving import served
from tests import ports
from tests.patience import PATIENCE


@dataclass
class Sink:
    """A running sink."""

    url: str
    smtp_port: int
    mailbox: Mailbox
    state_file: Path

    def mail(self, to: str, text: str, subject: str = "Your visit", message_id: str = "<abc@clinic>") -> None:
        """Send an e-mail by SMTP."""
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["To"] = subject, "visits@clinic.example", to
        mail["Message-ID"] = message_id
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=PATIENCE) as line:
            line.send_message(mail)

    def sms(self, **order: object) -> requests.Response:
        """Hand a text message to the gateway."""
        return requests.post(f"{self.url}/sms", json=order, timeout=PATIENCE)

    def messages(self, to: str = "") -> list[dict]:
        """What came for an address."""
        return requests.get(f"{self.url}/messages", params={"to": to} if to else {}, timeout=PATIENCE).json()

    def breaks(self, name: str, on: bool = True) -> requests.Response:
        """Turn a switch."""
        return requests.post(f"{self.url}/_break", json={"name": name, "on": on}, timeout=PATIENCE)


@pytest.fixture
def sink(tmp_path: Path, free_port: int) -> Iterator[Sink]:
    clock, switches, state_file = SettableClock(), Switches(), tmp_path / "messages.json"
    mailbox = Mailbox(clock, state_file)
    smtp = mail_server(mailbox, switches, free_port)
    smtp.start()
    with served(create_app(mailbox, switches, clock)) as url:
        yield Sink(url, free_port, mailbox, state_file)
    smtp.stop()
    mailbox.close()


@pytest.fixture
def free_port() -> int:
    return ports.free_port()
