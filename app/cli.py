"""`python -m app …`: the parts of the product, for those who run it."""

import click

from app.cli_audit import audit
from app.cli_backfill import backfill
from app.cli_backup import backup, restore
from app.cli_doctor import doctor
from app.cli_hosts import hosts
from app.cli_keys import keys
from app.cli_parts import checked_settings, composed, events, move_database, worker
from app.cli_sites import sites
from app.cli_zoom import zoom
from app.logs import set_up_logs
from app.plainly import said_plainly
from app.ports import Rooms
from app.settings import read_settings
from app.signin.roles import Grant, StaffRole
from app.store.one_process import one_process

ROLES = [role.value for role in StaffRole]


@click.group()
def main() -> None:
    """VisitBridge. Settings come from the environment; a wrong one is named at the start."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--without-jobs", is_flag=True, help="Leave what is due to `worker` (PostgreSQL only).")
def serve(host: str, port: int, without_jobs: bool) -> None:
    """Serve the pages and the webhooks, and do what is due: one process."""
    from app.serving import Server, make_application

    with said_plainly():
        settings = checked_settings("serve --without-jobs" if without_jobs else None)
        with one_process(settings.database_url).held():
            pass
    set_up_logs(settings.log_level)
    Server(lambda: make_application(settings, with_jobs=not without_jobs), host, port).run()


@main.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    from app.store.database import Database
    from app.store.migrate import migrate as bring_up

    with said_plainly():
        bring_up(Database(read_settings().database_url))
    click.echo("The database is up to date.")


main.add_command(worker)
main.add_command(events)
main.add_command(move_database)
main.add_command(audit)
main.add_command(backup)
main.add_command(restore)
main.add_command(keys)
main.add_command(doctor)
main.add_command(backfill)
main.add_command(sites)
main.add_command(hosts)
main.add_command(zoom)


@main.group()
def staff() -> None:
    """Local accounts."""


@staff.command("add")
@click.argument("login")
@click.option("--name", required=True, help="As colleagues should see it.")
@click.option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    default=["provider"],
    show_default=True,
    help="Providers and assistants see visits and act; schedulers see them and send links; "
    "engineers and admins see none, and look after the connections to EHRs. "
    "May be given several times.",
)
@click.option("--site", default="", help="One EHR's name, as in its file; all if left out.")
@click.option("--department", default="", help="One Location id of that EHR; all if left out.")
def add(login: str, name: str, roles: tuple[str, ...], site: str, department: str) -> None:
    """Print a one-time sign-in link for LOGIN, making the account if there is none."""
    from app.services.give_account import give_account

    with composed() as rooms:
        _check_place(rooms, site, department)
        grants = [Grant(StaffRole(role), site, department) for role in roles]
        account = give_account(rooms, login, name, grants)
    if not account.is_new:
        click.echo(f"The account {login} exists: its name and roles are unchanged.", err=True)
    click.echo(account.link)


def _check_place(rooms: Rooms, site: str, department: str) -> None:
    """A role that counts nowhere lets nobody in, and says nothing of it."""
    from app.services.give_account import departments_of

    sites = [one.name for one in rooms.sites.all()]
    if site and site not in sites:
        raise click.BadParameter(f"there is no {site}. There is: {', '.join(sites)}", param_hint="--site")
    if department and not site:
        raise click.UsageError("--department needs --site: a Location id is unique only within one EHR.")
    if department and department not in departments_of(rooms, site):
        click.echo(
            f"Neither the file of {site} nor any visit so far names the department {department}: "
            "until one does, the role shows nothing.",
            err=True,
        )
