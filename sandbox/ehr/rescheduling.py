"""What the front desk does to an appointment behind the app's back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import instant
from sandbox.ehr.elements import Raw
from sandbox.ehr.schedule import minutes_of

KNOWN = ("status", "start", "minutes", "move_minutes")


class BadChange(ValueError):
    """A change of an appointment that cannot be."""


def changed_appointment(appointment: Raw, order: Mapping[str, Any]) -> Raw:
    """A copy with another status, another start, another length. Raises BadChange.

    ``start`` is an instant with its zone, ``move_minutes`` counts from the present start.
    """
    if not order or set(order) - set(KNOWN):
        raise BadChange(f"a change names {', '.join(KNOWN)}")
    raw = dict(appointment)
    if "status" in order:
        raw["status"] = order["status"]
        raw.pop("cancelationReason", None)
    if raw["status"] == "cancelled":
        raw["cancelationReason"] = {"text": "Cancelled at the front desk"}
    if {"start", "minutes", "move_minutes"} & set(order):
        raw |= _times(raw, order)
    return raw


def _times(raw: Raw, order: Mapping[str, Any]) -> Raw:
    try:
        start = datetime.fromisoformat(str(order.get("start", raw.get("start"))))
        start += timedelta(minutes=float(order.get("move_minutes", 0)))
        minutes = int(order.get("minutes", minutes_of(raw)))
    except (ValueError, TypeError):
        raise BadChange("start is an instant, minutes and move_minutes are numbers") from None
    if start.tzinfo is None or minutes < 1:
        raise BadChange("start has a zone and minutes is 1 or more")
    end = start + timedelta(minutes=minutes)
    told = {"minutesDuration": minutes} if "minutesDuration" in raw else {}
    return {"start": instant(start), "end": instant(end), **told}
