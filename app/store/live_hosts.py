"""Whose calls are under way."""

from collections.abc import Collection

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.models import Meeting, Visit, VisitMeeting
from app.visits.states import UNFINISHED, MeetingState


def live_rooms_of(tx: Session, vendor: str, host_keys: Collection[str], but_of: str) -> tuple[str, ...]:
    """The vendor's ids of this host's calls that are under way, for visits that nobody has finished."""
    small = {key.lower() for key in host_keys}
    hosted = or_(
        func.lower(Meeting.host_key).in_(small),
        func.lower(Meeting.host_email).in_(small),
        Meeting.host_id.in_(host_keys),
    )
    wanted = (
        select(Meeting.room_id)
        .join(VisitMeeting, VisitMeeting.meeting_id == Meeting.id)
        .join(Visit, Visit.id == VisitMeeting.visit_id)
        .where(Meeting.vendor == vendor, Meeting.state == MeetingState.LIVE, VisitMeeting.active, hosted)
        .where(Visit.id != but_of, Visit.state.in_(UNFINISHED), Meeting.room_id.is_not(None))
        .distinct()
    )
    return tuple(str(room_id) for room_id in tx.scalars(wanted))
