"""What belongs into Epic's app page and into the FDI record of a customer.

Which mnemonics a customer's Epic has is in its own library; those here stand in public set-up guides.
"""

from launch.vendors.sheet import Line, Sheet

SHEETS = (
    Sheet(
        "fhir.epic.com: app page",
        (
            Line("Redirect URI", "{redirect_uri}"),
            Line("JWK Set URL (non-production and production)", "{jwks_url}"),
            Line("Client ID (of the environment that iss is of)", "{client_id}"),
        ),
    ),
    Sheet(
        "FDI record",
        (
            Line("Launch URL", "{launch_url}"),
            # Which CSN reaches us under which key is ours to say: the token answer repeats it.
            Line("CONTEXT", "csn=%CSN%"),
        ),
    ),
)
