"""Which events Zoom delivers and where: examined, and mended by a subscription of our own.

What was set up on the app's own pages in Zoom cannot be changed by the API, only added to.
https://developers.zoom.us/docs/api/webhooks/#configure-webhooks-via-zoom-api
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from zoom_bridge._fields import Raw, strings, text
from zoom_bridge.catalogue import USED
from zoom_bridge.errors import ZoomAnswerMalformed

NAME: Final = "VisitBridge"
READ_SCOPE: Final = "marketplace:read:list_event_subscriptions"
_SCOPES: Final = {
    "meeting.alert": "meeting:read:alert:admin",
    "meeting.device_tested": "meeting:read:device:admin",
}
_SCOPES_BY_BEGIN: Final = (
    ("meeting.participant", "meeting:read:participant:admin"),
    ("meeting.", "meeting:read:meeting:admin"),
    ("recording.", "cloud_recording:read:recording:admin"),
    ("user.", "user:read:user:admin"),
)


@dataclass(frozen=True)
class EventSubscription:
    """One subscription of the app. `name` tells ours from those of the app's own pages."""

    id: str
    name: str
    address: str
    events: frozenset[str]

    @classmethod
    def from_json(cls, raw: Raw) -> "EventSubscription":
        """Raises ZoomAnswerMalformed without an id."""
        found = text(raw, "event_subscription_id")
        if found is None:
            raise ZoomAnswerMalformed("event_subscription_id")
        events = frozenset(strings(raw, "events"))
        return cls(
            found, text(raw, "event_subscription_name") or "", text(raw, "event_webhook_url") or "", events
        )

    @property
    def is_ours(self) -> bool:
        """Whether we made it."""
        return self.name == NAME


@dataclass(frozen=True)
class SubscriptionReport:
    """How deliveries stand, and what would mend them.

    `missing`: wanted events that come to no address of ours. `elsewhere`: addresses that are not ours and
    get some of them. `order`: events of the subscription to be made, empty where none is needed. `stale`:
    ids of subscriptions of ours to be taken away. `scopes`: what the app needs for the missing events.
    """

    address: str
    missing: tuple[str, ...]
    elsewhere: tuple[str, ...]
    order: tuple[str, ...]
    stale: tuple[str, ...]
    scopes: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing is to be done."""
        return not (self.missing or self.stale)


def examined(found: Iterable[EventSubscription], address: str) -> SubscriptionReport:
    """What the subscriptions lack of what is wanted at this address."""
    all_of_them = tuple(found)
    here = [one for one in all_of_them if one.address.rstrip("/") == address.rstrip("/")]
    ours = [one for one in all_of_them if one.is_ours]
    by_others = frozenset[str]().union(*(one.events for one in here if not one.is_ours))
    missing = USED.keys() - frozenset[str]().union(*(one.events for one in here))
    elsewhere = {one.address for one in all_of_them if one not in here and one.events & USED.keys()}
    # One that is incomplete is made anew, before the old one goes: meanwhile both deliver, and a repeat is
    # kept once.
    stale = [one.id for one in ours if missing or one not in here]
    return SubscriptionReport(
        address=address,
        missing=tuple(sorted(missing)),
        elsewhere=tuple(sorted(elsewhere)),
        order=tuple(sorted(USED.keys() - by_others)) if missing else (),
        stale=tuple(sorted(stale)),
        scopes=tuple(sorted({scope_of(event) for event in missing})),
    )


def order_json(account_id: str, address: str, events: Iterable[str]) -> Raw:
    """The body that makes a subscription for the whole account."""
    return {
        "events": list(events),
        "event_subscription_name": NAME,
        "event_webhook_url": address,
        "subscription_scope": "account",
        "account_id": account_id,
    }


def scope_of(event: str) -> str:
    """Which scope an app needs to be told of the event."""
    by_begin = (scope for begin, scope in _SCOPES_BY_BEGIN if event.startswith(begin))
    return _SCOPES.get(event) or next(by_begin, "")
