"""The simulated account put together: its state, clock, switches, calls and webhooks, behind one lock."""

import threading
from dataclasses import fields, replace
from datetime import datetime

from sandbox.clock import SettableClock, clock_for
from sandbox.recorder import Recorder
from sandbox.snapshot import Snapshot
from sandbox.zoom.calls import Calls
from sandbox.zoom.cloud_recorder import CloudRecorder
from sandbox.zoom.config import ZoomConfig
from sandbox.zoom.events import Style
from sandbox.zoom.links import Links
from sandbox.zoom.people import USERS, Licence, User, find_user
from sandbox.zoom.plans import PlanLimits
from sandbox.zoom.state import Meeting, State, as_json, from_json
from sandbox.zoom.switches import Switches
from sandbox.zoom.webhooks import Webhooks


class World:
    """Everything that a request touches. Hold ``lock`` while reading or changing ``state``."""

    def __init__(self, config: ZoomConfig, clock: SettableClock | None = None) -> None:
        self.config = config
        self.clock = clock or clock_for(config.clock_url or None)
        self.lock = threading.RLock()
        self.snapshot = Snapshot(config.state_file, self._dump)
        self.state = from_json(self.snapshot.load())
        self.switches = Switches(lambda: self.state.switches)
        self.limits = PlanLimits(self.state)
        self.recorder = Recorder(self.clock, config.recorded)
        self.links = Links(config.base_url, self.state.signing_key)
        self.webhooks = Webhooks(config, self.clock, self.state, self.switches, self.recorder, self.lock)
        self.webhooks.on_change = self.snapshot.touch
        self.cloud = CloudRecorder(
            config.base_url, self.clock, self.state, self.webhooks, self.switches, self.style
        )
        self.calls = Calls(self.clock, self.state, self.webhooks, self.switches, self.style, self.cloud)

    def now(self) -> datetime:
        """The sandbox's time."""
        return self.clock.now()

    def style(self) -> Style:
        """How webhooks are worded now."""
        shape = self.switches.details("webhook_shape")
        return Style(
            self.config.account_id,
            nameless=self.switches.details("missing_names") is not None,
            as_examples=shape is not None and shape.get("shape", "example") == "example",
        )

    def meeting(self, meeting_id: int) -> Meeting | None:
        """The meeting, unless it was deleted."""
        meeting = self.state.meetings.get(meeting_id)
        return None if meeting is None or meeting.deleted else meeting

    def known_user(self, key: str) -> User | None:
        """The user with this id or e-mail address as they were when they came; None if nobody."""
        hired = self.state.hired
        return find_user(key) or hired.get(key) or hired.get(key.lower())

    def find_user(self, key: str) -> User | None:
        """The user with this id or e-mail address as they are now; None if nobody, or deleted."""
        user = self.known_user(key)
        return None if user is None else self._as_now(user)

    def users(self) -> tuple[User, ...]:
        """All who are in the account now, whatever their status."""
        return tuple(user for one in (*USERS, *self._hired()) if (user := self._as_now(one)) is not None)

    def _hired(self) -> tuple[User, ...]:
        return tuple(user for key, user in self.state.hired.items() if key == user.id)

    def _as_now(self, user: User) -> User | None:
        change = self.state.users.get(user.id)
        if change is None:
            return user
        if change.status == "deleted":
            return None
        licence = user.licence
        if change.licensed is not None:
            licence = Licence.LICENSED if change.licensed else Licence.BASIC
        return replace(user, status=change.status or user.status, licence=licence)

    def host(self, meeting: Meeting) -> User:
        """The user whose meeting it is; as they were, if they have left the account."""
        user = self.find_user(meeting.host_id) or self.known_user(meeting.host_id)
        if user is None:
            raise LookupError("a stored meeting's host is no user")
        return user

    def reset(self) -> None:
        """Forget meetings, tokens, switches, deliveries and recorded requests; links of before stay dead."""
        fresh = State()
        for each in fields(State):
            if each.name != "signing_key":
                setattr(self.state, each.name, getattr(fresh, each.name))
        self.recorder.clear()
        self.snapshot.touch()

    def close(self) -> None:
        """Stop sending and write the state."""
        self.webhooks.stop()
        self.snapshot.flush()

    def _dump(self) -> dict[str, object]:
        with self.lock:
            return as_json(self.state)
