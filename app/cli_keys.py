"""`python -m app keys`: the keys that sign for this deployment, from the first to the last."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.cli_parts import composed
from app.keys import ALGORITHMS, KeysWrong, new_client_jwks, new_secret_key
from app.ports import Rooms
from app.store.client_keys import KeptKey

SECRET_KEYS = "VISITBRIDGE_SECRET_KEYS"  # noqa: S105  # its name, not its value
NOW = click.option("--now", "at_once", is_flag=True, help="Do not wait for EHRs: a key has leaked.")


@click.group()
def keys() -> None:
    """Keys of this deployment: new, then rotate, then retire, ten minutes apart, without a restart."""


@keys.command("new")
@click.option("--alg", type=click.Choice(ALGORITHMS), default="ES384", show_default=True)
def new(alg: str) -> None:
    """Publish a new key for the EHRs, which does not sign yet.

    Where VISITBRIDGE_SECRET_KEYS is not set there is no deployment yet: its first keys are printed, as lines
    for the environment.
    """
    from app.services.rotate_keys import publish_new_key

    if not os.environ.get(SECRET_KEYS):
        click.echo(f"{SECRET_KEYS}={new_secret_key()}")
        click.echo(f"VISITBRIDGE_CLIENT_JWKS='{new_client_jwks(alg)}'")
        return
    with _rooms() as rooms:
        made = publish_new_key(rooms, alg)
    _say(made)
    if made.state == "published":
        click.echo("In ten minutes, or once every EHR has fetched it: python -m app keys rotate", err=True)


@keys.command("rotate")
@NOW
def rotate(at_once: bool) -> None:
    """Sign with the newest key. The old one stays published."""
    from app.services.rotate_keys import rotate_keys

    with _rooms() as rooms:
        _say(rotate_keys(rooms, at_once))
    click.echo("In ten minutes: python -m app keys retire", err=True)


@keys.command("retire")
@click.argument("kid", required=False)
@NOW
def retire(kid: str | None, at_once: bool) -> None:
    """Publish the replaced keys no more, or the one named KID, and destroy their private halves."""
    from app.services.rotate_keys import retire_keys

    with _rooms() as rooms:
        for gone in retire_keys(rooms, kid, at_once):
            click.echo(f"{gone} retired")


@keys.command("list")
@click.option("--jwks", is_flag=True, help="The public key set, as EHRs fetch it.")
def list_(jwks: bool) -> None:
    """Name the published keys: published (not signing yet), signing or replaced."""
    from app.services.rotate_keys import list_keys

    with _rooms() as rooms:
        if jwks:
            click.echo(json.dumps(rooms.ehr.public_jwks(), indent=2))
            return
        for one in list_keys(rooms):
            _say(one)


def _say(key: KeptKey) -> None:
    click.echo(f"{key.kid} {key.alg} {key.state} since {key.since:%Y-%m-%dT%H:%M:%SZ}")


@contextmanager
def _rooms() -> Iterator[Rooms]:
    """The rooms; what is wrong with keys is said in a line."""
    try:
        with composed() as rooms:
            yield rooms
    except KeysWrong as wrong:
        raise click.ClickException(str(wrong)) from wrong
