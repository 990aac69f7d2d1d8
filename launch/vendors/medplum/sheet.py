"""What belongs into a ClientApplication of a Medplum project."""

from launch.vendors.sheet import Line, Sheet

SHEETS = (
    Sheet(
        "ClientApplication",
        (
            Line("Launch URI", "{launch_url}"),
            Line("Redirect URI", "{redirect_uri}"),
            Line("JWKS URI", "{jwks_url}"),
            # launchIdentifierSystems stays empty: with it, context names identifiers instead of our ids.
            Line("ID", "{client_id}"),
        ),
    ),
)
