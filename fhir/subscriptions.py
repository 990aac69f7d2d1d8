"""Being told of changes: topic-based subscriptions as R4 servers have them.

https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/ (hl7.fhir.uv.subscriptions-backport 1.1.0)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fhir._elements import Raw, many, one, text_of
from fhir.errors import ChartAnswerMalformed
from fhir.references import parse_reference

BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
ON, OVER = ("active", "requested"), ("error", "off")
_NUMBERS = ("valueString", "valueUnsignedInt", "valueInteger")


@dataclass(frozen=True)
class Wish:
    """What is to be told, and where. `header` is one line of HTTP, which proves who tells."""

    topic: str
    filter: str | None
    endpoint: str
    header: str
    end: datetime
    heartbeat_seconds: int


@dataclass(frozen=True)
class Notification:
    """What a server told. `count`: how many events there were since the subscription began, if it says.

    `focus`: resource ids of the type that was asked for, by event number; None in the place of one that is
    not named, or of another type.
    """

    kind: str
    status: str | None
    count: int | None
    focus: Mapping[int, str | None]


def subscription(wish: Wish) -> Raw:
    """The resource that asks for it: ids alone come, and are read with our own permission."""
    channel: Raw = {
        "extension": [
            {"url": f"{BACKPORT}/backport-heartbeat-period", "valueUnsignedInt": wish.heartbeat_seconds}
        ],
        "type": "rest-hook",
        "endpoint": wish.endpoint,
        "payload": "application/fhir+json",
        "_payload": {"extension": [{"url": f"{BACKPORT}/backport-payload-content", "valueCode": "id-only"}]},
        "header": [wish.header],
    }
    raw: Raw = {
        "resourceType": "Subscription",
        "meta": {"profile": [f"{BACKPORT}/backport-subscription"]},
        "status": "requested",
        "end": wish.end.isoformat(timespec="seconds"),
        "reason": "Video visits follow their appointments.",
        "criteria": wish.topic,
        "channel": channel,
    }
    if wish.filter:
        told = {"url": f"{BACKPORT}/backport-filter-criteria", "valueString": wish.filter}
        raw["_criteria"] = {"extension": [told]}
    return raw


def notification_from(raw: Any, resource_type: str) -> Notification:
    """What a delivery tells of resources of a type. Raises ChartAnswerMalformed."""
    if not isinstance(raw, dict) or raw.get("resourceType") != "Bundle":
        raise ChartAnswerMalformed("Bundle")
    first = next((one(entry, "resource") for entry in many(raw, "entry")), {})
    if first.get("resourceType") != "Parameters":
        raise ChartAnswerMalformed("Parameters")
    named: dict[str, Raw] = {text_of(each, "name") or "": each for each in many(first, "parameter")}
    kind = text_of(named.get("type", {}), "valueCode")
    if kind is None:
        raise ChartAnswerMalformed("Parameters.type")
    events = [each for each in many(first, "parameter") if text_of(each, "name") == "notification-event"]
    return Notification(
        kind=kind,
        status=text_of(named.get("status", {}), "valueCode"),
        count=_number(named.get("events-since-subscription-start", {})),
        focus=dict(found for each in events if (found := _event(each, resource_type)) is not None),
    )


def _event(raw: Raw, resource_type: str) -> tuple[int, str | None] | None:
    parts: dict[str, Raw] = {text_of(each, "name") or "": each for each in many(raw, "part")}
    number = _number(parts.get("event-number", {}))
    if number is None:
        return None
    told = text_of(one(parts.get("focus", {}), "valueReference"), "reference") or ""
    # A server may name itself by another address than ours: the id counts, and is read at our own.
    relative = "/".join(told.partition("/_history/")[0].split("/")[-2:])
    found = parse_reference(relative)
    return number, found.id if found and found.resource_type == resource_type else None


def _number(raw: Raw) -> int | None:
    """64 bits do not fit JSON: such numbers come as text."""
    told: Any = next((raw[name] for name in _NUMBERS if name in raw), None)
    try:
        return int(told)
    except (TypeError, ValueError):
        return None
