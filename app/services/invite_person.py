"""Staff invite somebody to a visit, take their link back, and give them another."""

from collections.abc import Iterable
from dataclasses import replace

from app.errors.people import InvitationTooLate, NotInvited, PeopleFull
from app.errors.visit import VisitClosed, VisitUnknown
from app.models import GuestPass, Participant, Visit
from app.ports import Rooms
from app.services.close_visit import held
from app.services.hall import hall_of
from app.services.invitation import Invitation
from app.services.invite import add_person, give_link
from app.services.refresh_presence import refresh_presence
from app.services.ring import Telling, telling
from app.services.send_link import CHANNELS, promise_link
from app.services.take_pass_back import KIND
from app.signin.session_view import SessionView
from app.store.meetings import passes_of
from app.store.outbox import Promise, promise
from app.store.people import person_of
from app.visits.deeds import Deed
from app.visits.guests import MOST_PEOPLE
from app.visits.states import UNFINISHED, PassState, VisitState


def invite_person(rooms: Rooms, session: SessionView, visit_id: str, wanted: Invitation) -> str:
    """The new participant's id, with a link of their own, sent wherever an address was given.

    The same form again is the same person. Raises VisitUnknown, VisitClosed, InvitationTooLate or PeopleFull.
    """
    with telling(rooms) as told:
        visit = held(told, visit_id)
        again = next((one for one in visit.people if one.invitation == wanted.key), None)
        if again is not None:
            return again.id
        _refuse_what_is_over(visit)
        if len(visit.people) >= MOST_PEOPLE:
            raise PeopleFull
        person = add_person(rooms, visit, wanted.role, position=len(visit.people))
        person.invitation, person.name, person.language = wanted.key, wanted.name, wanted.language
        person.email, person.phone = wanted.email, wanted.phone
        _let_in(rooms, told, visit, person)
        told.note(session, Deed.INVITE, visit.id, participant=person.id, role=wanted.role)
        return person.id


def take_link_back(rooms: Rooms, session: SessionView, visit_id: str, participant_id: str) -> None:
    """Their link opens a page that says so, and no call any more. Again: nothing.

    Raises VisitUnknown or NotInvited.
    """
    with telling(rooms) as told:
        # Ahead of the visit, as whoever makes a pass holds them.
        kept = passes_of(told.tx, participant_id)
        visit = held(told, visit_id)
        person = _invited(visit, participant_id)
        if person.revoked_at is not None:
            return
        person.revoked_at, person.join_clicked_at = told.now, None
        person.page_opened_at = person.page_here_since = person.page_seen_at = None
        _take_passes_back(rooms, told, person, kept)
        refresh_presence(told, visit)
        told.tell(visit.id, "state")
        told.note(session, Deed.TAKE_LINK_BACK, visit.id, participant=person.id)


def give_another_link(rooms: Rooms, session: SessionView, visit_id: str, participant_id: str) -> None:
    """In place of the link that was taken back, sent as the first was. Where there is a good one: nothing.

    Raises VisitUnknown, NotInvited, VisitClosed or InvitationTooLate.
    """
    with telling(rooms) as told:
        visit = held(told, visit_id)
        person = _invited(visit, participant_id)
        if person.revoked_at is None:
            return
        _refuse_what_is_over(visit)
        _let_in(rooms, told, visit, person)
        told.note(session, Deed.INVITE, visit.id, participant=person.id, role=person.role)


def _invited(visit: Visit, participant_id: str) -> Participant:
    person = person_of(visit, participant_id)
    if person is None:
        raise VisitUnknown
    if person.invited_at is None:
        raise NotInvited
    return person


def _let_in(rooms: Rooms, told: Telling, visit: Visit, person: Participant) -> None:
    person.invited_at = told.now
    give_link(rooms, person)
    if hall_of(visit, person).is_over(told.now):
        raise InvitationTooLate
    told.tx.flush()
    for channel in CHANNELS:
        promise_link(rooms, told, visit, person, channel, rooms.random.token())
    told.tell(visit.id, "state")


def _take_passes_back(rooms: Rooms, told: Telling, person: Participant, passes: Iterable[GuestPass]) -> None:
    """What the video service gave them lets nobody in any more, as soon as it has heard so."""
    for kept in passes:
        kept.state = PassState.TAKEN_BACK
        if kept.guest_id is not None:
            row = rooms.random.token()
            owed = Promise(row, f"{KIND}:{row}", person.visit_id, KIND, kept.meeting_id, kept.guest_id)
            promise(told.tx, replace(owed, lane=person.id), told.now)


def _refuse_what_is_over(visit: Visit) -> None:
    if VisitState(visit.state) not in UNFINISHED:
        raise VisitClosed
