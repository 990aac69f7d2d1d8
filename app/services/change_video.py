"""A visit goes on at another video service, in a new meeting, under the same links."""

from app.errors.video import VideoUnknown
from app.errors.visit import VisitClosed
from app.models import Meeting, Visit
from app.ports import Rooms, Video
from app.services.close_visit import held
from app.services.meeting_record import video_for
from app.services.refresh_meeting import refresh_meeting
from app.services.ring import Telling, telling
from app.signin.session_view import SessionView
from app.store.facts import end_open_runs, facts_of_meeting
from app.store.meetings import active_meeting, hold_meeting, retire_meeting
from app.visits.call import instances_of
from app.visits.deeds import Deed
from app.visits.states import UNFINISHED, MeetingState, VisitState

# Why a meeting was closed that is still there at its vendor.
MOVED = "moved"


def change_video(rooms: Rooms, session: SessionView, visit_id: str, vendor: str) -> bool:
    """Move the visit; False if it is there already. The next Start or Join makes the meeting there.

    No vendor is called. Whoever is in the old call is counted as having left it.
    Raises VisitUnknown, VisitClosed or VideoUnknown.
    """
    video = video_named(rooms, vendor)
    with telling(rooms) as told:
        if not move_to(rooms, told, visit_id, video):
            return False
        told.note(session, Deed.MOVE_VIDEO, visit_id, to=vendor)
    return True


def video_named(rooms: Rooms, vendor: str) -> Video:
    """The service of this name. Raises VideoUnknown."""
    video = next((one for one in rooms.videos if one.vendor == vendor), None)
    if video is None:
        raise VideoUnknown
    return video


def move_to(rooms: Rooms, told: Telling, visit_id: str, video: Video) -> bool:
    """As `change_video`, in the transaction at hand."""
    before = held_meeting(told, visit_id)
    visit = held(told, visit_id)
    if VisitState(visit.state) not in UNFINISHED:
        raise VisitClosed
    if video_for(rooms, visit).vendor == video.vendor:
        return False
    _move(rooms, told, visit, video)
    told.tx.flush()
    if before is not None and before.vendor != video.vendor:
        leave_meeting(told, before)
    return True


def other_video(rooms: Rooms, visit: Visit) -> Video | None:
    """Where the visit could go: the next of the services that are set up."""
    here = video_for(rooms, visit)
    return next((video for video in rooms.videos if video.vendor != here.vendor), None)


def held_meeting(told: Telling, visit_id: str) -> Meeting | None:
    """Ahead of the visit, as everybody holds them."""
    before = active_meeting(told.tx, visit_id)
    return hold_meeting(told.tx, before.id) if before is not None else None


def _move(rooms: Rooms, told: Telling, visit: Visit, video: Video) -> None:
    visit.video = None if video.vendor == rooms.video.vendor else video.vendor
    visit.video_since = told.now
    for person in visit.people:
        # They were on the way to a call that is not theirs any more.
        person.join_clicked_at = None
    told.tell(visit.id, "meeting")


def leave_meeting(told: Telling, meeting: Meeting) -> None:
    """It serves the visit no more, and whoever is in it counts as having left."""
    runs = instances_of(facts_of_meeting(told.tx, meeting.id))
    end_open_runs(told.tx, meeting, [run.uuid for run in runs if run.ended_at is None], told.now)
    retire_meeting(told.tx, meeting, MeetingState.CLOSED, told.now, MOVED)
    refresh_meeting(told, meeting)
