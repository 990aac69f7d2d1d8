"""What a webhook tells of a call, without a word of Zoom's."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class FactKind(StrEnum):
    """What can be told of a call, or of one person's connection to it."""

    STARTED = "started"
    ENDED = "ended"
    WAITING = "waiting"
    ADMITTED = "admitted"
    JOINED = "joined"
    PUT_BACK = "put_back"
    LEFT_WAITING = "left_waiting"
    LEFT = "left"


@dataclass(frozen=True)
class CallFact:
    """One fact at its inner time (UTC, whole seconds). `told_ms` tells the order of facts of one second.

    `instance` is one run of the meeting, `connection` one device of one person in it. `guest_id` is the
    registrant; `user_id` and `email` are the account's user; `host_id` is whose meeting it is.
    """

    kind: FactKind
    room_id: str
    instance: str
    at: datetime
    told_ms: int = field(default=0, compare=False)
    connection: str | None = None
    guest_id: str | None = None
    user_id: str | None = None
    email: str | None = field(default=None, repr=False)
    host_id: str | None = None
