"""Ids that look like Zoom's."""

import base64
import secrets


def meeting_id() -> int:
    """Eleven digits."""
    return 80_000_000_000 + secrets.randbelow(10_000_000_000)


def instance_uuid(awkward: bool = False) -> str:
    """Base64 of sixteen bytes; an awkward one begins with ``/`` and contains ``//``."""
    plain = base64.b64encode(secrets.token_bytes(16)).decode()
    return "/" + plain[1:6] + "//" + plain[8:] if awkward else plain


def participant_uuid() -> str:
    """The id of one connection, twenty-two characters."""
    return secrets.token_urlsafe(16)[:22]


def registrant_id() -> str:
    """The id of one registrant of one meeting."""
    return secrets.token_urlsafe(16)[:22]


def user_id() -> str:
    """The id of a user, twenty-two characters."""
    return secrets.token_urlsafe(16)[:22]


def passcode() -> str:
    """Six characters, as Zoom generates them."""
    return secrets.token_hex(3)


def digits(count: int) -> str:
    """Random digits."""
    return "".join(secrets.choice("0123456789") for _ in range(count))
