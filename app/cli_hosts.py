"""`python -m app hosts`: who hosts for whom, and whether tomorrow's visits have a host."""

import sys

import click

from app.cli_parts import composed
from app.services.hosts_page import read_hosts_page
from app.services.plan_hosts import plan_hosts
from app.services.read_directory import read_directory_now

LACKING = 1


@click.group()
def hosts() -> None:
    """Who hosts for whom in Zoom."""


@hosts.command("list")
def list_hosts() -> None:
    """Every practitioner seen in a chart: EHR, id, Zoom user, by which rule, and what is wrong."""
    with composed() as rooms:
        page = read_hosts_page(rooms, rooms.sites.all())
    for row in page.rows:
        said = " ".join(row.conflicts) or "ok"
        source = row.source or "-"
        click.echo(f"{row.site}  {row.practitioner_id}  {row.account or '-'}  {source}  {said}")
    if page.error:
        click.echo(f"The account's users: {page.error}", err=True)


@hosts.command()
def check() -> None:
    """Read the account's users now, and list tomorrow's visits without a licensed host: ends with 1 then."""
    with composed("ERROR") as rooms:
        count, error = read_directory_now(rooms)
        plan_hosts(rooms)
        page = read_hosts_page(rooms, rooms.sites.all())
    if error:
        click.echo(f"The account's users could not all be read: {error}", err=True)
    click.echo(f"{count} users.")
    for one in page.tomorrow:
        at = one.visit.start.astimezone(one.zone).strftime("%Y-%m-%d %H:%M")
        click.echo(f"{at}  {one.visit.code}  {one.visit.site}  {one.visit.host_key or '-'}  {one.problem}")
    for day in page.ledger:
        if day.is_too_much:
            click.echo(
                f"{day.host}: {day.planned} planned of {day.left} left, tomorrow {day.planned_tomorrow}"
            )
    sys.exit(LACKING if page.tomorrow or error else 0)
