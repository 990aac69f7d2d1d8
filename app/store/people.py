"""Participants: by their link, by their role, and those whose presence time alone will change."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session, defer

from app.crypto import digest
from app.models import Participant, Visit
from app.store.visits import goes_on
from app.visits.presence import PageTrace
from app.visits.states import GONE, WAITS, Presence, Role

NOT_HERE = GONE | {Presence.INVITED}
# Made once: every request of a patient's page runs it.
_BY_LINK = select(Participant.id, Participant.visit_id).where(
    Participant.token_hash == bindparam("token_hash")
)
_BY_LINKS = select(Participant.token_hash, Participant.id, Participant.visit_id).where(
    Participant.token_hash.in_(bindparam("token_hashes", expanding=True))
)


def find_by_link(tx: Session, token: str) -> tuple[str, str] | None:
    """The ids of the participant and the visit that a link's token opens, taken back or not."""
    found = tx.execute(_BY_LINK, {"token_hash": digest(token)}).one_or_none()
    return (found.id, found.visit_id) if found else None


def find_by_links(tx: Session, tokens: Collection[str]) -> Mapping[str, tuple[str, str]]:
    """As `find_by_link`, of many links: by token, and those that open nothing are left out."""
    token_of = {digest(token): token for token in tokens}
    found = tx.execute(_BY_LINKS, {"token_hashes": sorted(token_of)})
    return {token_of[str(token_hash)]: (person_id, visit_id) for token_hash, person_id, visit_id in found}


def person_of(visit: Visit, participant_id: str | None) -> Participant | None:
    """The participant of this id, among the visit's people."""
    return next((person for person in visit.people if person.id == participant_id), None)


def person_in_role(visit: Visit, role: Role) -> Participant | None:
    """The first participant in this role, among the visit's people."""
    return next((person for person in visit.people if person.role == role), None)


def on_the_patients_side() -> ColumnElement[bool]:
    """The patient, and whoever the portal says acts for them."""
    return or_(Participant.role == Role.PATIENT, Participant.proxy_hash.is_not(None))


def patients_side(visit: Visit) -> tuple[Participant, ...]:
    """The same, among the visit's people: whoever is here first, else the patient first."""
    side = [one for one in visit.people if one.role == Role.PATIENT or one.proxy_hash is not None]
    return tuple(sorted(side, key=lambda one: one.presence in NOT_HERE))


def waiting_patients(tx: Session) -> tuple[tuple[str, str, Participant], ...]:
    """Patients who wait for an unfinished visit, with its EHR and its state."""
    sealed = (Participant.name, Participant.email, Participant.phone, Participant.token)
    wanted = (
        select(Visit.site, Visit.state, Participant)
        .join(Visit, Visit.id == Participant.visit_id)
        .where(*goes_on())
        .where(on_the_patients_side(), Participant.presence.in_(WAITS))
        .options(*map(defer, sealed))
    )
    return tuple((site, state, person) for site, state, person in tx.execute(wanted))


def visits_due_for_a_look(tx: Session, now: datetime, limit: int) -> tuple[str, ...]:
    """Visits with somebody whose presence changes by time alone, and the time has come. Longest due first."""
    due = (
        select(Participant.visit_id, Participant.look_again_at)
        .where(Participant.look_again_at <= now)
        .order_by(Participant.look_again_at)
        .limit(limit)
    )
    return tuple(dict.fromkeys(tx.scalars(due)))


def trace_of(person: Participant) -> PageTrace:
    """What our page saw of them."""
    return PageTrace(
        opened_at=person.page_opened_at,
        here_since=person.page_here_since,
        seen_at=person.page_seen_at,
        scripted=person.page_scripted,
        join_clicked_at=person.join_clicked_at,
    )


def note_page(person: Participant, trace: PageTrace) -> None:
    """Keep what our page saw of them."""
    person.page_opened_at, person.page_here_since = trace.opened_at, trace.here_since
    person.page_seen_at, person.page_scripted = trace.seen_at, trace.scripted
