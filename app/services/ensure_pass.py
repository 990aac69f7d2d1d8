"""A person's own way into a meeting: made once, kept encrypted, and found again when its answer was lost."""

from dataclasses import dataclass

from app.crypto import digest
from app.errors.links import LinkUnknown
from app.models import GuestPass
from app.ports import Guest, Rooms, SecretLink, Video
from app.ports import GuestPass as IssuedPass
from app.services.ensure_meeting import ReadyMeeting, is_unsure
from app.services.hall import policy_of
from app.services.refresh_meeting import refresh_meeting
from app.services.ring import telling
from app.services.shown_name import shown_name
from app.store.facts import name_guest
from app.store.meetings import find_pass, hold_meeting, is_good
from app.store.people import person_of
from app.store.visits import find_visit
from app.visits.states import PassState

ADDRESS_LENGTH = 24


@dataclass(frozen=True, repr=False)
class KeptLink:
    """A link that was kept encrypted and is used again. It has no repr."""

    _text: str

    def reveal(self) -> str:
        """The link itself."""
        return self._text


@dataclass(frozen=True)
class _Reserved:
    """A pass in `creating`, and whom it is for. `is_new`: nobody has asked the vendor for it yet."""

    id: str
    guest: Guest
    is_new: bool


def ensure_pass(rooms: Rooms, meeting: ReadyMeeting, visit_id: str, participant_id: str) -> SecretLink:
    """The person's link to the meeting: one call of the vendor, and none once it is kept.

    Raises LinkUnknown if the person is gone, StillAtIt, or the vendor's error.
    """
    with rooms.db.alone.doing(f"pass:{participant_id}:{meeting.id}"):
        reserved = _reserve(rooms, meeting, visit_id, participant_id)
        if isinstance(reserved, KeptLink):
            return reserved
        video = rooms.video_of(meeting.vendor)
        issued = None if reserved.is_new else video.find_guest(meeting.room_id, reserved.guest.address)
        issued = issued or _asked(video, meeting, reserved)
        _record(rooms, meeting, participant_id, reserved, issued)
        return issued.link


def _asked(video: Video, meeting: ReadyMeeting, reserved: _Reserved) -> IssuedPass:
    try:
        return video.link_for(meeting.room_id, reserved.guest)
    except Exception as fault:
        found = video.find_guest(meeting.room_id, reserved.guest.address) if is_unsure(fault) else None
        if found is None:
            raise
        return found


def _reserve(rooms: Rooms, meeting: ReadyMeeting, visit_id: str, participant_id: str) -> _Reserved | KeptLink:
    with rooms.db.write() as tx:
        visit = find_visit(tx, visit_id)
        person = person_of(visit, participant_id) if visit else None
        if visit is None or person is None:
            raise LinkUnknown
        there = find_pass(tx, participant_id, meeting.id)
        if there is not None and there.link is not None and is_good(there, rooms.clock.now()):
            return KeptLink(there.link)
        if there is not None and there.state == PassState.TAKEN_BACK:
            # Whoever holds the one before is not to be let in again under this address.
            there.address, there.guest_id, there.link = _opaque_address(rooms), None, None
            there.state = PassState.CREATING
        address = there.address if there else _opaque_address(rooms)
        guest = Guest(address, shown_name(policy_of(rooms, visit), visit, person), person.language)
        if there is not None:
            return _Reserved(there.id, guest, is_new=False)
        made = GuestPass(
            id=rooms.random.token(),
            participant_id=participant_id,
            meeting_id=meeting.id,
            address=address,
            state=PassState.CREATING,
            created_at=rooms.clock.now(),
        )
        tx.add(made)
        return _Reserved(made.id, guest, is_new=True)


def _record(
    rooms: Rooms, meeting: ReadyMeeting, participant_id: str, reserved: _Reserved, issued: IssuedPass
) -> None:
    with telling(rooms) as told:
        held = hold_meeting(told.tx, meeting.id)
        row = told.tx.get_one(GuestPass, reserved.id)
        row.guest_id, row.link, row.state = issued.guest_id, issued.link.reveal(), PassState.READY
        row.good_until = issued.good_until
        told.tx.flush()
        # They may be in the call already, if only our record of the pass was lost.
        if name_guest(told.tx, meeting.id, issued.guest_id, participant_id) and held is not None:
            refresh_meeting(told, held)


def _opaque_address(rooms: Rooms) -> str:
    """On our own domain, where nobody reads mail; it says nothing of the person."""
    return f"{digest(rooms.random.token())[:ADDRESS_LENGTH]}@{rooms.settings.registrant_domain}"
