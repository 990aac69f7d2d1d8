"""``python -m sandbox.messages``: run the message sink on loopback."""

import argparse
from pathlib import Path

from sandbox.clock import clock_for
from sandbox.messages.app import create_app
from sandbox.messages.config import MessagesConfig
from sandbox.messages.mail import mail_server
from sandbox.messages.mailbox import Mailbox
from sandbox.messages.switches import Switches
from sandbox.serving import serve


def main() -> None:
    """Run until told to stop."""
    config = _config()
    clock, switches = clock_for(config.clock_url), Switches()
    mailbox = Mailbox(clock, config.state_file)
    smtp = mail_server(mailbox, switches, config.smtp_port)
    smtp.start()
    try:
        serve(create_app(mailbox, switches, clock), config.port, on_stop=mailbox.close)
    finally:
        smtp.stop()


def _config() -> MessagesConfig:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.messages", description="A sink for e-mail and text messages."
    )
    parser.add_argument("--port", type=int, default=8003)
    parser.add_argument("--smtp-port", type=int, default=8025)
    parser.add_argument(
        "--clock-url", default="", help="the clock to follow, e.g. http://127.0.0.1:8001/clock"
    )
    parser.add_argument("--state", type=Path, help="folder of the state file; without it nothing is kept")
    asked = parser.parse_args()
    return MessagesConfig(asked.port, asked.smtp_port, asked.clock_url, asked.state)


if __name__ == "__main__":
    main()
