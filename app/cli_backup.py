"""`python -m app backup | restore`: a copy of everything in one file, and the way back."""

from datetime import UTC, datetime
from pathlib import Path

import click

from app.plainly import said_plainly
from app.settings import read_settings

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Copy the database to FILE as it is at one moment, while the app runs."""
    from app.backups import back_up

    with said_plainly():
        for line in back_up(read_settings(), file):
            click.echo(line)


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Also where there is something already.")
def restore(file: Path, force: bool) -> None:
    """Put the copy in FILE in the database's place, while the app does not run."""
    from app.backups import restore as put_back

    with said_plainly():
        for line in put_back(read_settings(), file, datetime.now(UTC), force=force):
            click.echo(line)
