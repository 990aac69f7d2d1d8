"""`python -m app sites`: site files of well-known EHRs, ready to be taken."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from app.plainly import WRONG_SETTINGS, said_plainly
from app.services.doctor.registration import as_text, sheets_for
from app.settings import read_settings
from app.sites import ClinicSite, read_sites

READY = Path("sandbox_config/sites")
PLACE = '"<client-id>"'
TO_COME = "will be given to you there"


@click.group()
def sites() -> None:
    """Site files of well-known EHRs, to be tried."""
    if not _names():
        raise click.ClickException(f"{READY} is not here: run this in a checkout.")


@sites.command("list")
def list_ready() -> None:
    """Name those that are ready."""
    for name in _names():
        click.echo(name)


@sites.command()
@click.argument("name")
@click.option("--client-id", help="As the EHR registered the app. Without it: what to register there.")
def add(name: str, client_id: str | None) -> None:
    """Put the file of NAME where this deployment reads its EHRs, and say what belongs into its screens."""
    if name not in _names():
        raise click.BadParameter(f"there is no {name}. There is: {', '.join(_names())}", param_hint="NAME")
    ready = (READY / f"{name}.toml").read_text()
    text = ready.replace(PLACE, json.dumps(client_id or TO_COME))
    with said_plainly():
        settings = read_settings()
        site = _checked(text, name)
    click.echo(as_text(sheets_for(site, settings.base_url)))
    click.echo(f"\nWhat each is, and how long it takes: docs/sites/{name}.md")
    if PLACE in ready and not client_id:
        click.echo(f"Register that; then: python -m app sites add {name} --client-id …")
        return
    click.echo(f"{_written(settings.ehr_dir, name, text)} is written; it counts from the next start on.")
    click.echo(f"Whether it works: python -m app doctor {name}")


def _names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in READY.glob("*.toml")))


def _checked(text: str, name: str) -> ClinicSite:
    """The site, if a deployment can use it. Raises SiteFileWrong."""
    with TemporaryDirectory() as folder:
        (Path(folder) / f"{name}.toml").write_text(text)
        [site] = read_sites(Path(folder), {})
    return site


def _written(folder: Path, name: str, text: str) -> Path:
    target = folder / f"{name}.toml"
    if target.exists():
        click.echo(f"{target} is there already: change that one, or remove it first.", err=True)
        sys.exit(WRONG_SETTINGS)
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    return target
