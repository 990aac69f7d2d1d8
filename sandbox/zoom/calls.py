"""What happens in a call: who starts, comes, waits, is admitted, leaves, and which events tell of it."""

from collections.abc import Callable
from datetime import datetime

from sandbox.clock import Clock
from sandbox.zoom import events
from sandbox.zoom.cloud_recorder import CloudRecorder
from sandbox.zoom.events import HOST_ENDED, HOST_STARTED_ANOTHER, LEFT, Style
from sandbox.zoom.ids import instance_uuid, participant_uuid
from sandbox.zoom.people import User
from sandbox.zoom.state import Attendance, Instance, Meeting, Registrant, State, Stay
from sandbox.zoom.switches import Switches
from sandbox.zoom.webhooks import Webhooks

HOST_KEY = "host"
CONNECTION_STEP = 1024


class ActRefused(Exception):
    """Something that nobody could do in Zoom now; the text says why."""


class Calls:
    """Moves people in and out of meetings. Callers hold the world's lock."""

    def __init__(
        self,
        clock: Clock,
        state: State,
        webhooks: Webhooks,
        switches: Switches,
        style: Callable[[], Style],
        recorder: CloudRecorder,
    ) -> None:
        self._clock = clock
        self._state = state
        self._webhooks = webhooks
        self._switches = switches
        self._style = style
        self._recorder = recorder

    def fresh_instance(self) -> Instance:
        """A run that has not begun."""
        return Instance(instance_uuid(awkward=self._switches.details("awkward_uuids") is not None))

    def host_enters(self, meeting: Meeting, user: User) -> Attendance:
        """Start the meeting, or come back into it. Another meeting of this host ends.

        https://developers.zoom.us/docs/api/meetings/events/#tag/meeting/postmeeting.started
        """
        present = _present(meeting, HOST_KEY)
        if present is not None:
            return present
        if not meeting.instance.live:
            self._end_others(meeting)
            meeting.instance.started = self._clock.now()
            self._webhooks.emit("meeting.started", events.started(self._style(), meeting, meeting.instance))
            if meeting.settings.get("auto_recording") == "cloud":
                self._recorder.begin(meeting)
        host = self._connect(
            meeting, HOST_KEY, user.display_name, user.email, zoom_user_id=user.id, is_host=True
        )
        self._join(meeting, host)
        for early in meeting.instance.present("outside"):
            self._join(meeting, early)
        return host

    def registrant_enters(self, meeting: Meeting, registrant: Registrant) -> Attendance:
        """A registered person opens their own link."""
        if registrant.status != "approved":
            raise ActRefused("This registration has not been approved.")
        key = f"registrant:{registrant.id}"
        return _present(meeting, key) or self._arrive(
            meeting,
            self._connect(meeting, key, registrant.name, registrant.email, registrant_id=registrant.id),
        )

    def guest_enters(self, meeting: Meeting, name: str) -> Attendance:
        """Somebody opens the plain link of a meeting without registration."""
        if meeting.registers:
            raise ActRefused("This meeting wants registration first.")
        key = f"guest:{name}"
        return _present(meeting, key) or self._arrive(meeting, self._connect(meeting, key, name, email=""))

    def admit(self, meeting: Meeting, person: Attendance) -> None:
        """The host lets somebody in from the waiting room."""
        if person.place != "waiting":
            raise ActRefused("This person is not in the waiting room.")
        if not meeting.instance.live:
            raise ActRefused("The meeting has not started: there is no host to admit anybody.")
        self._tell_moved(meeting, person, "meeting.participant_admitted")
        self._join(meeting, person)

    def put_back(self, meeting: Meeting, person: Attendance) -> None:
        """The host sends somebody from the call to the waiting room."""
        if person.place != "in_call" or person.is_host:
            raise ActRefused("Only a guest who is in the call can be put back.")
        if not meeting.has_waiting_room:
            raise ActRefused("This meeting has no waiting room.")
        self._wait(person)
        self._tell_moved(meeting, person, "meeting.participant_put_in_waiting_room")

    def phone_enters(self, meeting: Meeting) -> Attendance:
        """Somebody calls in. A phone has no link, so nobody knows whose it is."""
        if not meeting.instance.live:
            raise ActRefused("The meeting is not under way.")
        phone = self._connect(meeting, f"phone:{self._state.last_connection}", "12125550100", "")
        self._join(meeting, phone)
        return phone

    def leave(self, meeting: Meeting, person: Attendance, reason: str = LEFT) -> None:
        """Somebody goes. A call that nobody is left in ends."""
        self._go(meeting, person, reason)
        if meeting.instance.live and not meeting.instance.present("in_call"):
            self._finish(meeting, HOST_ENDED)

    def end(self, meeting: Meeting, reason: str = HOST_ENDED) -> None:
        """End for all."""
        if not meeting.instance.live:
            raise ActRefused("The meeting is not under way.")
        self._finish(meeting, reason)

    def _end_others(self, meeting: Meeting) -> None:
        """A host has one call, or as many as the switch says. One too many ends the oldest, or is refused."""
        told = self._switches.details("concurrent_meetings") or {}
        most = told.get("meetings", 1)
        mine = [
            other
            for other in self._state.meetings.values()
            if other.id != meeting.id and other.host_id == meeting.host_id and other.instance.live
        ]
        too_many = sorted(mine, key=_began)[: len(mine) + 1 - (most if isinstance(most, int) else 1)]
        if too_many and told.get("refuse"):
            raise ActRefused("You have another meeting in progress: end it first.")
        for other in too_many:
            self._finish(other, HOST_STARTED_ANOTHER)

    def _finish(self, meeting: Meeting, reason: str) -> None:
        instance = meeting.instance
        for person in instance.present("in_call", "waiting", "outside"):
            self._go(meeting, person, reason)
        instance.ended = self._clock.now()
        self._recorder.end(meeting)
        self._webhooks.emit("meeting.ended", events.ended(self._style(), meeting, instance, instance.ended))
        self._recorder.complete(meeting)
        meeting.past.append(instance)
        meeting.instance = self.fresh_instance()

    def _arrive(self, meeting: Meeting, person: Attendance) -> Attendance:
        if meeting.has_waiting_room:
            self._wait(person)
            self._tell_moved(meeting, person, "meeting.participant_joined_waiting_room")
        elif meeting.instance.live:
            self._join(meeting, person)
        return person

    def _join(self, meeting: Meeting, person: Attendance) -> None:
        now = self._clock.now()
        _end_stay(person, now)
        person.place = "in_call"
        person.stays.append(Stay("in_meeting", now))
        told = events.joined(self._style(), meeting, meeting.instance, person, now)
        self._webhooks.emit("meeting.participant_joined", told)

    def _wait(self, person: Attendance) -> None:
        now = self._clock.now()
        _end_stay(person, now)
        person.place = "waiting"
        person.stays.append(Stay("in_waiting_room", now))

    def _go(self, meeting: Meeting, person: Attendance, reason: str) -> None:
        now = self._clock.now()
        place, person.place = person.place, "gone"
        _end_stay(person, now)
        if place == "waiting":
            self._tell_moved(meeting, person, "meeting.participant_left_waiting_room")
        elif place == "in_call":
            told = events.left(self._style(), meeting, meeting.instance, person, now, reason)
            self._webhooks.emit("meeting.participant_left", told)

    def _tell_moved(self, meeting: Meeting, person: Attendance, event: str) -> None:
        payload = events.admitted if event == "meeting.participant_admitted" else events.moved
        told = payload(self._style(), meeting, meeting.instance, person, self._clock.now())
        self._webhooks.emit(event, told)

    def _connect(
        self,
        meeting: Meeting,
        key: str,
        name: str,
        email: str,
        *,
        zoom_user_id: str = "",
        registrant_id: str | None = None,
        is_host: bool = False,
    ) -> Attendance:
        self._state.last_connection += CONNECTION_STEP
        person = Attendance(
            key=key,
            user_id=str(self._state.last_connection),
            participant_uuid=participant_uuid(),
            name=name,
            email=email,
            zoom_user_id=zoom_user_id,
            registrant_id=registrant_id,
            is_host=is_host,
        )
        meeting.instance.people.append(person)
        return person


def _began(meeting: Meeting) -> float:
    return meeting.instance.started.timestamp() if meeting.instance.started else 0.0


def _present(meeting: Meeting, key: str) -> Attendance | None:
    """Who came under this key and has not gone."""
    here = (one for one in meeting.instance.people if one.key == key and one.place != "gone")
    return next(here, None)


def present(meeting: Meeting, key: str) -> Attendance:
    """Who came under this key and has not gone. Raises ActRefused if nobody."""
    person = _present(meeting, key)
    if person is None:
        raise ActRefused("This person is not there.")
    return person


def _end_stay(person: Attendance, now: datetime) -> None:
    if person.stays and person.stays[-1].until is None:
        person.stays[-1].until = now
