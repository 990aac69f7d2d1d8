"""Somebody decides who hosts for a practitioner, or who covers for them."""

from app.errors.requests import PractitionerUnknown
from app.errors.video import CoverRefused, HostInactive, HostUnlicensed
from app.ports import HostAccount, Rooms
from app.services.plan_hosts import plan_anew
from app.services.ring import telling
from app.signin.session_view import SessionView
from app.store.directory import hold_practitioner, note_user
from app.visits.deeds import Deed


def choose_by_hand(rooms: Rooms, session: SessionView, site: str, practitioner_id: str, key: str) -> None:
    """This user hosts for them from now on; an empty key: whoever else names one counts again.

    Raises PractitionerUnknown, HostInactive, HostUnlicensed, or the vendor's error.
    """
    account = rooms.video.host(key.strip()) if key.strip() else None
    if account is not None:
        _check(account)
    with telling(rooms) as told:
        row = hold_practitioner(told.tx, site, practitioner_id)
        if row is None:
            raise PractitionerUnknown
        if account is not None:
            note_user(told.tx, rooms.video.vendor, account, told.now)
        before, row.chosen_key = row.chosen_key, account.host_id if account else None
        told.tx.flush()
        keys = (before, row.chosen_key, account.email if account else None, *row.emails.split())
        plan_anew(rooms, told, [one for one in keys if one])
        told.note(session, Deed.NAME_HOST, None, site=site, what="chosen" if account else "undone")


def choose_cover(rooms: Rooms, session: SessionView, site: str, practitioner_id: str, key: str) -> None:
    """This user is an alternative host of their meetings from now on; an empty key: nobody.

    Raises PractitionerUnknown, CoverRefused, or the vendor's error.
    """
    account = _cover(rooms, key.strip()) if key.strip() else None
    with telling(rooms) as told:
        row = hold_practitioner(told.tx, site, practitioner_id)
        if row is None:
            raise PractitionerUnknown
        if account is not None:
            note_user(told.tx, rooms.video.vendor, account, told.now)
        row.cover_key = account.host_id if account else None
        told.tx.flush()
        plan_anew(rooms, told, [one for one in (row.chosen_key, *row.emails.split()) if one])
        told.note(session, Deed.NAME_HOST, None, site=site, what="cover" if account else "no cover")


def _check(account: HostAccount) -> None:
    if not account.active:
        raise HostInactive
    if not account.licensed:
        raise HostUnlicensed


def _cover(rooms: Rooms, key: str) -> HostAccount:
    try:
        account = rooms.video.host(key)
        _check(account)
    except Exception as fault:
        if isinstance(fault, HostInactive | HostUnlicensed) or getattr(fault, "user_unknown", False):
            raise CoverRefused from fault
        raise
    return account
