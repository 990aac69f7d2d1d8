"""`python -m bench`: measure, print the table, keep it in bench/latest.json."""

import sys
from pathlib import Path
from typing import Any

import click

from bench.load import Unexpected
from bench.plan import ROWS, Plan
from bench.programs import NeverReady
from bench.report import table, write_json
from bench.run import run
from sandbox.run.stopping import interrupt_on_signals

USUAL = Plan()
LATEST = Path(__file__).parent / "latest.json"


@click.command()
@click.option("--seconds", default=USUAL.seconds, show_default=True, help="One throughput measurement.")
@click.option("--rounds", default=USUAL.rounds, show_default=True, help="How often each is repeated.")
@click.option("--rate", default=USUAL.rate, show_default=True, help="Webhooks a second of the stream row.")
@click.option("--stream-seconds", default=USUAL.stream_seconds, show_default=True)
@click.option("--pages", default=USUAL.pages, show_default=True, help="Open pages, forty visits each.")
@click.option("--connections", default=USUAL.connections, show_default=True, help="Kept alive, each busy.")
@click.option("--patients", default=USUAL.patients, show_default=True, help="Of whom no webhook tells.")
@click.option("--poll-seconds", default=USUAL.poll_seconds, show_default=True, help="The product's setting.")
@click.option("--past", default=USUAL.past, show_default=True, help="Visits and deliveries of before.")
@click.option("--only", type=click.Choice(ROWS), multiple=True, help="This row; may be given again.")
@click.option("--output", type=click.Path(path_type=Path), default=LATEST)
def main(output: Path, only: tuple[str, ...], **wanted: Any) -> None:
    """Measure the product's hot paths against a bare route on the same server."""
    plan = Plan(only=only or ROWS, **wanted)
    interrupt_on_signals()
    try:
        figures = run(plan, lambda line: click.echo(line, err=True))
    except (NeverReady, Unexpected) as fault:
        click.echo(f"Nothing to report: {fault}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    write_json(output, plan, figures)
    click.echo(table(figures))


main()
