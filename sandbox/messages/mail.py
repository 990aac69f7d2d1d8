"""The SMTP side: takes every e-mail that is sent, whatever its address."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.messages.mailbox import Mailbox
from sandbox.messages.switches import Switches
from sandbox.serving import LOOPBACK

REFERENCE_HEADERS = ("X-Reference", "Message-ID")
LARGEST = 1024 * 1024


class MailSink:
    """What aiosmtpd calls for each e-mail."""

    def __init__(self, mailbox: Mailbox, switches: Switches) -> None:
        self._mailbox = mailbox
        self._switches = switches

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep one message per recipient."""
        if self._switches.on("mail_down"):
            return "451 4.3.0 Try again later"
        if self._switches.on("mail_refused"):
            return "550 5.1.1 No such mailbox"
        mail = parsed(envelope.content)
        for recipient in envelope.rcpt_tos:
            self._mailbox.take(
                "email",
                recipient,
                plain_text(mail),
                subject=str(mail.get("Subject", "")),
                sender=envelope.mail_from or "",
                reference=reference_of(mail),
            )
        return "250 2.0.0 Kept"


def mail_server(mailbox: Mailbox, switches: Switches, port: int) -> Controller:
    """An SMTP server on loopback, not yet started."""
    sink = MailSink(mailbox, switches)
    return Controller(sink, hostname=LOOPBACK, port=port, data_size_limit=LARGEST, enable_SMTPUTF8=True)


def parsed(content: bytes | str | None) -> EmailMessage:
    """The e-mail as the standard library reads it."""
    raw = content.encode() if isinstance(content, str) else content or b""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)  # noqa: S101  # what policy.default makes, untyped in the stubs
    return mail


def plain_text(mail: EmailMessage) -> str:
    """The plain text of an e-mail; its HTML where it has no other."""
    body = mail.get_body(("plain", "html"))
    return "" if body is None else str(body.get_content()).strip()


def reference_of(mail: EmailMessage) -> str:
    """What the sender calls this e-mail, the same at every try."""
    return next((str(mail[name]).strip("<> ") for name in REFERENCE_HEADERS if mail[name]), "")
