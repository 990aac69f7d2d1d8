"""Whether a visit may be recorded: asked of the patient, or told to staff, and kept for good."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.errors.links import LinkUnknown
from app.errors.recording import RecordingNotAsked
from app.models import Participant, RecordingConsent, Visit
from app.ports import Rooms
from app.services.close_visit import held
from app.services.hall import policy_of
from app.services.keep_recording import handle_again
from app.services.ring import telling
from app.signin.session_view import SessionView
from app.store.meetings import visits_of
from app.store.people import find_by_link, patients_side, person_of
from app.store.recording_consents import add_answer, consent_of
from app.store.recordings import hold_recordings
from app.store.visits import hold_visit, peek_visit
from app.visits.deeds import Deed
from app.visits.recording import OFF, Answer, Consent, Kind, is_agreed, kind_to_ask_for
from app.visits.states import UNFINISHED, VisitState


@dataclass(frozen=True)
class Question:
    """What a page says of a recording. `asks`: this person may answer. `answer`: the last one, or None."""

    asks: bool
    answer: Answer | None


def question_for(rooms: Rooms, tx: Session, visit: Visit, person: Participant) -> Question | None:
    """The question for the person before their page; None where nothing is to be recorded, or all is over."""
    rule = policy_of(rooms, visit).recording_rule
    if rule.kind == OFF or VisitState(visit.state) not in UNFINISHED:
        return None
    consent = consent_of(tx, visit.id) if rule.asks else None
    return Question(rule.asks and _is_theirs(visit, person), consent.answer if consent else None)


def answer_by_link(rooms: Rooms, token: str, answer: str) -> None:
    """The person of the link says yes or no. Raises LinkUnknown or RecordingNotAsked."""
    with telling(rooms) as told:
        participant_id, visit_id = find_by_link(told.tx, token) or (None, "")
        visit = hold_visit(told.tx, visit_id)
        person = person_of(visit, participant_id) if visit else None
        if visit is None or person is None:
            raise LinkUnknown
        question = question_for(rooms, told.tx, visit, person)
        if question is None or not question.asks:
            raise RecordingNotAsked
        given = RecordingConsent(
            visit_id=visit.id, answer=_answer(answer), participant_id=person.id, at=told.now
        )
        if add_answer(told.tx, given):
            told.tell(visit.id, "state")


def note_spoken_answer(rooms: Rooms, session: SessionView, visit_id: str, answer: str) -> None:
    """Staff write down what the patient told them. A recording that waited for it is handled anew.

    Raises VisitUnknown or RecordingNotAsked.
    """
    with telling(rooms) as told:
        recordings = hold_recordings(told.tx, visit_id)
        visit = held(told, visit_id)
        if not policy_of(rooms, visit).recording_rule.asks:
            raise RecordingNotAsked
        said = _answer(answer)
        given = RecordingConsent(visit_id=visit.id, answer=said, staff_id=session.staff_id, at=told.now)
        if add_answer(told.tx, given):
            told.note(session, Deed.SPOKEN_CONSENT, visit.id, answer=said)
            told.tell(visit.id, "state")
            handle_again(rooms, told, recordings)


def wanted_kind(rooms: Rooms, tx: Session, visit: Visit) -> Kind:
    """What the video vendor is asked to record by itself, for a meeting that is about to be made."""
    rule = policy_of(rooms, visit).recording_rule
    return kind_to_ask_for(rule, consent_of(tx, visit.id) if rule.asks else None)


def must_be_off(rooms: Rooms, tx: Session, visits: Sequence[Visit]) -> bool:
    """Whether anybody of a call has not agreed to its recording."""
    rules = ((visit, policy_of(rooms, visit).recording_rule) for visit in visits)
    return any(not is_agreed(rule, consent_of(tx, visit.id)) for visit, rule in rules)


def visits_in_call(tx: Session, meeting_id: str) -> tuple[Visit, ...]:
    """The visits that a meeting serves or served."""
    found = (peek_visit(tx, visit_id) for visit_id in visits_of(tx, meeting_id))
    return tuple(visit for visit in found if visit is not None)


def consent_shown(rooms: Rooms, tx: Session, visit: Visit) -> Consent | None:
    """The answer that counts; None where nobody is asked, or nobody has answered."""
    return consent_of(tx, visit.id) if policy_of(rooms, visit).recording_rule.asks else None


def _is_theirs(visit: Visit, person: Participant) -> bool:
    return any(one.id == person.id for one in patients_side(visit))


def _answer(told: str) -> Answer:
    if told not in tuple(Answer):
        raise RecordingNotAsked
    return Answer(told)
