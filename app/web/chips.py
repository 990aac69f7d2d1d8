"""A state as people see it at a glance: a word, an icon and a tone. Never the colour alone."""

from dataclasses import dataclass
from typing import Literal

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.visits.states import Presence, Role, VisitState, WriteState

Tone = Literal["quiet", "wait", "live", "good", "bad"]


@dataclass(frozen=True)
class Chip:
    """`word` turns into the reader's language when it is shown."""

    word: object
    icon: str
    tone: Tone


PRESENCE = {
    Presence.INVITED: Chip(_l("Not here yet"), "envelope", "quiet"),
    Presence.HERE: Chip(_l("Here"), "door", "wait"),
    Presence.ON_THE_WAY: Chip(_l("On the way"), "arrow", "wait"),
    Presence.WAITING: Chip(_l("In the waiting room"), "hourglass", "wait"),
    Presence.IN_CALL: Chip(_l("In the call"), "camera", "live"),
    Presence.LEFT: Chip(_l("Left"), "leave", "quiet"),
    Presence.STALE: Chip(_l("Page closed"), "moon", "quiet"),
}
NOT_IN_CALL = Chip(_l("Not in the call"), "camera_off", "quiet")
STATE = {
    VisitState.PLANNED: Chip(_l("Planned"), "calendar", "quiet"),
    VisitState.OPEN: Chip(_l("Open"), "door", "live"),
    VisitState.IN_PROGRESS: Chip(_l("In progress"), "camera", "live"),
    VisitState.FINISHED: Chip(_l("Finished"), "check", "good"),
    VisitState.NO_SHOW: Chip(_l("Did not come"), "absent", "quiet"),
    VisitState.CANCELLED: Chip(_l("Cancelled"), "slash", "quiet"),
    VisitState.ENTERED_IN_ERROR: Chip(_l("Entered in error"), "alert", "bad"),
}
SENDING = Chip(_l("On its way"), "arrow", "quiet")
WRITE = {
    WriteState.PENDING: SENDING,
    WriteState.SENDING: SENDING,
    WriteState.WRITTEN: Chip(_l("Sent"), "check", "good"),
    WriteState.REJECTED: Chip(_l("Refused"), "alert", "bad"),
    WriteState.UNKNOWN: Chip(_l("Not certain"), "alert", "bad"),
    WriteState.NEEDS_SIGN_IN: Chip(_l("Waits for your sign-in"), "alert", "bad"),
    WriteState.GIVEN_UP: Chip(_l("Could not be sent"), "alert", "bad"),
}
ROLE = {
    Role.PATIENT: _l("Patient"),
    Role.HOST: _l("Provider"),
    Role.FAMILY: _l("Family"),
    Role.INTERPRETER: _l("Interpreter"),
    Role.COLLEAGUE: _l("Colleague"),
}


def install(app: Flask) -> None:
    """Let templates ask for chips."""
    app.jinja_env.globals.update(
        presence_chip=presence_chip,
        state_chip=STATE.__getitem__,
        write_chip=WRITE.__getitem__,
        role_name=ROLE.get,
    )


def presence_chip(presence: Presence, role: Role = Role.PATIENT) -> Chip:
    """Where somebody is. A host has no page of ours to be on."""
    if role is Role.HOST and presence is Presence.INVITED:
        return NOT_IN_CALL
    return PRESENCE[presence]
