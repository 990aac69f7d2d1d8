"""Recordings in the cloud: begun, ended, and told of once they are complete."""

import secrets
import uuid
from collections.abc import Callable
from datetime import timedelta

from sandbox.clock import Clock
from sandbox.zoom import recordings
from sandbox.zoom.events import Style
from sandbox.zoom.oauth_time import real_time
from sandbox.zoom.state import CloudRecording, Download, Instance, Meeting, State
from sandbox.zoom.switches import Switches
from sandbox.zoom.webhooks import Webhooks

# "The download token only lasts for 24 hours after its creation."
TOKEN_LIFE = timedelta(hours=24)


class CloudRecorder:
    """Callers hold the world's lock."""

    def __init__(
        self,
        base_url: str,
        clock: Clock,
        state: State,
        webhooks: Webhooks,
        switches: Switches,
        style: Callable[[], Style],
    ) -> None:
        self._base_url = base_url
        self._clock = clock
        self._state = state
        self._webhooks = webhooks
        self._switches = switches
        self._style = style

    def begin(self, meeting: Meeting) -> bool:
        """Record from now on. False where no call is under way, or it is recorded already.

        https://developers.zoom.us/docs/api/meetings/events/#tag/recording/postrecording.started
        """
        instance = meeting.instance
        if not instance.live or any(one.ended is None for one in instance.recordings):
            return False
        recording = CloudRecording(str(uuid.uuid4()), self._clock.now())
        instance.recordings.append(recording)
        told = recordings.started(self._style(), meeting, instance, recording)
        self._webhooks.emit("recording.started", told)
        return True

    def end(self, meeting: Meeting) -> bool:
        """Record no more. False where nothing was recorded."""
        running = [one for one in meeting.instance.recordings if one.ended is None]
        for one in running:
            one.ended = self._clock.now()
        return bool(running)

    def complete(self, meeting: Meeting) -> None:
        """The call has ended: its recording can be had, told once, twice or never, as the switches say."""
        if not meeting.instance.recordings or self._switches.use("never_complete") is not None:
            return
        copies = 1 if self._switches.use("complete_twice") is None else 2
        for _ in range(copies):
            # Each has addresses and a token of its own, as has been seen.
            token = secrets.token_urlsafe(48)
            addresses = self.addresses(meeting.instance, token)
            told = recordings.completed(self._style(), meeting, meeting.instance, addresses)
            self._webhooks.emit("recording.completed", told, download_token=token)

    def addresses(self, instance: Instance, token: str, life: timedelta = TOKEN_LIFE) -> list[str]:
        """Where each recording of the run can be fetched with this token."""
        found = []
        for one in instance.recordings:
            key = secrets.token_urlsafe(24)
            self._state.downloads[key] = Download(one.id, token, real_time() + life)
            found.append(f"{self._base_url}/rec/webhook_download/{key}")
        return found
