"""Hosts: the account's users. https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}"""

from dataclasses import dataclass, field
from enum import IntEnum

from zoom_bridge._fields import Raw, number, text
from zoom_bridge.errors import ZoomAnswerMalformed
from zoom_bridge.ids import HostId


class Licence(IntEnum):
    """A user's plan. Only a licensed host's meetings take registrants, and last beyond 40 minutes."""

    BASIC = 1
    LICENSED = 2
    UNASSIGNED = 4
    NONE = 99


@dataclass(frozen=True)
class ZoomUser:
    """A user of the account."""

    id: HostId
    email: str = field(repr=False)
    licensed: bool
    active: bool

    @classmethod
    def from_json(cls, raw: Raw) -> "ZoomUser":
        """Raises ZoomAnswerMalformed without an id or plan."""
        user_id, plan = text(raw, "id"), number(raw, "type")
        if user_id is None:
            raise ZoomAnswerMalformed("id")
        if plan is None:
            raise ZoomAnswerMalformed("type")
        # Only a pending or deactivated user is sure not to host; the status may be left out.
        active = text(raw, "status") in ("active", None)
        return cls(HostId(user_id), text(raw, "email") or "", plan == Licence.LICENSED, active)
