"""`python -m app worker | events`: the parts of a deployment of many processes."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.logs import set_up_logs
from app.plainly import WRONG_SETTINGS, said_plainly
from app.ports import Rooms
from app.settings import Settings, SettingsWrong, read_settings

PORT = click.IntRange(0, 65535)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8020, show_default=True, help="For /healthz, /readyz, /metrics.")
def worker(host: str, port: int) -> None:
    """Do what is due, without pages: read webhooks, deliver, look at calls. As many as you like."""
    from app.working import PortTaken, work

    with said_plainly():
        settings = checked_settings("worker")
    set_up_logs(settings.log_level)
    try:
        work(settings, host, port)
    except PortTaken as taken:
        click.echo(taken.line, err=True)
        sys.exit(WRONG_SETTINGS)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8010, show_default=True)
def events(host: str, port: int) -> None:
    """Serve the event streams of open pages: send /events/stream of the base URL here."""
    from app.serving import EVENTS, Server, make_events

    with said_plainly():
        settings = checked_settings("events")
    set_up_logs(settings.log_level)
    Server(lambda: make_events(settings), host, port, EVENTS).run()


@click.command("move-database")
@click.argument("to_url")
def move_database(to_url: str) -> None:
    """Copy everything from SQLite to the empty, migrated PostgreSQL database at TO_URL."""
    from app.moving import move_all

    with said_plainly():
        for line in move_all(read_settings(), to_url):
            click.echo(line)


def checked_settings(needs_postgres: str | None = None) -> Settings:
    """Settings to start with; `needs_postgres`: a command for many processes only.

    Raises SettingsWrong or SiteFileWrong.
    """
    from app.rooms import check

    settings = read_settings()
    check(settings)
    if needs_postgres and settings.database_url.startswith("sqlite"):
        raise SettingsWrong(
            (
                f"VISITBRIDGE_DATABASE_URL: `{needs_postgres}` needs PostgreSQL:"
                " over SQLite one `serve` does all the work",
            )
        )
    return settings


@contextmanager
def composed(level: str = "WARNING") -> Iterator[Rooms]:
    """The rooms for a command, without their chatter; what cannot be used is said in a line."""
    from app.rooms import compose
    from app.store.migrate import check_answers

    set_up_logs(level)
    with said_plainly():
        rooms = compose(read_settings())
        check_answers(rooms.db)
    try:
        yield rooms
    finally:
        rooms.db.dispose()
