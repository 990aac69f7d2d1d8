"""`python -m app zoom subscription`: which events Zoom delivers to us, and mending what is missing."""

import sys
from collections.abc import Callable

import click

from app.cli_parts import composed
from app.errors import explain
from app.ports import DeliveryReport, Rooms
from app.services.examine_delivery import examine_delivery, mend_delivery

LACKING = 1


@click.group()
def zoom() -> None:
    """The Zoom app of this deployment."""


@zoom.group()
def subscription() -> None:
    """Which events Zoom delivers to this deployment."""


@subscription.command()
def check() -> None:
    """Say which wanted events are not delivered here: ends with 1 then."""
    report = _done(examine_delivery)
    _say(report)
    sys.exit(0 if report.is_good else LACKING)


@subscription.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
def repair(*, dry_run: bool) -> None:
    """Subscribe to what is missing; what is delivered already stays as it is."""
    report = _done(examine_delivery if dry_run else mend_delivery)
    _say(report)
    would = "would be " if dry_run else ""
    if report.order:
        click.echo(f"A subscription of {len(report.order)} events to {report.address} {would}made.")
    if report.stale:
        click.echo(f"{len(report.stale)} of ours that it replaces {would}taken away.")


def _done(work: Callable[[Rooms], DeliveryReport]) -> DeliveryReport:
    with composed("ERROR") as rooms:
        try:
            return work(rooms)
        except Exception as fault:
            said = explain(fault)
            click.echo(f"{said.code}: {said.cause} {said.next_step}", err=True)
            scopes = getattr(fault, "scopes", ())
            if scopes:
                click.echo(f"Tick in the Zoom app: {', '.join(scopes)}", err=True)
            sys.exit(LACKING)


def _say(report: DeliveryReport) -> None:
    if report.is_good:
        click.echo(f"All wanted events are delivered to {report.address}.")
    for event in report.missing:
        click.echo(f"not delivered here: {event}")
    for address in report.elsewhere:
        click.echo(f"delivered elsewhere: {address}")
    if report.missing:
        click.echo(f"The app needs for them: {', '.join(report.scopes)}")
