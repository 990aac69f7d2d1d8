"""The meeting that serves a visit, as staff see it."""

import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.store.meetings import active_meeting, meetings_of
from app.visits.states import MeetingState


@dataclass(frozen=True)
class DriftShown:
    """A setting that the vendor did not take as asked."""

    setting: str
    asked: str
    got: str


@dataclass(frozen=True)
class MeetingShown:
    """The active meeting, else the last one that failed."""

    state: MeetingState
    reference: str
    host_email: str | None
    drift: tuple[DriftShown, ...]
    error_code: str | None


def meeting_shown(tx: Session, visit_id: str) -> MeetingShown | None:
    """None where nobody has started the visit yet."""
    meeting = active_meeting(tx, visit_id)
    if meeting is None:
        failed = [one for one in meetings_of(tx, visit_id) if one.state == MeetingState.FAILED]
        meeting = failed[-1] if failed else None
    if meeting is None:
        return None
    drift = tuple(DriftShown(**one) for one in json.loads(meeting.drift or "[]"))
    return MeetingShown(
        MeetingState(meeting.state), meeting.reference, meeting.host_email, drift, meeting.error_code
    )
