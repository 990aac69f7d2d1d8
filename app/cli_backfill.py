"""`python -m app backfill <ehr>`: visits and links for what is booked already."""

import sys
from datetime import date, datetime, timedelta

import click

from app.errors import explain
from app.errors.requests import SiteUnknown
from app.logs import set_up_logs
from app.plainly import said_plainly
from app.ports import Rooms
from app.services.backfill import Order, fill_back
from app.settings import read_settings
from app.store.backfills import Progress
from app.store.one_process import one_process
from app.sync_plan import SyncPlan
from fhir.errors import FhirError
from launch.errors import LaunchError

DAY = click.DateTime(["%Y-%m-%d"])
FAILED = 1


@click.command()
@click.argument("ehr")
@click.option("--from", "first", type=DAY, help="The first day; today if left out.")
@click.option("--to", "last", type=DAY, help="The last day; as far as [sync] reads if left out.")
@click.option("--dry-run", "dry", is_flag=True, help="Make and send nothing: numbers and reasons only.")
def backfill(ehr: str, first: datetime | None, last: datetime | None, dry: bool) -> None:
    """Make visits and links for future appointments of EHR. Stopped or killed, it goes on where it was."""
    from app.rooms import compose

    with said_plainly():
        settings = read_settings()
        set_up_logs("ERROR")
        with one_process(settings.database_url).held():
            _run(compose(settings), ehr, first, last, dry)


def _run(rooms: Rooms, ehr: str, first: datetime | None, last: datetime | None, dry: bool) -> None:
    order = _order(rooms, ehr, first, last)
    made = Progress(0, {})
    try:
        with click.progressbar(length=len(order.legs), label=ehr, file=sys.stderr) as bar:
            for made in fill_back(rooms, order, dry=dry):
                bar.update(made.done - bar.pos)
    except (FhirError, LaunchError) as fault:
        why = explain(fault)
        click.echo(f"{why.code}: {why.cause} {why.next_step}", err=True)
        sys.exit(FAILED)
    for reason, number in sorted(made.counts.items()):
        click.echo(f"{number:>7}  {reason}")
    click.echo("Nothing was made or sent." if dry else "Done.")


def _order(rooms: Rooms, ehr: str, first: datetime | None, last: datetime | None) -> Order:
    try:
        site = rooms.sites.by_name(ehr)
    except SiteUnknown:
        known = ", ".join(one.name for one in rooms.sites.all())
        raise click.BadParameter(f"there is no {ehr}. There is: {known}", param_hint="EHR") from None
    if site.launch.backend_client_id is None:
        raise click.BadParameter("its file has no backend_client_id", param_hint="EHR")
    plan = site.sync or SyncPlan()
    today: date = rooms.clock.now().astimezone(site.zone).date()
    begins = max(first.date(), today) if first else today
    ends = last.date() if last else today + timedelta(days=plan.horizon_days)
    if ends < begins:
        raise click.BadParameter("the last day is before the first, or before today", param_hint="--to")
    return Order(site, plan, begins, ends)
