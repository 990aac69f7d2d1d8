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


@dataclass(frozen=True)
class Rooms:
    """All that a use case may reach. Put together by `app.rooms.compose` and nowhere else."""

    settings: "Settings"
    clock: Clock  # moves with the sandbox's clock
    wall: Clock  # real time: sessions, cookies and one-time links keep it
    random: Randomness
    db: "Database"
    sites: SiteRegistry
    video: Video
    video_origins: tuple[str, ...]  # where the video vendor's links lead
    ehr: Ehr
    gateways: Mapping[str, MessageGateway]  # "email", "sms"
    bell: Bell  # a stream event was committed
    inbox_bell: Bell = field(default_factory=LocalBell)  # a delivery was kept, and is to be read
    http: requests.Session = field(default_factory=new_http_session, repr=False)  # for the doctor's questions
