"""`python -m app audit …`: who saw and did what, and whether that record is whole."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from app.crypto import KEYRING
from app.models import AuditRow
from app.plainly import said_plainly
from app.settings import read_settings
from app.store.audit import listed
from app.store.audit_check import Mark, check_chain
from app.store.database import Database
from app.store.migrate import check_answers

BROKEN = 1
_MARK = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


class _Head(click.ParamType[Mark]):
    """A head as `audit verify` prints it."""

    name = "number:hash"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Mark:
        """The mark."""
        found = _MARK.fullmatch(str(value))
        if found is None:
            self.fail("give it as `audit verify` printed it: a number, a colon and 64 letters", param, ctx)
        return Mark(int(found[1]), found[2])


@click.group()
def audit() -> None:
    """Who saw and did what."""


@audit.command()
@click.option("--head", "kept", type=_Head(), help="A head that was printed before: it must still be there.")
def verify(kept: Mark | None) -> None:
    """Look at every row of the record, and name the first that was changed, taken out or put in.

    Keep the head that is printed where nobody who can write to the database can reach it.
    """
    with said_plainly(), _read() as tx:
        found = check_chain(tx, kept)
    if found.broken is not None:
        click.echo(f"Row {found.broken}: {found.why}.", err=True)
        click.echo(f"Whole as far as row {found.head.n}.", err=True)
        sys.exit(BROKEN)
    click.echo(f"Whole: {found.head.n} rows. Head: {found.head}")


@audit.command("list")
@click.option("--visit", help="One visit's id, as in the address of its page.")
@click.option("--since", type=click.DateTime(), help="Deeds since then, in UTC.")
def show(visit: str | None, since: datetime | None) -> None:
    """Print the rows, a JSON line each."""
    with said_plainly(), _read() as tx:
        for row in listed(tx, visit, since.replace(tzinfo=UTC) if since else None):
            click.echo(json.dumps(_said(row)))


def _said(row: AuditRow) -> dict[str, object]:
    names = ("n", "staff_id", "session", "session_kind", "site", "visit_id", "act")
    return {
        "at": row.at.isoformat(),
        **{name: getattr(row, name) for name in names},
        "details": json.loads(row.details),
    }


@contextmanager
def _read() -> Iterator[Session]:
    """The database, with the keys to read it. Raises SettingsWrong or DatabaseUnfit."""

    settings = read_settings()
    KEYRING.load(settings.secret_keys)
    database = Database(settings.database_url)
    try:
        check_answers(database)
        with database.read() as tx:
            yield tx
    finally:
        database.dispose()
