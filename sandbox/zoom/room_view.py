"""What one person sees of a meeting."""

from dataclasses import dataclass

from sandbox.zoom.people import User
from sandbox.zoom.state import Attendance, Meeting


@dataclass(frozen=True)
class RoomView:
    """The page of one person. ``place`` is outside, waiting, waiting_for_host, in_call, left or ended."""

    topic: str
    number: str
    code: str
    name: str
    hosts: bool
    place: str
    in_call: tuple[Attendance, ...]
    waiting: tuple[Attendance, ...]
    has_waiting_room: bool
    waiting_words: str


def room_view(meeting: Meeting, key: str, name: str, host: User | None) -> RoomView:
    """The meeting as the person known under ``key`` sees it now; the host's page has a ``host``."""
    place = _place(meeting, key)
    inside = place == "in_call"
    digits = str(meeting.id)
    return RoomView(
        topic=meeting.topic,
        number=f"{digits[:3]} {digits[3:7]} {digits[7:]}",
        code=meeting.password,
        name=name,
        hosts=host is not None,
        place=place,
        in_call=tuple(meeting.instance.present("in_call")) if inside else (),
        waiting=tuple(meeting.instance.present("waiting")) if inside and host is not None else (),
        has_waiting_room=meeting.has_waiting_room,
        waiting_words=meeting.instance.waiting_words,
    )


def _place(meeting: Meeting, key: str) -> str:
    mine = [person for person in meeting.instance.people if person.key == key]
    if mine:
        return {"outside": "waiting_for_host", "gone": "left"}.get(mine[-1].place, mine[-1].place)
    was_there = meeting.past and any(person.key == key for person in meeting.past[-1].people)
    return "ended" if was_there else "outside"
