"""Steps of ``POST /_sim`` beside coming and going: what else people and Zoom do around a call."""

from collections.abc import Callable, Mapping

from sandbox.zoom import side_events as events
from sandbox.zoom.calls import ActRefused, present
from sandbox.zoom.events import deleted, updated
from sandbox.zoom.state import Attendance, Meeting
from sandbox.zoom.world import World

Json = dict[str, object]
Find = Callable[[Json], tuple[Meeting, str]]
ROLES = ("host", "co-host", "attendee")
RECORDING = ("started", "paused", "resumed", "stopped")


class SideSteps:
    """`who` finds the meeting and the key of a person of it, `which` a meeting. The world's lock is held."""

    def __init__(self, world: World, who: Find, which: Callable[[Json], Meeting]) -> None:
        self._world, self._who, self._which = world, who, which
        self._roles: dict[str, str] = {}
        self.acts: Mapping[str, Callable[[Json], Json]] = {
            "alert": self._alert,
            "change_role": self._change_role,
            "bind_phone": self._bind_phone,
            "test_devices": self._test_devices,
            "to_breakout_room": lambda step: self._breakout(step, joined=True),
            "from_breakout_room": lambda step: self._breakout(step, joined=False),
            "record": self._record,
            "edit_meeting": self._edit,
            "delete_meeting": self._delete,
        }

    def _alert(self, step: Json) -> Json:
        meeting, issues = self._live(step), step.get("issues", [events.ISSUES[0]])
        if not isinstance(issues, list) or not set(issues) <= set(events.ISSUES):
            raise ActRefused("issues must be a list of Zoom's.")
        self._emit("meeting.alert", events.alert(self._world.style(), meeting, meeting.instance, issues))
        return _told(meeting, "alerted")

    def _change_role(self, step: Json) -> Json:
        meeting, person = self._person(step)
        role = str(step.get("role"))
        if role not in ROLES:
            raise ActRefused(f"role must be one of {', '.join(ROLES)}.")
        before = self._roles.get(person.participant_uuid, "host" if person.is_host else "attendee")
        self._roles[person.participant_uuid] = role
        about = (meeting, meeting.instance, person, (before, role), self._world.now())
        self._emit("meeting.participant_role_changed", events.role_changed(self._world.style(), *about))
        return _told(meeting, "role_changed")

    def _bind_phone(self, step: Json) -> Json:
        """Somebody dials in, and types the id that makes the phone theirs."""
        meeting, person = self._person(step)
        phone = self._world.calls.phone_enters(meeting)
        about = (meeting, meeting.instance, phone, person, self._world.now())
        self._emit("meeting.participant_bind", events.bound(self._world.style(), *about))
        return _told(meeting, "bound")

    def _test_devices(self, step: Json) -> Json:
        meeting, person = self._person(step)
        asked = step.get("results", {})
        results = asked if isinstance(asked, dict) else {}
        self._emit("meeting.device_tested", events.tested(self._world.style(), meeting, person, results))
        return _told(meeting, "tested")

    def _breakout(self, step: Json, *, joined: bool) -> Json:
        meeting, person = self._person(step)
        if person.place != "in_call":
            raise ActRefused("Only somebody who is in the call can be moved to a breakout room.")
        about = (meeting, meeting.instance, person, self._world.now())
        name = (
            "meeting.participant_joined_breakout_room" if joined else "meeting.participant_left_breakout_room"
        )
        self._emit(name, events.breakout(self._world.style(), *about, joined=joined))
        return _told(meeting, "moved")

    def _record(self, step: Json) -> Json:
        """The host presses Record, Pause, Resume or Stop."""
        meeting, what, now = self._live(step), str(step.get("what", "started")), self._world.now()
        if what not in RECORDING:
            raise ActRefused(f"what must be one of {', '.join(RECORDING)}.")
        if what == "started":
            self._world.cloud.begin(meeting)
            return _told(meeting, "recording_started")
        if what == "stopped":
            self._world.cloud.end(meeting)
        ended = None if what == "resumed" else now
        told = events.recording(self._world.style(), meeting, meeting.instance, now, ended)
        self._emit(f"recording.{what}", told)
        return _told(meeting, f"recording_{what}")

    def _edit(self, step: Json) -> Json:
        """Somebody changes settings in Zoom's own pages."""
        meeting, settings = self._which(step), step.get("settings")
        if not isinstance(settings, dict) or not settings:
            raise ActRefused("settings must be an object of settings.")
        before = {name: meeting.settings.get(name) for name in settings}
        meeting.settings.update(settings)
        after: Json = {"settings": settings}
        told = updated(self._world.style(), meeting, {"settings": before}, after, self._world.now())
        self._emit("meeting.updated", told)
        return _told(meeting, "edited")

    def _delete(self, step: Json) -> Json:
        """Somebody deletes the meeting in Zoom's own pages."""
        meeting = self._which(step)
        if meeting.instance.live:
            raise ActRefused("A meeting that is under way cannot be deleted.")
        meeting.deleted = True
        self._emit("meeting.deleted", deleted(self._world.style(), meeting))
        return _told(meeting, "deleted")

    def _live(self, step: Json) -> Meeting:
        meeting = self._which(step)
        if not meeting.instance.live:
            raise ActRefused("The meeting is not under way.")
        return meeting

    def _person(self, step: Json) -> tuple[Meeting, Attendance]:
        meeting, key = self._who(step)
        return meeting, present(meeting, key)

    def _emit(self, event: str, payload: Json) -> None:
        self._world.webhooks.emit(event, payload)


def _told(meeting: Meeting, happened: str) -> Json:
    return {"happened": happened, "meeting": str(meeting.id), "uuid": meeting.instance.uuid}
