"""Runs the simulated EHR: ``python -m sandbox.ehr --port 8001 --app-url http://localhost:8000``."""

import argparse
import sys
from datetime import UTC, datetime, time
from pathlib import Path

from sandbox.clinic.day import seconds_until
from sandbox.clock import SettableClock
from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.flavours import flavour_names
from sandbox.ehr.outcomes import FhirRefusal
from sandbox.ehr.world import Ehr
from sandbox.serving import serve


def main() -> None:
    """Serve until told to stop; the state is written before the process ends."""
    ask = argparse.ArgumentParser(prog="python -m sandbox.ehr", description=__doc__)
    ask.add_argument("--port", type=int, default=8001)
    ask.add_argument(
        "--app-url", default="http://localhost:8000", help="where the app is, as browsers see it"
    )
    ask.add_argument("--state", type=Path, default=None, help="folder that keeps the state (default: memory)")
    ask.add_argument("--fhir-backend", default="", help="base URL of a FHIR R4 server to keep the chart on")
    ask.add_argument("--flavour", choices=flavour_names(), default="generic", help="which EHR to play")
    ask.add_argument("--zoom-url", default=EhrConfig.zoom_url, help="the simulated Zoom, for the screens")
    ask.add_argument("--messages-url", default=EhrConfig.messages_url, help="the message sink, likewise")
    ask.add_argument(
        "--at", type=time.fromisoformat, default=None, help="begin when the clinic's clocks say so"
    )
    given = ask.parse_args()
    config = EhrConfig(
        port=given.port,
        app_url=given.app_url,
        state_folder=given.state,
        fhir_backend=given.fhir_backend.rstrip("/"),
        flavour=given.flavour,
        zoom_url=given.zoom_url.rstrip("/"),
        messages_url=given.messages_url.rstrip("/"),
    )
    try:
        ehr = Ehr(config, SettableClock(seconds_until(given.at, datetime.now(UTC)) if given.at else 0.0))
    except FhirRefusal:
        sys.exit(f"The FHIR server at {config.fhir_backend} does not take the clinic's day. Is it running?")
    serve(create_app(config, ehr), config.port, on_stop=ehr.snapshot.flush)


if __name__ == "__main__":
    main()
