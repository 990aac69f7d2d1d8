"""All that the simulated Zoom remembers; one tree of plain values, so that it can be written to a file."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter

from sandbox.zoom.people import User

Place = Literal["outside", "waiting", "in_call", "gone"]
FIRST_CONNECTION = 16_778_240


@dataclass
class Stay:
    """One stretch of time that somebody spent in one place."""

    place: Literal["in_meeting", "in_waiting_room"]
    since: datetime
    until: datetime | None = None


@dataclass
class Attendance:
    """One connection of one person to one instance; coming again makes another."""

    key: str
    user_id: str
    participant_uuid: str
    name: str
    email: str
    zoom_user_id: str = ""
    registrant_id: str | None = None
    is_host: bool = False
    place: Place = "outside"
    stays: list[Stay] = field(default_factory=list)


@dataclass
class CloudRecording:
    """A stretch of a call that was recorded in the cloud; it is complete once it has ended."""

    id: str
    started: datetime
    ended: datetime | None = None


@dataclass
class Instance:
    """One run of a meeting: each start after an end has its own uuid."""

    uuid: str
    started: datetime | None = None
    ended: datetime | None = None
    waiting_words: str = ""  # what its waiting room shows instead of the usual text
    people: list[Attendance] = field(default_factory=list)
    recordings: list[CloudRecording] = field(default_factory=list)

    @property
    def live(self) -> bool:
        """Whether this run is under way."""
        return self.started is not None and self.ended is None

    def present(self, *places: Place) -> list[Attendance]:
        """Who is in one of these places now."""
        return [person for person in self.people if person.place in places]


@dataclass
class Registrant:
    """A person registered for one meeting; the token makes the join URL theirs."""

    id: str
    token: str
    email: str
    created: datetime
    details: dict[str, object]
    status: Literal["approved", "pending", "denied", "cancelled"] = "approved"
    times_by_day: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """First and last name as the call shows them."""
        return " ".join(str(self.details.get(part) or "") for part in ("first_name", "last_name")).strip()


@dataclass
class Meeting:
    """A meeting as created, its registrants, its coming or current instance and those that ended."""

    id: int
    host_id: str
    type: int
    topic: str
    agenda: str
    start: datetime
    duration: int
    timezone: str
    password: str
    settings: dict[str, object]
    created: datetime
    instance: Instance
    extras: dict[str, object] = field(default_factory=dict)
    past: list[Instance] = field(default_factory=list)
    registrants: list[Registrant] = field(default_factory=list)
    deleted: bool = False

    @property
    def registers(self) -> bool:
        """Whether people must register to join."""
        return self.settings.get("approval_type") in (0, 1)

    @property
    def has_waiting_room(self) -> bool:
        """Whether who comes waits to be admitted."""
        return self.settings.get("waiting_room") is True


@dataclass
class AccessToken:
    """An issued bearer token."""

    expires: datetime
    scopes: list[str]


@dataclass
class Delivery:
    """One webhook on its way: its exact text, when it is next due, how often it was tried."""

    id: int
    event: str
    body: str
    timestamp: int
    due: datetime
    tried: int = 0


@dataclass
class Download:
    """An address at which a recording can be fetched, and the token that opens it until then (real time)."""

    recording_id: str
    token: str
    expires: datetime


@dataclass
class Switch:
    """A misbehaviour that is on: its details, and how many more times it applies (None: until turned off)."""

    details: dict[str, object]
    left: int | None = None


@dataclass
class UserChange:
    """What somebody did to a user of the account since it began."""

    status: Literal["active", "inactive", "pending", "deleted"] | None = None
    licensed: bool | None = None


@dataclass
class State:
    """The whole simulated account."""

    signing_key: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    meetings: dict[int, Meeting] = field(default_factory=dict)
    tokens: dict[str, AccessToken] = field(default_factory=dict)
    spent: dict[str, int] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    users: dict[str, UserChange] = field(default_factory=dict)
    hired: dict[str, User] = field(default_factory=dict)
    switches: dict[str, Switch] = field(default_factory=dict)
    downloads: dict[str, Download] = field(default_factory=dict)
    subscriptions: dict[str, dict[str, object]] = field(default_factory=dict)
    last_connection: int = FIRST_CONNECTION
    last_delivery: int = 0
    last_event_ms: int = 0


_STATES = TypeAdapter(State)


def as_json(state: State) -> dict[str, object]:
    """The state as JSON values."""
    tree: dict[str, object] = _STATES.dump_python(state, mode="json")
    return tree


def from_json(tree: dict[str, object] | None) -> State:
    """The state that ``as_json`` wrote; a fresh one where there is none."""
    return State() if tree is None else _STATES.validate_python(tree)
