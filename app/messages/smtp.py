"""E-mail by SMTP. https://www.rfc-editor.org/rfc/rfc5321"""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from app.messages.errors import MessageRefused, MessageUnsent
from app.ports import Message

TIMEOUT_SECONDS = 10


class SmtpGateway:
    """Sends over `smtp://` (STARTTLS where the server offers it) or `smtps://`, each message on its own."""

    def __init__(self, url: str, sender: str) -> None:
        self._server = urlsplit(url)
        self._sender = sender

    def send(self, message: Message) -> str | None:
        """Hand over. The Message-ID is the same at every try. Raises MessageRefused or MessageUnsent."""
        mail = self._mail(message)
        try:
            with self._connection() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise _sorted(min(codes, default=500)) from refused
        except smtplib.SMTPResponseException as answered:
            raise _sorted(answered.smtp_code) from answered
        except (smtplib.SMTPException, OSError) as failed:
            raise MessageUnsent from failed
        except ValueError as malformed:
            raise MessageRefused from malformed
        return str(mail["Message-ID"])

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["Subject"] = message.subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message.reference}@{self._sender.rpartition('@')[2] or 'localhost'}>"
        mail["Auto-Submitted"] = "auto-generated"
        try:
            mail["To"] = message.to
        except (ValueError, IndexError) as malformed:
            raise MessageRefused from malformed
        mail.set_content(message.text)
        return mail

    def _connection(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "localhost", self._server.port
        if self._server.scheme == "smtps":
            tls = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=tls)
        else:
            server = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
        if self._server.username:
            server.login(unquote(self._server.username), unquote(self._server.password or ""))
        return server


def _sorted(code: int) -> MessageRefused | MessageUnsent:
    """5yz is for good, 4yz for now."""
    return MessageRefused() if code >= 500 else MessageUnsent()
