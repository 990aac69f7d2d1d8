"""What can be broken on purpose: a table of switches, each on or off, for ever or for so many times."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.zoom.plans import PLANS
from sandbox.zoom.state import Switch

# For each switch, the details that it takes beside "count" (how many times; without it, until turned off).
KNOWN: Mapping[str, Mapping[str, type]] = {
    "expire_tokens": {},
    "drop_scope": {"scope": str},
    "rate_limit": {"kind": str, "operation": str},
    "plan": {"plan": str, "host_day": int},
    "fail_before": {"status": int, "drop": bool, "operation": str},
    "fail_after": {"status": int, "drop": bool, "operation": str},
    "slow": {"seconds": float, "operation": str},
    "host_not_signed_in": {},
    "lock_settings": {"settings": dict},
    "missing_names": {},
    "awkward_uuids": {},
    "no_dashboards": {},
    "dial_in_numbers": {},
    "small_pages": {"size": int},
    "concurrent_meetings": {"meetings": int, "refuse": bool},
    "slow_downloads": {"seconds": float},
    "expire_downloads": {},
    "complete_twice": {},
    "never_complete": {},
    "lose_webhooks": {"event": str},
    "duplicate_webhooks": {"event": str},
    "delay_webhooks": {"seconds": float, "event": str},
    "shuffle_webhooks": {"seconds": float, "event": str},
    "webhook_shape": {"shape": str},
    "events_not_allowed": {"begin": str},
}
# Every switch takes these too: it applies to a share of what it could apply to, drawn from a seed.
BY_CHANCE: Mapping[str, type] = {"chance": float, "seed": int}
RATE_LIMITS = ("qps", "daily", "host")


class UnknownSwitch(ValueError):
    """An order that names no known switch, or gives it a detail that it does not take."""


@dataclass(frozen=True)
class Order:
    """A checked body of ``POST /_break``."""

    name: str
    on: bool
    details: dict[str, object]
    count: int | None


def order_from(body: Mapping[str, object]) -> Order:
    """Check an order. Raises UnknownSwitch."""
    details = dict(body)
    name, on, count = details.pop("name", None), details.pop("on", True), details.pop("count", None)
    if not isinstance(name, str) or name not in KNOWN:
        raise UnknownSwitch(f"name must be one of {', '.join(KNOWN)}")
    if not isinstance(on, bool) or not (count is None or (type(count) is int and count > 0)):
        raise UnknownSwitch("on is true or false, count is a whole number from 1")
    for detail, value in details.items():
        wanted = {**KNOWN[name], **BY_CHANCE}.get(detail)
        if wanted is None or not (isinstance(value, wanted) or (wanted is float and type(value) is int)):
            raise UnknownSwitch(f"{name} takes {', '.join(KNOWN[name]) or 'nothing'} and count")
    if details.get("kind", "qps") not in RATE_LIMITS:
        raise UnknownSwitch(f"kind must be one of {', '.join(RATE_LIMITS)}")
    if name == "plan" and details.setdefault("plan", "pro") not in PLANS:
        raise UnknownSwitch(f"plan must be one of {', '.join(PLANS)}")
    if not 0 <= _chance(details) <= 1:
        raise UnknownSwitch("chance is a share from 0 to 1")
    return Order(name, on, details, count)


def _chance(details: Mapping[str, object]) -> float:
    value = details.get("chance", 1.0)
    return float(value) if isinstance(value, int | float) else 1.0


class Switches:
    """The board. Callers hold the world's lock."""

    def __init__(self, board: Callable[[], dict[str, Switch]]) -> None:
        self._board = board
        self._dice: dict[str, random.Random] = {}

    def obey(self, order: Order) -> None:
        """Turn a switch on or off."""
        if order.on:
            self._board()[order.name] = Switch(order.details, order.count)
            self._dice.pop(order.name, None)
        else:
            self._board().pop(order.name, None)

    def details(self, name: str) -> Mapping[str, object] | None:
        """The details of a switch that is on, without using it up; None if it is off."""
        switch = self._board().get(name)
        return None if switch is None else switch.details

    def use(self, name: str, **subject: str) -> Mapping[str, object] | None:
        """The details of a switch that applies to ``subject`` now, one of its times used up; else None."""
        switch = self._board().get(name)
        if switch is None or any(switch.details.get(key, is_) != is_ for key, is_ in subject.items()):
            return None
        if not self._falls(name, switch.details):
            return None
        if switch.left is not None:
            switch.left -= 1
            if switch.left == 0:
                del self._board()[name]
        return switch.details

    def _falls(self, name: str, details: Mapping[str, object]) -> bool:
        """Whether this one is among the switch's share; without ``chance`` every one is."""
        if "chance" not in details:
            return True
        dice = self._dice.setdefault(name, random.Random(str(details.get("seed", 1))))  # noqa: S311
        return dice.random() < _chance(details)

    def as_json(self) -> dict[str, object]:
        """Each known switch: off, or on with its details."""
        return {name: self._one(name) for name in KNOWN}

    def _one(self, name: str) -> dict[str, object]:
        switch = self._board().get(name)
        if switch is None:
            return {"on": False}
        return {"on": True, **switch.details, **({} if switch.left is None else {"count": switch.left})}
