"""A video vendor in memory, whose answers can be lost. Deliveries are proven and read by Zoom's room."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.ports import Clock, Guest, RoomOrder, RoomPolicy
from zoom_bridge.bridge import ZoomBridge
from zoom_bridge.dial_in import DialIn
from zoom_bridge.drift import Drift
from zoom_bridge.errors import (
    ZoomDownloadRefused,
    ZoomMeetingUnknown,
    ZoomNotOffered,
    ZoomRefused,
    ZoomUserUnknown,
)
from zoom_bridge.facts import CallFact
from zoom_bridge.looks import RoomNow, Run, Stay
from zoom_bridge.notes import CallNote
from zoom_bridge.recordings import RecordingNews
from zoom_bridge.rooms import Accepted, GuestPass, HostAccount, HostNews, HostPage, Room
from zoom_bridge.secret import Secret
from zoom_bridge.subscriptions import EventSubscription, SubscriptionReport, examined


@dataclass
class Kept:
    """A meeting at the vendor."""

    room_id: str
    order: RoomOrder
    guests: dict[str, str] = field(default_factory=dict)  # address: guest id
    closed: int = 0
    said: list[str] = field(default_factory=list)  # in the waiting room
    taken_back: list[str] = field(default_factory=list)  # guest ids
    live: bool = False
    instance: str = "uuid-1"
    stays: list[Stay] = field(default_factory=list)


class FakeVideo:
    """The Video port. `before[verb]` and `after[verb]` hold errors, one a call; after: it was done."""

    vendor = "zoom"
    title = "Zoom"
    tells_of_calls = True
    signs_hosts_in = True
    WEBHOOK_SECRET = "webhook-secret"

    def __init__(self, clock: Clock) -> None:
        self.meetings: dict[str, Kept] = {}
        self.calls: list[str] = []
        self.before: dict[str, list[Exception]] = {}
        self.after: dict[str, list[Exception]] = {}
        self.drift: tuple[Drift, ...] = ()
        self.accounts: dict[str, HostAccount] = {}
        self.listed: list[HostAccount] = []  # the whole account, two a page
        self.past: dict[str, tuple[Run, tuple[Stay, ...]]] = {}  # by run
        self.has_dashboards = True
        self.recording_locked: str | None = None  # what the account records, whatever is asked for
        self.recordings: dict[str, RecordingNews] = {}  # by run, as a question after it tells
        self.films: dict[str, list[bytes]] = {}  # by address
        self.tickets: set[str] | None = None  # which are good; None: all
        self.subscriptions: dict[str, EventSubscription] = {}
        self.dial_in: DialIn | None = None
        self.while_opening: Callable[[], None] = lambda: None
        self._guard = threading.Lock()
        self._bridge = ZoomBridge(None, Secret(self.WEBHOOK_SECRET), clock)  # type: ignore[arg-type]  # calls nobody

    def open(self, order: RoomOrder) -> Room:
        self._called("open")
        self.while_opening()
        with self._guard:
            kept = Kept(str(90000000000 + len(self.meetings)), order)
            self.meetings[kept.room_id] = kept
        self._answered("open")
        return self._room(kept)

    def find(self, host: str, reference: str, policy: RoomPolicy | None = None) -> Room | None:
        self._called("find")
        for kept in self.meetings.values():
            if kept.order.title.endswith(reference):
                return self._room(kept)
        return None

    def host_link(self, room_id: str) -> Secret:
        self._called("host_link")
        self._known(room_id)
        return Secret(f"https://video.example/s/{room_id}?zak={len(self.calls)}")

    def link_for(self, room_id: str, guest: Guest) -> GuestPass:
        self._called("link_for")
        kept = self._known(room_id)
        with self._guard:
            guest_id = kept.guests.setdefault(guest.address, f"guest-{room_id}-{len(kept.guests)}")
        self._answered("link_for")
        return self._pass(kept, guest_id)

    def find_guest(self, room_id: str, address: str) -> GuestPass | None:
        self._called("find_guest")
        kept = self._known(room_id)
        return self._pass(kept, kept.guests[address]) if address in kept.guests else None

    def take_back(self, room_id: str, guest_id: str) -> None:
        self._called("take_back")
        self._known(room_id).taken_back.append(guest_id)

    def say_to_waiting(self, room_id: str, text: str) -> None:
        self._called("say_to_waiting")
        if not self._known(room_id).live:
            raise ZoomRefused(400, 300)
        self._known(room_id).said.append(text)

    def close(self, room_id: str) -> None:
        self._called("close")
        self._known(room_id).closed += 1

    def host(self, key: str) -> HostAccount:
        self._called("host")
        if key in self.accounts:
            return self.accounts[key]
        if "@" not in key:
            raise ZoomUserUnknown
        return HostAccount(f"id-of-{key}", key, licensed=True, active=True)

    def hosts(self, after: str = "") -> HostPage:
        self._called("hosts")
        pages = [self.listed[start : start + 2] for start in range(0, len(self.listed), 2)] or [[]]
        number = int(after or 0)
        return HostPage(tuple(pages[number]), str(number + 1) if number + 1 < len(pages) else "")

    def room_now(self, room_id: str) -> RoomNow:
        self._called("room_now")
        kept = self._known(room_id)
        return RoomNow(kept.live, kept.instance)

    def people_now(self, room_id: str) -> tuple[Stay, ...]:
        self._called("people_now")
        if not self.has_dashboards:
            raise ZoomNotOffered
        kept = self.meetings.get(room_id)
        return tuple(kept.stays) if kept and kept.live else ()

    def past_run(self, instance: str) -> Run | None:
        self._called("past_run")
        return self.past[instance][0] if instance in self.past else None

    def past_runs(self, room_id: str) -> tuple[Run, ...]:
        self._called("past_runs")
        return tuple(run for run, _ in self.past.values())

    def past_people(self, instance: str) -> tuple[Stay, ...]:
        self._called("past_people")
        people = self._people_of(instance)
        return people if _how_many(people) > 1 else ()

    def past_loner(self, instance: str) -> tuple[Stay, ...]:
        self._called("past_loner")
        if not self.has_dashboards:
            raise ZoomNotOffered
        people = self._people_of(instance)
        return people if _how_many(people) == 1 else ()

    def accept(self, headers: Mapping[str, str], body: bytes) -> Accepted:
        return self._bridge.accept(headers, body)

    def facts(self, body: bytes) -> tuple[CallFact, ...]:
        return self._bridge.facts(body)

    def host_news(self, body: bytes) -> HostNews | None:
        return self._bridge.host_news(body)

    def notes(self, body: bytes) -> tuple[CallNote, ...]:
        return self._bridge.notes(body)

    def in_drift(self, policy: RoomPolicy, settings: Mapping[str, str]) -> tuple[Drift, ...]:
        return self._bridge.in_drift(policy, settings)

    def examine_delivery(self, address: str) -> SubscriptionReport:
        self._called("examine_delivery")
        return examined(self.subscriptions.values(), address)

    def mend_delivery(self, address: str, order: tuple[str, ...], stale: tuple[str, ...]) -> None:
        self._called("mend_delivery")
        if order:
            name = f"s-{len(self.calls)}"
            self.subscriptions[name] = EventSubscription(name, "VisitBridge", address, frozenset(order))
        for one in stale:
            del self.subscriptions[one]

    def masked(self, body: bytes) -> str:
        return self._bridge.masked(body)

    def recording_news(self, body: bytes) -> RecordingNews | None:
        return self._bridge.recording_news(body)

    def recording_now(self, instance: str) -> RecordingNews | None:
        self._called("recording_now")
        return self.recordings.get(instance)

    @contextmanager
    def read_recording(self, address: str, ticket: str | None) -> Iterator[Iterator[bytes]]:
        self._called("read_recording")
        if self.tickets is not None and ticket not in self.tickets:
            raise ZoomDownloadRefused(401)
        yield iter(self.films[address])

    def stop_recording(self, room_id: str, host_id: str) -> bool:
        self._called("stop_recording")
        self._known(room_id)
        return self.recording_locked is None

    def _people_of(self, instance: str) -> tuple[Stay, ...]:
        return self.past[instance][1] if instance in self.past else ()

    def _called(self, verb: str) -> None:
        self.calls.append(verb)
        if self.before.get(verb):
            raise self.before[verb].pop(0)

    def _answered(self, verb: str) -> None:
        if self.after.get(verb):
            raise self.after[verb].pop(0)

    def _known(self, room_id: str) -> Kept:
        if room_id not in self.meetings:
            raise ZoomMeetingUnknown
        return self.meetings[room_id]

    def _room(self, kept: Kept) -> Room:
        host_id, link = kept.order.host, Secret(f"https://video.example/s/{kept.room_id}?zak=0")
        recording = self.recording_locked or kept.order.policy.recording
        reference, drift = kept.order.reference, self.drift
        return Room(kept.room_id, host_id, None, reference, drift, link, recording, self.dial_in)

    def _pass(self, kept: Kept, guest_id: str) -> GuestPass:
        return GuestPass(guest_id, Secret(f"https://video.example/w/{kept.room_id}?tk={guest_id}"))


def _how_many(people: tuple[Stay, ...]) -> int:
    return len({(one.user_id, one.email) for one in people})
