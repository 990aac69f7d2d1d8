"""The control API: steps, drain, switches, users, reset. The sandbox's README describes it."""

from collections.abc import Mapping

from flask import Flask, Response, jsonify, make_response, request

from sandbox.zoom.administration import NoSuchChange, change_user
from sandbox.zoom.calls import ActRefused
from sandbox.zoom.links import LinkRefused
from sandbox.zoom.oauth_time import real_time
from sandbox.zoom.people import User
from sandbox.zoom.steps import Json, Steps, validate_url
from sandbox.zoom.switches import Order, UnknownSwitch, order_from
from sandbox.zoom.world import World

DRAIN_SECONDS = 15.0


def install_control(app: Flask, world: World) -> None:
    """Serve ``/_sim``, ``/_drain``, ``/_break``, ``/_users``, ``/_reset`` and ``/clock``."""
    steps = Steps(world)
    app.add_url_rule("/_sim", "sim", lambda: _sim(world, steps), methods=["POST"])
    app.add_url_rule("/_drain", "drain", lambda: _drain(world))
    app.add_url_rule("/_break", "break_it", lambda: _break_it(world), methods=["GET", "POST"])
    app.add_url_rule("/_users", "users_here", lambda: _users(world), methods=["GET", "POST"])
    app.add_url_rule("/_reset", "reset", lambda: _reset(world), methods=["POST"])
    app.add_url_rule("/clock", "clock", lambda: jsonify(world.clock.as_json()))


def _sim(world: World, steps: Steps) -> Response:
    asked = _object_sent().get("steps")
    if not isinstance(asked, list) or not all(isinstance(step, dict) for step in asked):
        return _wrong("steps must be a list of objects")
    return _do_all(world, steps, asked)


def _drain(world: World) -> Response:
    seconds = request.args.get("seconds", DRAIN_SECONDS, type=float)
    drained = world.webhooks.drain(seconds)
    return jsonify(drained=drained, waiting=world.webhooks.waiting())


def _break_it(world: World) -> Response:
    if request.method == "POST":
        try:
            _obey(world, order_from(_object_sent()))
        except UnknownSwitch as unknown:
            return _wrong(str(unknown))
    with world.lock:
        return jsonify(world.switches.as_json())


def _reset(world: World) -> Response:
    with world.lock:
        world.reset()
    return jsonify(ok=True)


def _users(world: World) -> Response:
    """All of them; after a change of one, if one was sent."""
    if request.method == "POST":
        try:
            with world.lock:
                change_user(world, _object_sent())
        except NoSuchChange as wrong:
            return _wrong(str(wrong))
        world.snapshot.touch()
    with world.lock:
        return jsonify([_user(one) for one in world.users()])


def _user(one: User) -> Json:
    return {"id": one.id, "email": one.email, "licensed": one.licensed, "status": one.status}


def _do_all(world: World, steps: Steps, asked: list[Json]) -> Response:
    """Do the steps in order; the first that fails is answered with 422 and ends them."""
    done: list[Mapping[str, object]] = []
    for step in asked:
        try:
            if step.get("do") == "validate_url":
                done.append(validate_url(world))
                continue
            with world.lock:
                done.append(steps.do(step))
        except (ActRefused, LinkRefused) as refused:
            done.append({"do": step.get("do"), "ok": False, "error": str(refused)})
            return make_response(jsonify(steps=done), 422)
        finally:
            world.snapshot.touch()
    return jsonify(steps=done)


def _obey(world: World, order: Order) -> None:
    with world.lock:
        if order.name == "expire_tokens":
            for token in world.state.tokens.values():
                token.expires = min(token.expires, real_time())
        else:
            world.switches.obey(order)
    world.snapshot.touch()


def _object_sent() -> Json:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _wrong(message: str) -> Response:
    return make_response(jsonify(error=message), 400)
