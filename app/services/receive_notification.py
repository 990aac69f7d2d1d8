"""An EHR says that appointments changed: prove it, keep which, answer. What it says is only a hint."""

import hmac
import json
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.errors.webhooks import NotificationMalformed, NotificationUnproven, NotKept
from app.metrics import SYNC_TOLD
from app.models import EhrSubscription
from app.ports import Rooms
from app.store.subscriptions import ACTIVE, FAILED, find_by_key, hint, read_all_soon, subscription_of
from fhir.errors import ChartAnswerMalformed
from fhir.subscriptions import ON, OVER, Notification, notification_from

SCHEME = "Bearer "


def receive_notification(rooms: Rooms, site: str, key: str, authorization: str, body: bytes) -> None:
    """Keep what is told. Raises NotificationUnproven, NotificationMalformed, or NotKept if that failed.

    https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html
    """
    try:
        told = _proven(rooms, site, key, authorization, body)
        with rooms.db.write() as tx:
            row = find_by_key(tx, site, key)
            if row is not None:
                _keep(tx, row, told, rooms.clock.now())
    except SQLAlchemyError as failed:
        raise NotKept from failed
    SYNC_TOLD.labels(site, told.kind if told.kind in ("handshake", "heartbeat") else "event").inc()


def _proven(rooms: Rooms, site: str, key: str, authorization: str, body: bytes) -> Notification:
    """What is told, by whom it should be. Nothing is locked for strangers."""
    with rooms.db.read() as tx:
        row = subscription_of(tx, site)
    wanted = f"{SCHEME}{row.secret}" if row is not None and row.key == key else ""
    if not wanted or not hmac.compare_digest(wanted.encode(), authorization.encode()):
        raise NotificationUnproven
    return _parsed(body)


def _keep(tx: Session, row: EhrSubscription, told: Notification, now: datetime) -> None:
    row.heard_at = now
    if told.status in OVER:
        # The next turn asks anew.
        row.state, row.error_code, row.next_at = FAILED, f"told_{told.status}", now
    elif row.state != FAILED and (told.kind == "handshake" or told.status in ON):
        row.state, row.error_code = ACTIVE, None
    hint(tx, row.site, {one for one in told.focus.values() if one}, now)
    if _has_gap(row, told):
        read_all_soon(tx, row.site, now)


def _parsed(body: bytes) -> Notification:
    try:
        return notification_from(json.loads(body), "Appointment")
    except (ValueError, RecursionError, ChartAnswerMalformed):
        raise NotificationMalformed from None


def _has_gap(row: EhrSubscription, told: Notification) -> bool:
    """Whether an event was never told, or did not say of what: numbers have no holes.

    Late ones come out of order; what they are of is read all the same.
    """
    last = max((*told.focus, told.count or 0))
    first = min(told.focus, default=last + 1)
    missed = first > row.events + 1 or None in told.focus.values()
    row.events = max(row.events, last)
    return missed
