"""``python -m sandbox.run demo``: start the whole sandbox with the app."""

import argparse
import os
import sys

from sandbox.run.addresses import PortsWrong
from sandbox.run.demo import run_demo
from sandbox.run.household import PartFailed
from sandbox.run.site_files import FlavourUnknown


def main() -> None:
    """Run until told to stop; exits with 1 and one plain sentence where it cannot start."""
    ask = argparse.ArgumentParser(prog="python -m sandbox.run", description=__doc__)
    ask.add_argument("what", choices=["demo"])
    ask.add_argument("--stop-with-parent", action="store_true", help="also stop when the caller is gone")
    asked = ask.parse_args()
    try:
        run_demo(os.environ, stop_with_parent=asked.stop_with_parent)
    except (PortsWrong, PartFailed, FlavourUnknown) as wrong:
        sys.exit(str(wrong))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
