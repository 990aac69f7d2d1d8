"""Meetings, whose visits they serve, their runs, and each person's pass."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from app.models import GuestPass, Meeting, MeetingInstance, Participant, Visit, VisitMeeting
from app.models.base import Instant
from app.ports import Drift
from app.visits.call import Instance
from app.visits.states import MeetingState, PassState

# Made once: every event or click runs them.
_VISITS_OF = (
    select(VisitMeeting.visit_id)
    .where(VisitMeeting.meeting_id == bindparam("meeting_id"))
    .order_by(VisitMeeting.visit_id)
)
_SERVED = (
    select(VisitMeeting.meeting_id, VisitMeeting.visit_id)
    .where(VisitMeeting.meeting_id.in_(bindparam("meeting_ids", expanding=True)))
    .order_by(VisitMeeting.visit_id)
)
_SERVING = select(VisitMeeting.visit_id, VisitMeeting.meeting_id).where(
    VisitMeeting.visit_id.in_(bindparam("visit_ids", expanding=True))
)
_HOLD_IN_ROOMS = (
    select(Meeting)
    .where(Meeting.vendor == bindparam("vendor"))
    .where(Meeting.room_id.in_(bindparam("room_ids", expanding=True)))
    .order_by(Meeting.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_KEPT_LINKS = (
    select(GuestPass.participant_id, GuestPass.link)
    .join(Participant, Participant.id == GuestPass.participant_id)
    .join(VisitMeeting, VisitMeeting.meeting_id == GuestPass.meeting_id)
    .where(VisitMeeting.visit_id == Participant.visit_id, VisitMeeting.active)
    .where(GuestPass.participant_id.in_(bindparam("people", expanding=True)))
    .where(GuestPass.state == PassState.READY)
    .where(or_(GuestPass.good_until.is_(None), GuestPass.good_until > bindparam("now", type_=Instant)))
)
_GUESTS_OF = select(
    GuestPass.meeting_id, GuestPass.participant_id, GuestPass.guest_id, GuestPass.address
).where(GuestPass.meeting_id.in_(bindparam("meeting_ids", expanding=True)))
_RUNS = cast(Table, MeetingInstance.__table__)
_RUN_TIMES: dict[str, Any] = {"started_at": bindparam("began"), "ended_at": bindparam("ended")}
_ADD_RUN = insert(_RUNS).values(meeting_id=bindparam("of"), uuid=bindparam("run"), **_RUN_TIMES)
_CHANGE_RUN = (
    update(_RUNS)
    .where(_RUNS.c.meeting_id == bindparam("of"), _RUNS.c.uuid == bindparam("run"))
    .values(**_RUN_TIMES)
)


@dataclass(frozen=True)
class KnownGuest:
    """Whose pass it is: as the vendor names its guest, and by the address that we gave it."""

    meeting_id: str
    participant_id: str
    guest_id: str | None
    address: str


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


def vendors_serving(tx: Session, visit_ids: Collection[str]) -> Mapping[str, str]:
    """At which service the meeting is that serves each of the visits now."""
    wanted = select(VisitMeeting.visit_id, Meeting.vendor).join(
        Meeting, Meeting.id == VisitMeeting.meeting_id
    )
    return dict(tx.execute(wanted.where(VisitMeeting.visit_id.in_(visit_ids), VisitMeeting.active)).all())


def moved_visits(tx: Session, visit_ids: Collection[str]) -> Mapping[str, str]:
    """Those of the visits that were moved to another service than the usual one, and to which."""
    wanted = select(Visit.id, Visit.video).where(Visit.id.in_(visit_ids), Visit.video.is_not(None))
    return {visit_id: str(video) for visit_id, video in tx.execute(wanted)}


def visits_of(tx: Session, meeting_id: str) -> tuple[str, ...]:
    """The visits that the meeting serves or served, in an order that all transactions share."""
    return tuple(tx.scalars(_VISITS_OF, {"meeting_id": meeting_id}))


def hold_meeting(tx: Session, meeting_id: str) -> Meeting | None:
    """The meeting as it is now, kept from others. Hold a meeting before a visit, never after."""
    wanted = select(Meeting).where(Meeting.id == meeting_id).with_for_update()
    return tx.scalar(wanted.execution_options(populate_existing=True))


def hold_meetings_in_rooms(tx: Session, vendor: str, room_ids: Collection[str]) -> Mapping[str, Meeting]:
    """As `hold_meeting`, by the vendor's ids of the meetings, in an order that all transactions share."""
    found = tx.scalars(_HOLD_IN_ROOMS, {"vendor": vendor, "room_ids": sorted(room_ids)})
    return {str(meeting.room_id): meeting for meeting in found}


