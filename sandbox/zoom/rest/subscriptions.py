"""An app's event subscriptions: list, create, delete.

https://developers.zoom.us/docs/api/webhooks/#configure-webhooks-via-zoom-api
"""

import secrets
from collections.abc import Mapping

from sandbox.zoom import refusals
from sandbox.zoom.gate import Answer, Call, View
from sandbox.zoom.paging import page_of
from sandbox.zoom.world import World

ON_THE_APPS_PAGES = "build_flow"


def list_subscriptions(world: World, call: Call) -> Answer:
    """``getUserEventSubscriptions``"""
    if call.text("subscription_scope") == "account" and call.text("account_id") != world.config.account_id:
        raise refusals.validation_failed(("account_id", "Must be the account's."))
    rows = [{"event_subscription_id": key, **one} for key, one in world.state.subscriptions.items()]
    return 200, page_of(world, call, "event_subscriptions", rows, numbered=False)


def create_subscription(world: World, call: Call) -> Answer:
    """``createEventSubscription``: every event needs a scope that the app has."""
    lacking = (world.switches.details("events_not_allowed") or {}).get("begin")
    events = call.body["events"]
    if not isinstance(events, list) or not events:
        raise refusals.validation_failed(("events", "This field is required."))
    if isinstance(lacking, str) and any(str(one).startswith(lacking) for one in events):
        raise refusals.validation_failed(("events", "The event is not allowed for the app."))
    key = secrets.token_urlsafe(16)
    kept = {name: value for name, value in call.body.items() if name not in ("user_ids", "account_id")}
    world.state.subscriptions[key] = {**kept, "created_source": "api"}
    return 201, {"event_subscription_id": key}


def delete_subscription(world: World, call: Call) -> Answer:
    """``deleteEventSubscription``: what was set up on the app's pages stays."""
    found = world.state.subscriptions.get(call.path["subscription_id"])
    if found is None or found.get("created_source") == ON_THE_APPS_PAGES:
        raise refusals.validation_failed(("eventSubscriptionId", "Invalid event subscription."))
    del world.state.subscriptions[call.path["subscription_id"]]
    return 204, None


VIEWS: Mapping[str, View] = {
    "getUserEventSubscriptions": list_subscriptions,
    "createEventSubscription": create_subscription,
    "deleteEventSubscription": delete_subscription,
}
