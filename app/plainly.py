"""What is wrong with a start, a line each, instead of a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.settings import SettingsWrong
from app.sites import SiteFileWrong
from app.store.migrate import DatabaseUnfit

WRONG_SETTINGS = 2


@contextmanager
def said_plainly() -> Iterator[None]:
    """End the process with these lines if the settings, a site's file or the database cannot be used."""
    try:
        yield
    except (SettingsWrong, SiteFileWrong, DatabaseUnfit) as wrong:
        for line in wrong.lines:
            click.echo(line, err=True)
        sys.exit(WRONG_SETTINGS)
