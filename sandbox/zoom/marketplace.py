"""The operations of Zoom's Marketplace API that are simulated: an app's event subscriptions.

https://developers.zoom.us/docs/api/marketplace/
"""

from sandbox.zoom.operations import Operation

_PATH = "/marketplace/app/event_subscription"
MARKETPLACE = (
    Operation(
        "getUserEventSubscriptions",
        "GET",
        _PATH,
        ("marketplace:read:list_event_subscriptions",),
        (),
        "Medium",
        {
            "page_size": {"type": "integer", "minimum": 1, "maximum": 300},
            "next_page_token": {"type": "string"},
            "user_id": {"type": "string"},
            "subscription_scope": {"type": "string", "enum": ["user", "account", "master_account"]},
            "account_id": {"type": "string"},
        },
    ),
    Operation(
        "createEventSubscription",
        "POST",
        _PATH,
        ("marketplace:write:event_subscription",),
        (),
        "Medium",
        takes_body=True,
    ),
    Operation(
        "deleteEventSubscription",
        "DELETE",
        f"{_PATH}/<subscription_id>",
        ("marketplace:delete:event_subscription",),
        (),
        "Medium",
    ),
)
# Every app has them: nobody ticks them.
APP_SCOPES = tuple(scope for operation in MARKETPLACE for scope in operation.scopes)