def visits_served(tx: Session, meeting_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
    """As `visits_of`, of many meetings at once."""
    return _grouped(tx.execute(_SERVED, {"meeting_ids": sorted(meeting_ids)}))


def meetings_serving(tx: Session, visit_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
    """The meetings that serve or served each of the visits."""
    return _grouped(tx.execute(_SERVING, {"visit_ids": sorted(visit_ids)}))


def _grouped(pairs: Iterable[Any]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one, other in pairs:
        found[one].append(other)
    return found


def reserve_meeting(tx: Session, visit_id: str, meeting: Meeting) -> None:
    """Write down a meeting that is about to be made as the visit's only active one."""
    tx.add(meeting)
    tx.flush()
    tx.add(VisitMeeting(visit_id=visit_id, meeting_id=meeting.id, active=True))
    tx.flush()


def renew_meeting(tx: Session, visit_id: str, meeting: Meeting) -> None:
    """A meeting that failed is about to serve the visit after all, as its only active one."""
    meeting.state, meeting.error_code, meeting.closed_at = MeetingState.CREATING, None, None
    tx.merge(VisitMeeting(visit_id=visit_id, meeting_id=meeting.id, active=True))
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


def note_instances(tx: Session, runs: Mapping[str, Collection[Instance]]) -> None:
    """Write down the runs of these meetings as they are known now."""
    known = select(_RUNS.c.meeting_id, _RUNS.c.uuid).where(_RUNS.c.meeting_id.in_(sorted(runs)))
    there = {tuple(row) for row in tx.execute(known)}
    rows = [
        {"of": meeting_id, "run": run.uuid, "began": run.started_at, "ended": run.ended_at}
        for meeting_id, told in runs.items()
        for run in told
    ]
    for statement, is_known in ((_CHANGE_RUN, True), (_ADD_RUN, False)):
        wanted = [row for row in rows if ((row["of"], row["run"]) in there) is is_known]
        if wanted:
            tx.connection().execute(statement, wanted)


def find_pass(tx: Session, participant_id: str, meeting_id: str) -> GuestPass | None:
    """The participant's pass to the meeting."""
    return tx.scalar(
        select(GuestPass)
        .where(GuestPass.participant_id == participant_id, GuestPass.meeting_id == meeting_id)
        .execution_options(populate_existing=True)
    )


def passes_of(tx: Session, participant_id: str) -> tuple[GuestPass, ...]:
    """All of the participant's passes that are good, kept from others until the transaction ends."""
    wanted = select(GuestPass).where(GuestPass.participant_id == participant_id)
    good = wanted.where(GuestPass.state != PassState.TAKEN_BACK).with_for_update()
    return tuple(tx.scalars(good.execution_options(populate_existing=True)))


def is_good(kept: GuestPass, now: datetime) -> bool:
    """Whether its link may be given out again."""
    return kept.state == PassState.READY and (kept.good_until is None or kept.good_until > now)


def links_to_active_meetings(
    tx: Session, participant_ids: Collection[str], now: datetime
) -> Mapping[str, str]:
    """Each participant's kept link to the meeting that serves their visit now, opened, while it is good."""
    found = tx.execute(_KEPT_LINKS, {"people": sorted(participant_ids), "now": now})
    return {participant_id: link for participant_id, link in found if link is not None}


def guests_of(tx: Session, meeting_ids: Collection[str]) -> tuple[KnownGuest, ...]:
    """Everybody who has a pass to one of the meetings."""
    return tuple(KnownGuest(*row) for row in tx.execute(_GUESTS_OF, {"meeting_ids": sorted(meeting_ids)}))
