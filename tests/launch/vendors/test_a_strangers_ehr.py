"""docs/adding-an-ehr.md, followed word by word in a copy: a folder and a line, and no other file."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = ("app", "launch", "fhir", "zoom_bridge", "jitsi_bridge")
BESIDE = ("sandbox", "sandbox_config")
FILES = re.compile(r"^`([\w/.-]+)`:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"in `NAMES`:\n\n(    \S+\n)")
END_OF_NAMES = ")  # fmt: skip"
USES = """
from pathlib import Path

from app.services.doctor.registration import sheets_for
from app.sites import read_sites
from launch.scopes import GrantedScopes
from fhir.capability import Capabilities, TypeCapabilities
from launch.vendors.ladder import Standing, choose
from launch.vendors.registry import profile_of
from launch.vendors.table import page
from sandbox.ehr.flavours import flavour_of

ready = Path("sandbox_config/sites/acme.toml")
ready.write_text(ready.read_text().replace("<client-id>", "client") + "[ladder]\\nacme-inbox = true\\n")
site = {one.name: one for one in read_sites(ready.parent, {}) if "acme" in one.name}["acme"]
profile = profile_of(site.launch.vendor)
assert profile.name == "acme", profile
assert [sheet.screen for sheet in sheets_for(site, "https://visits.example")] == ["Acme portal: new app"]
can = Capabilities({"Communication": TypeCapabilities(frozenset({"create"}))})
standing = Standing(can, {"user": GrantedScopes.parse("user/Communication.c")}, switches=site.ladder)
assert choose(profile.rungs.message, standing).rung.name == "acme-inbox"
assert not profile.rungs.note[0].can_be_draft
assert "`acme-inbox`" in page(profile)
assert flavour_of("acme").token_answer({}, None) == {}
"""


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """A copy of the rooms, to which a stranger adds an EHR as the page says."""
    for room in (*ROOMS, *BESIDE):
        shutil.copytree(root / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (tmp_path / "sandbox_config" / "sites").glob("*.toml"):
        path.unlink()
    follow((root / "docs" / "adding-an-ehr.md").read_text(), tmp_path)
    return tmp_path


def follow(page: str, folder: Path) -> None:
    """Write every file that the page shows, and its one line."""
    files, line = dict(FILES.findall(page)), LINE.search(page)
    assert len(files) == 4 and line
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        assert not (folder / name).exists(), f"{name}: the page edits what is there"
        (folder / name).write_text(text)
    registry = folder / "launch" / "vendors" / "registry.py"
    text = registry.read_text()
    assert text.count(END_OF_NAMES) == 1
    registry.write_text(text.replace(END_OF_NAMES, line[1] + END_OF_NAMES))


def differences(ours: Path, theirs: Path) -> Iterator[str]:
    """What a stranger touched in the rooms."""
    for room in ROOMS:
        for path in sorted((theirs / room).rglob("*.py")):
            name = path.relative_to(theirs)
            before = (ours / name).read_text() if (ours / name).exists() else None
            if before != path.read_text():
                yield str(name)


def test_an_ehr_is_a_folder_and_a_line(root: Path, checkout: Path) -> None:
    registry = Path("launch/vendors/registry.py")

    touched = list(differences(root, checkout))

    assert touched == ["launch/vendors/acme/__init__.py", "launch/vendors/acme/sheet.py", str(registry)]
    before, after = (base / registry for base in (root, checkout))
    assert set(after.read_text().splitlines()) - set(before.read_text().splitlines()) == {'    "acme",'}
    assert len(after.read_text().splitlines()) == len(before.read_text().splitlines()) + 1


def test_it_is_an_ehr_then(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", USES], cwd=checkout, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_what_the_page_shows_is_in_our_style(root: Path, checkout: Path) -> None:
    shown = list(dict(FILES.findall((root / "docs" / "adding-an-ehr.md").read_text())))
    ruff = Path(sys.executable).with_name("ruff")

    for words in (["check"], ["format", "--check"]):
        named = [name for name in shown if name.endswith(".py")]
        done = subprocess.run(
            [ruff, *words, "--config", root / "pyproject.toml", *named],
            cwd=checkout,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
