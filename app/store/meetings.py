"""Meetings, whose visits they serve, their runs, and each person's pass."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, defer

from app.models import GuestPass, Meeting, MeetingInstance, VisitMeeting
from app.ports import Drift
from app.visits.call import Instance
from app.visits.states import MeetingState, PassState

# Made once: every event or click runs them.
_VISITS_OF = (
    select(VisitMeeting.visit_id)
    .where(VisitMeeting.meeting_id == bindparam("meeting_id"))
    .order_by(VisitMeeting.visit_id)
)
_HOLD_IN_ROOM = (
    select(Meeting)
    .where(Meeting.vendor == bindparam("vendor"), Meeting.room_id == bindparam("room_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_KEPT_LINK = (
    select(GuestPass.link)
    .join(VisitMeeting, VisitMeeting.meeting_id == GuestPass.meeting_id)
    .where(VisitMeeting.visit_id == bindparam("visit_id"), VisitMeeting.active)
    .where(GuestPass.participant_id == bindparam("participant_id"), GuestPass.state == PassState.READY)
)
_PASSES_TO = (
    select(GuestPass).where(GuestPass.meeting_id == bindparam("meeting_id")).options(defer(GuestPass.link))
)


def active_meeting(tx: Session, visit_id: str) -> Meeting | None:
    """The one meeting that serves the visit now."""
    return tx.scalar(
        select(Meeting)
        .join(VisitMeeting, VisitMeeting.meeting_id == Meeting.id)
        .where(VisitMeeting.visit_id == visit_id, VisitMeeting.active)
        .execution_options(populate_existing=True)
    )


def meetings_of(tx: Session, visit_id: str) -> tuple[Meeting, ...]:
    """All meetings that serve or served the visit, oldest first."""
    served = select(VisitMeeting.meeting_id).where(VisitMeeting.visit_id == visit_id)
    return tuple(tx.scalars(select(Meeting).where(Meeting.id.in_(served)).order_by(Meeting.created_at)))


def visits_of(tx: Session, meeting_id: str) -> tuple[str, ...]:
    """The visits that the meeting serves or served, in an order that all transactions share."""
    return tuple(tx.scalars(_VISITS_OF, {"meeting_id": meeting_id}))


def hold_meeting(tx: Session, meeting_id: str) -> Meeting | None:
    """The meeting as it is now, kept from others. Hold a meeting before a visit, never after."""
    wanted = select(Meeting).where(Meeting.id == meeting_id).with_for_update()
    return tx.scalar(wanted.execution_options(populate_existing=True))


def hold_meeting_in_room(tx: Session, vendor: str, room_id: str) -> Meeting | None:
    """As `hold_meeting`, by the vendor's id of the meeting."""
    return tx.scalar(_HOLD_IN_ROOM, {"vendor": vendor, "room_id": room_id})


def reserve_meeting(tx: Session, visit_id: str, meeting: Meeting) -> None:
    """Write down a meeting that is about to be made as the visit's only active one."""
    tx.add(meeting)
    tx.flush()
    tx.add(VisitMeeting(visit_id=visit_id, meeting_id=meeting.id, active=True))
    tx.flush()


def retire_meeting(
    tx: Session, meeting: Meeting, state: MeetingState, at: datetime, error_code: str | None = None
) -> None:
    """The meeting serves no visit any more: it failed, or is closed. Its facts stay."""
    meeting.state = state
    meeting.error_code = error_code
    meeting.closed_at = at
    tx.execute(update(VisitMeeting).where(VisitMeeting.meeting_id == meeting.id).values(active=False))


def drift_as_text(drift: Iterable[Drift]) -> str | None:
    """Drift as it is kept: JSON, or None where the vendor took everything as asked."""
    told = [{"setting": one.setting, "asked": one.asked, "got": one.got} for one in drift]
    return json.dumps(told) if told else None


def note_instances(tx: Session, meeting_id: str, runs: Iterable[Instance]) -> None:
    """Write down the meeting's runs as they are known now."""
    known = {
        row.uuid: row
        for row in tx.scalars(select(MeetingInstance).where(MeetingInstance.meeting_id == meeting_id))
    }
    for run in runs:
        row = known.get(run.uuid)
        if row is None:
            tx.add(
                MeetingInstance(
                    meeting_id=meeting_id, uuid=run.uuid, started_at=run.started_at, ended_at=run.ended_at
                )
            )
        else:
            row.started_at, row.ended_at = run.started_at, run.ended_at


def find_pass(tx: Session, participant_id: str, meeting_id: str) -> GuestPass | None:
    """The participant's pass to the meeting."""
    return tx.scalar(
        select(GuestPass)
        .where(GuestPass.participant_id == participant_id, GuestPass.meeting_id == meeting_id)
        .execution_options(populate_existing=True)
    )


def link_to_active_meeting(tx: Session, visit_id: str, participant_id: str) -> str | None:
    """The participant's kept link to the meeting that serves the visit now, opened."""
    return tx.scalar(_KEPT_LINK, {"visit_id": visit_id, "participant_id": participant_id})


def passes_to(tx: Session, meeting_id: str) -> tuple[GuestPass, ...]:
    """Everybody's pass to the meeting. The links stay sealed."""
    return tuple(tx.scalars(_PASSES_TO, {"meeting_id": meeting_id}))
