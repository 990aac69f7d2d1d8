"""The demo's copy of the EHR's site file, with the addresses of its own ports."""

from pathlib import Path

from sandbox.run.addresses import USUAL_BASE, Addresses

TEMPLATES = Path("sandbox_config/ehr")
NAME = "sandbox.toml"


def write_site_file(folder: Path, addresses: Addresses, templates: Path = TEMPLATES) -> Path:
    """Write the sandbox EHR's TOML for these addresses into ``folder``, alone there; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.toml"):
        old.unlink()
    usual, text = Addresses(USUAL_BASE), (templates / NAME).read_text()
    for theirs, ours in ((usual.ehr, addresses.ehr), (usual.app, addresses.app)):
        text = text.replace(theirs, ours)
    (folder / NAME).write_text(text)
    return folder
