"""All that a use case may reach, in one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import requests

from app.bell import LocalBell
from app.http import new_http_session
from app.ports.ehr import Ehr, SiteRegistry
from app.ports.video import Video
from app.ports.world import Bell, Clock, MessageGateway, Randomness

if TYPE_CHECKING:
    from app.settings import Settings
    from app.store.database import Database


class VendorGone(Exception):
    """A meeting is of a video service that is set up no more: a new one is to be made elsewhere."""

    retryable = False
    room_gone = True

    def __init__(self) -> None:
        super().__init__("a video service was taken out of the settings")


@dataclass(frozen=True)
class Rooms:
    """All that a use case may reach. Put together by `app.rooms.compose` and nowhere else."""

    settings: "Settings"
    clock: Clock  # moves with the sandbox's clock
    wall: Clock  # real time: sessions, cookies and one-time links keep it
    random: Randomness
    db: "Database"
    sites: SiteRegistry
    video: Video  # the service of visits that nobody moved to another
    video_origins: tuple[str, ...]  # where the video vendor's links lead
    ehr: Ehr
    gateways: Mapping[str, MessageGateway]  # "email", "sms"
    bell: Bell  # a stream event was committed
    other_videos: tuple[Video, ...] = ()
    inbox_bell: Bell = field(default_factory=LocalBell)  # a delivery was kept, and is to be read
    http: requests.Session = field(default_factory=new_http_session, repr=False)  # for the doctor's questions

    @property
    def videos(self) -> tuple[Video, ...]:
        """Every video service that is set up, the usual one first."""
        return (self.video, *self.other_videos)

    @property
    def vendors(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(video.vendor for video in self.videos)

    @property
    def vendors_that_tell(self) -> tuple[str, ...]:
        """Those that can be asked who is in a call."""
        return tuple(video.vendor for video in self.videos if video.tells_of_calls)

    def video_of(self, vendor: str) -> Video:
        """The service of this name. Raises VendorGone if it is set up no more."""
        for video in self.videos:
            if video.vendor == vendor:
                return video
        raise VendorGone
