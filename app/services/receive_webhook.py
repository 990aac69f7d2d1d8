"""A delivery of the video vendor: prove it, keep it, answer; act later."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from app.clock import epoch_ms
from app.errors.webhooks import NotKept
from app.metrics import WEBHOOKS
from app.ports import Rooms
from app.store.inbox import NewDelivery, keep


@dataclass(frozen=True)
class WebhookAnswer:
    """What the vendor is answered. `body` is JSON; None for an empty answer."""

    status: int
    body: Mapping[str, str] | None = None


def receive_webhook(rooms: Rooms, vendor: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
    """2xx for all that is authentic, also what is not known; a repeat is stored once.

    Raises the vendor's NotAuthentic or EventMalformed, and NotKept if it could not be stored.
    """
    received_ms = epoch_ms()
    accepted = rooms.video_of(vendor).accept(headers, body)
    if accepted.answer is not None:
        WEBHOOKS.labels("challenge").inc()
        return WebhookAnswer(200, accepted.answer)
    cover = accepted.cover
    on_cover = (cover.event, cover.told_ms, cover.room_id, cover.request_id)
    delivery = NewDelivery(vendor, body, rooms.clock.now(), received_ms, *on_cover)
    try:
        seq = rooms.db.write_together(keep, delivery)
    except SQLAlchemyError as failed:
        raise NotKept from failed
    WEBHOOKS.labels("repeated" if seq is None else "kept").inc()
    if seq is not None:
        rooms.inbox_bell.ring(seq)
    return WebhookAnswer(204)
