"""What staff typed of somebody whom they invite, checked."""

from collections.abc import Collection
from dataclasses import dataclass, field

from app.catalogues import SPOKEN
from app.errors.base import ProductError
from app.errors.people import EmailWrong, InvitationIncomplete, PhoneWrong
from app.messages.addresses import as_address
from app.messages.errors import MessageRefused
from app.messages.phones import as_e164
from app.visits.guests import INVITED, LONGEST_NAME
from app.visits.states import Role

LONGEST_KEY = 64


@dataclass(frozen=True)
class Typed:
    """The fields of the form as they came. `key` is the form's own: sent twice, it invites once."""

    key: str
    role: str = ""
    name: str = field(default="", repr=False)
    language: str = ""
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True)
class Invitation:
    """Whom to invite. Without an address somebody gives them the link."""

    key: str
    role: Role
    name: str = field(repr=False)
    language: str
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)


@dataclass(frozen=True)
class Fault:
    """What is wrong, and with which field."""

    field: str
    error: ProductError


def read_invitation(typed: Typed, time_zone: str, channels: Collection[str]) -> Invitation | Fault:
    """The invitation, or the first thing that is wrong. An address for a channel that is off is ignored."""
    name = " ".join(typed.name.split())
    if typed.role not in INVITED:
        return Fault("role", InvitationIncomplete())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return Fault("name", InvitationIncomplete())
    if typed.language not in SPOKEN or not 0 < len(typed.key) <= LONGEST_KEY:
        return Fault("language", InvitationIncomplete())
    try:
        email = as_address(typed.email) if typed.email.strip() and "email" in channels else None
    except MessageRefused:
        return Fault("email", EmailWrong())
    try:
        phone = as_e164(typed.phone, time_zone) if typed.phone.strip() and "sms" in channels else None
    except MessageRefused:
        return Fault("phone", PhoneWrong())
    language = typed.language.replace("_", "-")
    return Invitation(typed.key, Role(typed.role), name, language, email, phone)
