"""What services need of the world outside, as ports; they reach it by no other way."""

from app.ports.deliveries import Accepted, DeliveryReport, NoteTold, Told
from app.ports.ehr import Ehr, Entered, Owner, OwnerChart, SiteRegistry, SystemChart
from app.ports.looks import RoomNow, Run, Stay
from app.ports.recordings import RecordedFile, RecordingNews
from app.ports.rooms import Rooms, VendorGone
from app.ports.video import (
    DialIn,
    Drift,
    Guest,
    GuestPass,
    HostAccount,
    HostNews,
    HostPage,
    Room,
    RoomOrder,
    RoomPolicy,
    SecretLink,
    Video,
)
from app.ports.world import Bell, Clock, Message, MessageGateway, Randomness

__all__ = [
    "Accepted",
    "Bell",
    "Clock",
    "DeliveryReport",
    "DialIn",
    "Drift",
    "Ehr",
    "Entered",
    "Guest",
    "GuestPass",
    "HostAccount",
    "HostNews",
    "HostPage",
    "Message",
    "MessageGateway",
    "NoteTold",
    "Owner",
    "OwnerChart",
    "Randomness",
    "RecordedFile",
    "RecordingNews",
    "Room",
    "RoomNow",
    "RoomOrder",
    "RoomPolicy",
    "Rooms",
    "Run",
    "SecretLink",
    "SiteRegistry",
    "Stay",
    "SystemChart",
    "Told",
    "VendorGone",
    "Video",
]
