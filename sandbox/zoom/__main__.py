"""``python -m sandbox.zoom``: run the simulated Zoom on loopback."""

import argparse
import os
from pathlib import Path

from sandbox.serving import serve
from sandbox.zoom.app import create_app
from sandbox.zoom.config import ZoomConfig
from sandbox.zoom.world import World

STATE_FILE = "zoom.json"


def main() -> None:
    """Run until told to stop."""
    config = _config()
    app = create_app(config)
    world: World = app.extensions["zoom"]
    serve(app, config.port, on_stop=world.close)


def _config() -> ZoomConfig:
    asked = _parser().parse_args()
    plain = ZoomConfig()
    return ZoomConfig(
        port=asked.port,
        public_url=asked.public_url,
        account_id=os.environ.get("ZOOM_ACCOUNT_ID") or plain.account_id,
        client_id=os.environ.get("ZOOM_CLIENT_ID") or plain.client_id,
        client_secret=os.environ.get("ZOOM_CLIENT_SECRET") or plain.client_secret,
        webhook_secret=os.environ.get("ZOOM_WEBHOOK_SECRET") or plain.webhook_secret,
        webhook_url=asked.webhook_url,
        clock_url=asked.clock_url,
        state_file=None if asked.state is None else asked.state / STATE_FILE,
        retry_scale=asked.retry_scale,
        recorded=asked.recorded,
    )


def _parser() -> argparse.ArgumentParser:
    plain = ZoomConfig()
    parser = argparse.ArgumentParser(prog="python -m sandbox.zoom", description="A strict simulated Zoom.")
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--public-url", default="", help="base of the links, if not http://127.0.0.1:PORT")
    parser.add_argument("--webhook-url", default="", help="where events go; none are sent without it")
    parser.add_argument(
        "--clock-url", default="", help="the clock to follow, e.g. http://127.0.0.1:8001/clock"
    )
    parser.add_argument("--state", type=Path, help="folder of the state file; without it nothing is kept")
    parser.add_argument("--retry-scale", type=float, default=1.0, help="0.01 makes 5 minutes 3 seconds")
    parser.add_argument("--recorded", type=int, default=plain.recorded, help="how many calls are kept")
    return parser


if __name__ == "__main__":
    main()
