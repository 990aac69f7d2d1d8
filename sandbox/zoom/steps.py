"""The steps of ``POST /_sim``: what people do in Zoom, done without a browser."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.zoom.calls import HOST_KEY, ActRefused, present
from sandbox.zoom.events import LEFT, REASONS
from sandbox.zoom.links import Link, LinkRefused, parse_link
from sandbox.zoom.people import User
from sandbox.zoom.side_steps import SideSteps
from sandbox.zoom.signature import url_proof
from sandbox.zoom.state import Attendance, Meeting
from sandbox.zoom.world import World

Json = dict[str, object]
_PLACES = {"waiting": "waiting_room", "in_call": "in_call", "outside": "waiting_for_host", "gone": "gone"}


@dataclass(frozen=True)
class Guest:
    """Who a join link lets in: a registrant by token, or a guest by name."""

    meeting: Meeting
    key: str
    enter: Callable[[], Attendance]


def host_link(world: World, url: str) -> tuple[Meeting, User]:
    """The meeting and host of a start link that can be used now. Raises LinkRefused."""
    link, meeting = _start_link(world, url)
    world.links.prove_start(link, meeting.host_id, world.now())
    return meeting, world.host(meeting)


def _start_link(world: World, url: str) -> tuple[Link, Meeting]:
    link = parse_link(url)
    meeting = world.meeting(link.meeting_id)
    if link.kind != "s" or meeting is None:
        raise LinkRefused("This is no start link of a meeting that exists.")
    return link, meeting


def guest_link(world: World, url: str, name: str = "Guest") -> Guest:
    """Whom a join link lets in. Raises LinkRefused."""
    link = parse_link(url)
    meeting = world.meeting(link.meeting_id)
    if link.kind not in ("w", "j") or meeting is None:
        raise LinkRefused("This is no join link of a meeting that exists.")
    if link.kind == "j":
        return Guest(meeting, f"guest:{name}", lambda: world.calls.guest_enters(meeting, name))
    token = link.query.get("tk", "")
    registrant = next((one for one in meeting.registrants if one.token == token), None)
    if registrant is None:
        raise LinkRefused("This join link is nobody's.")
    return Guest(
        meeting,
        f"registrant:{registrant.id}",
        lambda: world.calls.registrant_enters(meeting, registrant),
    )


class Steps:
    """Does steps one by one. Callers hold the world's lock."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._acts: Mapping[str, Callable[[Json], Json]] = {
            "host_starts": self._host_starts,
            "enter": self._enter,
            "admit": self._admit,
            "admit_all": self._admit_all,
            "put_back": self._put_back,
            "leave": self._leave,
            "ends_for_all": self._ends_for_all,
            **SideSteps(world, self._who, self._meeting).acts,
        }

    def do(self, step: Json) -> Json:
        """Do one step; answers what happened and which events it sent. Raises ActRefused or LinkRefused."""
        act = self._acts.get(str(step.get("do")))
        if act is None:
            raise ActRefused(f"do must be one of {', '.join((*self._acts, 'validate_url'))}.")
        self._world.webhooks.emitted.clear()
        happened = act(step)
        return {"do": step["do"], "ok": True, **happened, "events": list(self._world.webhooks.emitted)}

    def _host_starts(self, step: Json) -> Json:
        meeting, host = host_link(self._world, _text(step, "start_url"))
        signed_in = self._world.known_user(str(step.get("as", "")))
        if signed_in is None and self._world.switches.details("host_not_signed_in") is not None:
            raise ActRefused("Sign in to start this meeting.")
        person = self._world.calls.host_enters(meeting, signed_in or host)
        return _told(meeting, person, "started")

    def _enter(self, step: Json) -> Json:
        guest = self._guest(step)
        person = guest.enter()
        return _told(guest.meeting, person, _PLACES[person.place])

    def _admit(self, step: Json) -> Json:
        guest = self._guest(step)
        person = present(guest.meeting, guest.key)
        self._world.calls.admit(guest.meeting, person)
        return _told(guest.meeting, person, "admitted")

    def _admit_all(self, step: Json) -> Json:
        meeting = self._meeting(step)
        waiting = meeting.instance.present("waiting")
        for person in waiting:
            self._world.calls.admit(meeting, person)
        return {"happened": "admitted", "people": len(waiting), **_which(meeting)}

    def _put_back(self, step: Json) -> Json:
        guest = self._guest(step)
        person = present(guest.meeting, guest.key)
        self._world.calls.put_back(guest.meeting, person)
        return _told(guest.meeting, person, "put_back")

    def _leave(self, step: Json) -> Json:
        meeting, key = self._who(step)
        person, which = present(meeting, key), _which(meeting)
        self._world.calls.leave(meeting, person, _reason(step))
        return {"happened": "left", **which, "participant": _participant(person)}

    def _ends_for_all(self, step: Json) -> Json:
        meeting = self._meeting(step)
        which = _which(meeting)
        self._world.calls.end(meeting)
        return {"happened": "ended", **which}

    def _who(self, step: Json) -> tuple[Meeting, str]:
        if "start_url" in step:
            # Calls outlive the two hours of the link that began them.
            link, meeting = _start_link(self._world, _text(step, "start_url"))
            self._world.links.prove_host(link, meeting.host_id)
            return meeting, HOST_KEY
        guest = self._guest(step)
        return guest.meeting, guest.key

    def _guest(self, step: Json) -> Guest:
        return guest_link(self._world, _text(step, "join_url"), str(step.get("name", "Guest")))

    def _meeting(self, step: Json) -> Meeting:
        key = str(step.get("meeting", ""))
        meeting = self._world.meeting(int(key)) if key.isdecimal() else None
        if meeting is None:
            raise ActRefused("meeting must be the id of a meeting that exists.")
        return meeting


def validate_url(world: World) -> Json:
    """Challenge the webhook's address as Zoom does. Raises ActRefused unless it proves the secret.

    https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
    """
    plain = secrets.token_urlsafe(16)
    answer = world.webhooks.validate_url(plain)
    wanted = {"plainToken": plain, "encryptedToken": url_proof(world.config.webhook_secret, plain)}
    try:
        right = answer is not None and answer.status_code in (200, 204) and answer.json() == wanted
    except ValueError:
        right = False
    if not right:
        raise ActRefused("The webhook's address did not prove the secret.")
    return {"do": "validate_url", "ok": True, "happened": "validated", "events": ["endpoint.url_validation"]}


def _text(step: Json, name: str) -> str:
    value = step.get(name)
    if not isinstance(value, str):
        raise ActRefused(f"This step needs {name}.")
    return value


def _reason(step: Json) -> str:
    reason = step.get("reason", LEFT)
    if reason not in REASONS:
        raise ActRefused("reason must be one of Zoom's, with {name} for the name.")
    return str(reason)


def _which(meeting: Meeting) -> Json:
    return {"meeting": str(meeting.id), "uuid": meeting.instance.uuid}


def _told(meeting: Meeting, person: Attendance, happened: str) -> Json:
    return {"happened": happened, **_which(meeting), "participant": _participant(person)}


def _participant(person: Attendance) -> Json:
    return {
        "user_id": person.user_id,
        "participant_uuid": person.participant_uuid,
        "registrant_id": person.registrant_id,
        "place": person.place,
    }
