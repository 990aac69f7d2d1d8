"""The gate that every REST call passes: broken on purpose, token, scope, parameters; then the operation."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import Response, g, jsonify, make_response, request

from sandbox.serving import drop_connection
from sandbox.zoom import refusals
from sandbox.zoom.fields import Fault, Table, faults, table
from sandbox.zoom.oauth_time import real_time
from sandbox.zoom.operations import Operation
from sandbox.zoom.refusals import Refusal
from sandbox.zoom.state import Meeting
from sandbox.zoom.world import World

Json = dict[str, object]
Answer = tuple[int, Json | None]


@dataclass(frozen=True)
class Call:
    """A call that passed the gate: the path's ids as text, checked query and body."""

    path: Mapping[str, str]
    query: Mapping[str, object]
    body: Json

    def text(self, name: str, default: str = "") -> str:
        """A query parameter of text."""
        value = self.query.get(name, default)
        return value if isinstance(value, str) else default

    def number(self, name: str, default: int) -> int:
        """A query parameter that is a number."""
        value = self.query.get(name, default)
        return value if isinstance(value, int) else default


View = Callable[[World, Call], Answer]


class Gate:
    """Lets calls through to one operation's view and turns refusals into Zoom's error bodies."""

    def __init__(self, world: World, operation: Operation, view: View) -> None:
        self._world = world
        self._operation = operation
        self._view = view

    def __call__(self, **path: str) -> Response:
        """Answer the request under way."""
        try:
            self._misbehave_before()
            answer = self._answer(path)
        except Refusal as refusal:
            return refused(refusal)
        return self._misbehave_after(answer)

    def _answer(self, path: Mapping[str, str]) -> Response:
        world = self._world
        with world.lock:
            self._check_token()
            self._check_plan()
            call = self._checked(path)
            status, body = self._view(world, call)
        world.snapshot.touch()
        answer = make_response("", status) if body is None else make_response(jsonify(body), status)
        answer.headers["X-RateLimit-Category"] = self._operation.category
        return answer

    def _check_token(self) -> None:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        token = self._world.state.tokens.get(value.strip()) if kind.lower() == "bearer" else None
        if token is None:
            raise refusals.invalid_token()
        if token.expires <= real_time():
            raise refusals.expired_token()
        dropped = (self._world.switches.details("drop_scope") or {}).get("scope")
        if not self._operation.allowed_by([scope for scope in token.scopes if scope != dropped]):
            raise refusals.scope_missing(self._operation.scopes)

    def _check_plan(self) -> None:
        plan = self._world.switches.details("plan")
        if plan is not None:
            self._world.limits.spend(str(plan["plan"]), self._operation.category, self._world.now())

    def _checked(self, path: Mapping[str, str]) -> Call:
        found = [*_path_faults(path), *_query_faults(self._operation.query)]
        body: Json = {}
        if self._operation.takes_body:
            given = request.get_json(force=True, silent=True)
            if request.mimetype != "application/json" or not isinstance(given, dict):
                raise refusals.validation_failed(("body", "Must be a JSON object."))
            body = given
            found.extend(faults(body, table(self._operation.id)))
        if found:
            raise refusals.validation_failed(*found)
        return Call(path, _typed(self._operation.query), body)

    def _misbehave_before(self) -> None:
        switches, subject = self._world.switches, {"operation": self._operation.id}
        with self._world.lock:
            slow = switches.use("slow", **subject)
            failing = switches.use("fail_before", **subject)
            limited = switches.use("rate_limit", **subject)
        if slow is not None:
            seconds = slow.get("seconds", 5.0)
            time.sleep(float(seconds) if isinstance(seconds, int | float) else 5.0)
        if failing is not None:
            raise _failure(failing)
        if limited is not None:
            raise self._limit(str(limited.get("kind", "qps")))

    def _misbehave_after(self, answer: Response) -> Response:
        with self._world.lock:
            failing = self._world.switches.use("fail_after", operation=self._operation.id)
        if failing is None:
            return answer
        g.note = "failed on purpose after doing the work"
        return refused(_failure(failing))

    def _limit(self, kind: str) -> Refusal:
        category = self._operation.category
        if kind == "daily":
            return refusals.account_day_spent(category, self._world.now())
        return refusals.host_day_spent() if kind == "host" else refusals.too_fast(category)


def refused(refusal: Refusal) -> Response:
    """Zoom's error answer."""
    answer = make_response(jsonify(refusal.body), refusal.status)
    answer.headers.update(refusal.headers)
    return answer


def meeting_of(world: World, call: Call, code: int = 3001) -> Meeting:
    """The meeting that the path names. Raises Refusal."""
    meeting_id = int(call.path["meeting_id"])
    meeting = world.meeting(meeting_id)
    if meeting is None:
        raise refusals.unknown_meeting(meeting_id, code)
    return meeting


def _failure(details: Mapping[str, object]) -> Refusal:
    if details.get("drop"):
        drop_connection()
    status = details.get("status", 500)
    return Refusal(status if isinstance(status, int) else 500, 500, "Internal server error.")


def _path_faults(path: Mapping[str, str]) -> Iterator[Fault]:
    if path.get("user_id") == "me":
        yield "userId", "A Server-to-Server app must name the user: me is for user-level apps."
    if not path.get("meeting_id", "0").isdecimal():
        yield "meetingId", "Must be of type integer."


def _query_faults(tables: Mapping[str, Table]) -> Iterator[Fault]:
    typed = _typed(tables)
    for name in request.args:
        if name in tables:
            yield from faults(typed[name], tables[name], name)
        else:
            yield name, "Unknown parameter."


def _typed(tables: Mapping[str, Table]) -> dict[str, object]:
    return {
        name: _typed_value(text, str(tables[name]["type"]))
        for name, text in request.args.items()
        if name in tables
    }


def _typed_value(text: str, kind: str) -> object:
    if kind == "integer" and text.lstrip("-").isdecimal():
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text
