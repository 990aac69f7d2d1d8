"""What the account's administrator does to a user, and which event tells of it.

https://developers.zoom.us/docs/api/users/events/
"""

import re
from collections.abc import Mapping
from typing import Literal

from sandbox.zoom import events
from sandbox.zoom.ids import user_id
from sandbox.zoom.people import Licence, User
from sandbox.zoom.state import UserChange
from sandbox.zoom.world import World

FIRST_PMI = 5_550_200_000
EVENTS = {"active": "user.activated", "inactive": "user.deactivated", "deleted": "user.deleted"}

_STATUS: Mapping[str, Literal["active", "inactive", "deleted"]] = {
    "active": "active",
    "inactive": "inactive",
    "deleted": "deleted",
}


class NoSuchChange(ValueError):
    """A change that cannot be made; the text says why."""


def hire_user(world: World, asked: Mapping[str, object]) -> None:
    """Add an active user: `email`, `first_name`, `last_name`, `licensed` (true). Hold the world's lock.

    Somebody who is there already stays as they are. Raises NoSuchChange.
    """
    email, licensed = str(asked.get("email", "")).lower(), asked.get("licensed", True)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email) or not isinstance(licensed, bool):
        raise NoSuchChange("add takes an e-mail address, first_name, last_name, and licensed true or false")
    if world.known_user(email) is not None:
        return
    user = User(
        user_id(),
        email,
        str(asked.get("first_name", "")),
        str(asked.get("last_name", "")),
        Licence.LICENSED if licensed else Licence.BASIC,
        pmi=FIRST_PMI + len(world.state.hired),
    )
    world.state.hired |= {user.id: user, email: user}
    world.webhooks.emit("user.created", events.user_created(world.style(), user))


def change_user(world: World, asked: Mapping[str, object]) -> None:
    """Change one user: `user` (id or e-mail), `status`, `licensed`; or `add` one. Hold the world's lock.

    Raises NoSuchChange.
    """
    added = asked.get("add")
    if isinstance(added, dict):
        hire_user(world, added)
        return
    user, status, licensed = (
        world.known_user(str(asked.get("user", ""))),
        asked.get("status"),
        asked.get("licensed"),
    )
    if user is None:
        raise NoSuchChange("user must be the id or e-mail address of somebody")
    if status not in (None, *EVENTS) or not isinstance(licensed, bool | None):
        raise NoSuchChange(f"status is one of {', '.join(EVENTS)}; licensed is true or false")
    before = world.find_user(user.id)
    change = world.state.users.setdefault(user.id, UserChange())
    change.licensed = change.licensed if licensed is None else licensed
    change.status = _STATUS.get(str(status), change.status)
    after = world.find_user(user.id)
    if isinstance(status, str):
        world.webhooks.emit(EVENTS[status], events.user_changed(world.style(), after or before or user))
    if before is not None and after is not None and before.licence is not after.licence:
        told = events.user_updated(world.style(), after, before, world.now())
        world.webhooks.emit("user.updated", told)
