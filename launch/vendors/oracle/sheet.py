"""What belongs into Oracle Health's app registration and behind a button of PowerChart."""

from launch.vendors.sheet import Line, Sheet

SHEETS = (
    Sheet(
        "Code Console: app registration",
        (
            Line("SMART Launch URI", "{launch_url}"),
            Line("Redirect URI", "{redirect_uri}"),
            Line("JWKS URL", "{jwks_url}"),
            Line("Client id", "{client_id}"),
            # No wildcards here; what is not provisioned is dropped without a word.
            Line("Scopes", "{scopes}"),
        ),
    ),
    # A plain URL behind a button opens us without iss and launch, and nobody is told who asks.
    Sheet("PowerChart: a button of the kind SMART application", (Line("Launch URI", "{launch_url}"),)),
)
