"""The stand-in for Zoom's own client: one page per person, to enter, wait, admit, leave and end."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import Flask, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sandbox.zoom.calls import HOST_KEY, ActRefused, present
from sandbox.zoom.fields import faults, table
from sandbox.zoom.links import LinkRefused
from sandbox.zoom.people import User
from sandbox.zoom.refusals import Refusal
from sandbox.zoom.rest.registrants import register as add_registrant
from sandbox.zoom.room_view import room_view
from sandbox.zoom.state import Attendance, Meeting
from sandbox.zoom.steps import guest_link, host_link
from sandbox.zoom.world import World

COOKIE = "sandbox_zoom"
LISTED = 40


@dataclass(frozen=True)
class Visitor:
    """Who a page is for: how they come in, and the key under which they are known in the call."""

    meeting: Meeting
    key: str
    name: str
    enter: Callable[[], Attendance]

    @property
    def hosts(self) -> bool:
        """Whether this is the host's page."""
        return self.key == HOST_KEY


def install_pages(app: Flask, world: World) -> None:
    """Serve the pages behind start_url, join_url and the registration form, and a sign-in to Zoom."""
    pages = Pages(world)
    methods = ["GET", "POST"]
    app.add_url_rule("/", "home", pages.home)
    app.add_url_rule("/signin", "sign_in", pages.sign_in, methods=methods)
    app.add_url_rule("/s/<int:meeting_id>", "start", pages.start, methods=methods)
    app.add_url_rule("/w/<int:meeting_id>", "join_as_registrant", pages.join_as_registrant, methods=methods)
    app.add_url_rule("/j/<int:meeting_id>", "join", pages.join, methods=methods)
    app.add_url_rule("/meeting/register/<int:meeting_id>", "register", pages.register, methods=methods)


class Pages:
    """The views."""

    def __init__(self, world: World) -> None:
        self._world = world

    def home(self) -> AnyResponse:
        """The account's meetings, newest first."""
        with self._world.lock:
            meetings = [one for one in self._world.state.meetings.values() if not one.deleted]
            newest = sorted(meetings, key=lambda one: one.created, reverse=True)[:LISTED]
            rows = [(one, self._world.host(one)) for one in newest]
            return make_response(render_template("home.html", rows=rows))

    def sign_in(self) -> AnyResponse:
        """Who this browser is to Zoom; nobody is asked for a password."""
        back = request.values.get("back", "/")
        back = back if back.startswith("/") and not back.startswith("//") else "/"
        if request.method == "GET":
            with self._world.lock:
                users = self._world.users()
            signed_in = _signed_in(self._world)
            return make_response(render_template("sign_in.html", users=users, back=back, signed_in=signed_in))
        answer = redirect(back, 303)
        answer.set_cookie(COOKIE, request.form.get("user", ""), httponly=True, samesite="Lax")
        return answer

    def start(self, meeting_id: int) -> AnyResponse:
        """Behind a start_url: the host's page."""
        world, user = self._world, _signed_in(self._world)
        with world.lock:
            try:
                meeting, host = host_link(world, request.url)
            except LinkRefused as refused:
                return _refused(str(refused))
            if user is None and world.switches.details("host_not_signed_in") is not None:
                page = render_template("sign_in_first.html", host=host, back=request.full_path)
                return make_response(page)
            who = user or host
            enter = partial(world.calls.host_enters, meeting, who)
            return _room(world, Visitor(meeting, HOST_KEY, who.display_name, enter), host, user)

    def join_as_registrant(self, meeting_id: int) -> AnyResponse:
        """Behind a registrant's own join_url: their page."""
        with self._world.lock:
            try:
                guest = guest_link(self._world, request.url)
            except LinkRefused as refused:
                return _refused(str(refused))
            name = _registered_name(guest.meeting, guest.key)
            return _room(self._world, Visitor(guest.meeting, guest.key, name, guest.enter))

    def join(self, meeting_id: int) -> AnyResponse:
        """Behind the plain join_url: the registration form, or a page for a guest with a name."""
        name = request.args.get("name", "").strip()
        with self._world.lock:
            try:
                guest = guest_link(self._world, request.url, name)
            except LinkRefused as refused:
                return _refused(str(refused))
            if guest.meeting.registers:
                return redirect(url_for("register", meeting_id=meeting_id))
            if not name:
                return make_response(render_template("name.html", meeting=guest.meeting))
            return _room(self._world, Visitor(guest.meeting, guest.key, name, guest.enter))

    def register(self, meeting_id: int) -> AnyResponse:
        """The registration form of a meeting."""
        with self._world.lock:
            meeting = self._world.meeting(meeting_id)
            if meeting is None or not meeting.registers:
                return _refused("This meeting does not exist or wants no registration.")
            if request.method == "GET":
                return make_response(render_template("register.html", meeting=meeting, fault=""))
            return _register(self._world, meeting)


def _signed_in(world: World) -> User | None:
    return world.known_user(request.cookies.get(COOKIE, ""))


def _room(
    world: World, visitor: Visitor, host: User | None = None, signed_in: User | None = None
) -> AnyResponse:
    """The page of one person: after an act, back to itself."""
    fault = ""
    if request.method == "POST":
        try:
            _act(world, visitor)
            world.snapshot.touch()
            return redirect(request.url, 303)
        except ActRefused as refused:
            fault = str(refused)
    view = room_view(visitor.meeting, visitor.key, visitor.name, host)
    page = render_template("room.html", view=view, fault=fault, host=host, signed_in=signed_in)
    return make_response(page, 409 if fault else 200)


def _act(world: World, visitor: Visitor) -> None:
    act, meeting, calls = request.form.get("act", ""), visitor.meeting, world.calls
    if act == "enter":
        visitor.enter()
    elif act == "leave":
        calls.leave(meeting, present(meeting, visitor.key))
    elif not visitor.hosts:
        raise ActRefused("Only the host can do this.")
    elif act == "admit":
        calls.admit(meeting, _chosen(meeting))
    elif act == "admit-all":
        for person in meeting.instance.present("waiting"):
            calls.admit(meeting, person)
    elif act == "put-back":
        calls.put_back(meeting, _chosen(meeting))
    elif act == "end":
        calls.end(meeting)
    else:
        raise ActRefused("There is no such button.")


def _chosen(meeting: Meeting) -> Attendance:
    wanted = request.form.get("person", "")
    for person in meeting.instance.people:
        if person.user_id == wanted:
            return person
    raise ActRefused("This person is not there.")


def _register(world: World, meeting: Meeting) -> AnyResponse:
    details: dict[str, object] = {name: value for name, value in request.form.items() if value}
    if any(faults(details, table("meetingRegistrantCreate"))):
        page = render_template(
            "register.html", meeting=meeting, fault="First name and e-mail address, please."
        )
        return make_response(page, 400)
    try:
        registrant = add_registrant(world, meeting, details)
    except Refusal as refusal:
        return _refused(str(refusal))
    world.snapshot.touch()
    if registrant.status != "approved":
        return _refused("Thank you. The host will approve your registration.", status=200)
    return redirect(world.links.registrant_url(meeting.id, registrant.token, meeting.password), 303)


def _registered_name(meeting: Meeting, key: str) -> str:
    names = (one.name for one in meeting.registrants if key == f"registrant:{one.id}")
    return next(names, "")


def _refused(why: str, status: int = 403) -> Response:
    return make_response(render_template("refused.html", why=why), status)
