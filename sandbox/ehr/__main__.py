"""Runs the simulated EHR: ``python -m sandbox.ehr --port 8001 --app-url http://localhost:8000``."""

import argparse
from pathlib import Path

from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
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
    given = ask.parse_args()
    config = EhrConfig(given.port, given.app_url, given.state, given.fhir_backend.rstrip("/"))
    ehr = Ehr(config)
    serve(create_app(config, ehr), config.port, on_stop=ehr.snapshot.flush)


if __name__ == "__main__":
    main()
