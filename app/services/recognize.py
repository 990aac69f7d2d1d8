"""Whose a connection to a call is."""

from collections.abc import Iterable
from typing import Protocol

from app.models import Meeting
from app.store.facts import HOST
from app.store.meetings import KnownGuest


class Identified(Protocol):
    """What the vendor told of somebody."""

    @property
    def guest_id(self) -> str | None: ...
    @property
    def user_id(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...


def who_is(
    meeting: Meeting, guests: Iterable[KnownGuest], told: Identified, host_id: str | None = None
) -> str | None:
    """A guest by their pass, the host (or their cover) by the account, as facts name them; None: nobody.

    `host_id`: whose meeting it is, where the vendor has just said so.
    """
    email = (told.email or "").casefold()
    if told.guest_id or email:
        for guest in guests:
            if (told.guest_id and guest.guest_id == told.guest_id) or guest.address.casefold() == email:
                return guest.participant_id
    if told.user_id and told.user_id in (meeting.host_id, meeting.cover_id, host_id):
        return HOST
    is_host = email and meeting.host_email and email == meeting.host_email.casefold()
    return HOST if is_host else None
