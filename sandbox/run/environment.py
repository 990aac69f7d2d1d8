"""The environment of the demo's processes: the sandbox's accounts, none of the person's own."""

from collections.abc import Mapping
from pathlib import Path

from sandbox.ehr.accounts import PASSWORD, USER
from sandbox.run.addresses import Addresses
from sandbox.run.demo_keys import DemoKeys

OURS = ("VISITBRIDGE_", "ZOOM_")
ZOOM_DEMO = {
    "ZOOM_ACCOUNT_ID": "sandbox-account",
    "ZOOM_CLIENT_ID": "sandbox-client",
    "ZOOM_CLIENT_SECRET": "sandbox-secret",
    "ZOOM_WEBHOOK_SECRET": "sandbox-webhook-secret",
}


def demo_environment(
    given: Mapping[str, str], addresses: Addresses, folder: Path, keys: DemoKeys
) -> dict[str, str]:
    """What the app and the simulators are started with. ``folder`` holds the state and the site file."""
    kept = {name: value for name, value in given.items() if not name.startswith(OURS)}
    return {
        **kept,
        **ZOOM_DEMO,
        "ZOOM_API_URL": f"{addresses.zoom}/v2",
        "ZOOM_OAUTH_URL": f"{addresses.zoom}/oauth/token",
        "ZOOM_SIGNIN_URL": f"{addresses.zoom}/signin",
        "VISITBRIDGE_BASE_URL": addresses.app,
        "VISITBRIDGE_DATABASE_URL": f"sqlite:///{(folder / 'visitbridge.db').resolve()}",
        "VISITBRIDGE_SECRET_KEYS": keys.secret_keys,
        "VISITBRIDGE_CLIENT_JWKS": keys.client_jwks,
        "VISITBRIDGE_EHR_DIR": str((folder / "ehr").resolve()),
        "VISITBRIDGE_SMTP_URL": f"smtp://127.0.0.1:{addresses.smtp_port}",
        "VISITBRIDGE_SMS_URL": f"{addresses.messages}/sms",
        "VISITBRIDGE_MAIL_FROM": "visits@harbor-clinic.example",
        "VISITBRIDGE_CLOCK_URL": addresses.clock,
        # By which the app uses what a flavour of the EHR serves beside OAuth and FHIR.
        "SANDBOX_EHR_USER": USER,
        "SANDBOX_EHR_PASSWORD": PASSWORD,
        # A proxy of the environment knows nothing of loopback.
        "NO_PROXY": "localhost,127.0.0.1",
        "no_proxy": "localhost,127.0.0.1",
        "PYTHONUNBUFFERED": "1",
    }
