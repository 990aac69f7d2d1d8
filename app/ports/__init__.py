"""What services need of the world outside, as ports; they reach it by no other way."""

from app.ports.ehr import Ehr, Entered, Owner, OwnerChart, SiteRegistry, SystemChart
from app.ports.looks import RoomNow, Run, Stay
from app.ports.rooms import Rooms, VendorGone
from app.ports.video import (
    Accepted,
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
    Told,
    Video,
)
from app.ports.world import Bell, Clock, Message, MessageGateway, Randomness

__all__ = [
    "Accepted",
    "Bell",
    "Clock",
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
    "Owner",
    "OwnerChart",
    "Randomness",
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
