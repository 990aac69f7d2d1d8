"""What messages say to whoever is invited to somebody else's visit. As `texts`, nothing of the patient."""

from dataclasses import dataclass

from app.visits.states import Role
from app.words import Words


@dataclass(frozen=True)
class Sayings:
    """A subject, a first line and a text message. `%(clinic)s`, `%(when)s` and `%(url)s` are filled in."""

    subject: str
    line: str
    short: str


def invited(words: Words, role: Role) -> Sayings:
    """The link, for the first time or again."""
    _ = words.text
    if role is Role.INTERPRETER:
        return Sayings(
            _("Interpreting at a video visit with %(clinic)s"),
            _("You are asked to interpret at a video visit with %(clinic)s on %(when)s."),
            _("Please interpret at a video visit with %(clinic)s, %(when)s: %(url)s"),
        )
    if role is Role.COLLEAGUE:
        return Sayings(
            _("Joining a video visit with %(clinic)s"),
            _("You are asked to join a video visit with %(clinic)s as a colleague, on %(when)s."),
            _("Please join a video visit with %(clinic)s as a colleague, %(when)s: %(url)s"),
        )
    return Sayings(
        _("You are invited to a video visit with %(clinic)s"),
        _("You are invited to join a video visit with %(clinic)s on %(when)s."),
        _("You are invited to a video visit with %(clinic)s, %(when)s: %(url)s"),
    )


def told_of_move(words: Words) -> Sayings:
    """It has another time."""
    _ = words.text
    return Sayings(
        _("New time for the video visit with %(clinic)s"),
        _("The video visit with %(clinic)s to which you are invited has another time: %(when)s."),
        _("New time for the video visit with %(clinic)s: %(when)s. Same link: %(url)s"),
    )


def told_off(words: Words) -> Sayings:
    """It does not take place."""
    _ = words.text
    return Sayings(
        _("The video visit with %(clinic)s is cancelled"),
        _("The video visit with %(clinic)s on %(when)s, to which you are invited, does not take place."),
        _("Cancelled: video visit with %(clinic)s, %(when)s."),
    )
