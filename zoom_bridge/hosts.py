"""Hosts: the account's users. https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from zoom_bridge._fields import Raw, number, text
from zoom_bridge.errors import ZoomAnswerMalformed
from zoom_bridge.ids import HostId


class Licence(IntEnum):
    """A user's plan. Only a licensed host's meetings take registrants, and last beyond 40 minutes."""

    BASIC = 1
    LICENSED = 2
    UNASSIGNED = 4
    NONE = 99


class UserStatus(StrEnum):
    """Whose list is asked for: each status has one of its own."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    PENDING = "pending"


@dataclass(frozen=True)
class ZoomUser:
    """A user of the account."""

    id: HostId
    email: str = field(repr=False)
    licensed: bool
    active: bool
    plan: int = Licence.LICENSED
    status: str = "active"
    time_zone: str | None = None
    number: str | None = None

    @classmethod
    def from_json(cls, raw: Raw) -> "ZoomUser":
        """Raises ZoomAnswerMalformed without an id or plan."""
        user_id, plan = text(raw, "id"), number(raw, "type")
        if user_id is None:
            raise ZoomAnswerMalformed("id")
        if plan is None:
            raise ZoomAnswerMalformed("type")
        return cls._of(raw, user_id, plan)

    @classmethod
    def from_row(cls, raw: Raw, status: UserStatus) -> "ZoomUser":
        """A row of the list that was asked for by this status. A pending user has no id, only an address.

        Raises ZoomAnswerMalformed without either.
        """
        user_id = text(raw, "id") or (text(raw, "email") or "").casefold()
        if not user_id:
            raise ZoomAnswerMalformed("id")
        plan = number(raw, "type")
        return cls._of({"status": status, **raw}, user_id, Licence.NONE if plan is None else plan)

    @classmethod
    def _of(cls, raw: Raw, user_id: str, plan: int) -> "ZoomUser":
        # Only a pending or deactivated user is sure not to host; the status may be left out.
        status = text(raw, "status") or UserStatus.ACTIVE
        return cls(
            id=HostId(user_id),
            email=text(raw, "email") or "",
            licensed=plan == Licence.LICENSED,
            active=status == UserStatus.ACTIVE,
            plan=plan,
            status=status,
            time_zone=text(raw, "timezone"),
            number=text(raw, "employee_unique_id"),
        )


@dataclass(frozen=True)
class UserPage:
    """One page of a list of users. `next` asks for the one after it; empty: there is none."""

    users: tuple[ZoomUser, ...]
    next: str = field(repr=False)
