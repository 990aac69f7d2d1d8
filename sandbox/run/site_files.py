"""The demo's copy of the EHR's site file, with the addresses of its own ports."""

from collections.abc import Mapping
from pathlib import Path

from sandbox.run.addresses import USUAL_BASE, Addresses

CONFIGS = Path("sandbox_config")
NAME = "sandbox.toml"
STANDARD = "generic"


class FlavourUnknown(Exception):
    """There is no such flavour; the message is the sentence to print."""


def flavour_from(environment: Mapping[str, str], configs: Path = CONFIGS) -> str:
    """Which EHR the sandbox is to play, by ``FLAVOUR``. Raises FlavourUnknown."""
    asked = environment.get("FLAVOUR") or STANDARD
    known = (STANDARD, *sorted(path.stem for path in (configs / "flavours").glob("*.toml")))
    if asked not in known:
        raise FlavourUnknown(f"There is no FLAVOUR={asked}. There are: {', '.join(known)}.")
    return asked


def template_of(flavour: str, configs: Path = CONFIGS) -> Path:
    """The site file of a flavour: one EHR, one TOML."""
    return configs / "ehr" / NAME if flavour == STANDARD else configs / "flavours" / f"{flavour}.toml"


def write_site_file(
    folder: Path, addresses: Addresses, flavour: str = STANDARD, configs: Path = CONFIGS
) -> Path:
    """Write the sandbox EHR's TOML for these addresses into ``folder``, alone there; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.toml"):
        old.unlink()
    usual, text = Addresses(USUAL_BASE), template_of(flavour, configs).read_text()
    for theirs, ours in ((usual.ehr, addresses.ehr), (usual.app, addresses.app)):
        text = text.replace(theirs, ours)
    (folder / NAME).write_text(text)
    return folder
