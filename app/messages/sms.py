"""Text messages through a gateway that takes JSON: `{"to", "text", "reference"}`, answered with `{"id"}`."""

import requests

from app.messages.errors import MessageRefused, MessageUnsent
from app.ports import Message

TIMEOUT = (3.05, 10.0)
BUSY = {408, 425, 429}


class SmsGateway:
    """Posts each message to one address. The reference tells a second try from a second wish."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self._url = url
        self._session = session

    def send(self, message: Message) -> str | None:
        """Hand over; the gateway's id, if it gives one. Raises MessageRefused or MessageUnsent."""
        body = {"to": message.to, "text": message.text, "reference": message.reference}
        try:
            answer = self._session.post(self._url, json=body, timeout=TIMEOUT)
        except requests.RequestException as failed:
            raise MessageUnsent from failed
        if answer.status_code >= 500 or answer.status_code in BUSY:
            raise MessageUnsent
        if not answer.ok:
            raise MessageRefused
        return _id_in(answer)


def _id_in(answer: requests.Response) -> str | None:
    try:
        told = answer.json()
    except ValueError:
        return None
    return str(told["id"]) if isinstance(told, dict) and "id" in told else None
