"""Sites ready to try: each file is one that the product can use, and each has a page that tells all of it."""

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.sites import ClinicSites, SiteFileWrong, read_sites
from launch.vendors.registry import profile_of

ROOT = Path(__file__).parents[3]
READY = sorted((ROOT / "sandbox_config" / "sites").glob("*.toml"))
PAGES = ROOT / "docs" / "sites"
ENVIRONMENT = {
    "VISITBRIDGE_BASE_URL": "https://visits.example.org",
    "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
    "ZOOM_ACCOUNT_ID": "account",
    "ZOOM_CLIENT_ID": "client",
    "ZOOM_CLIENT_SECRET": "secret",
    "ZOOM_WEBHOOK_SECRET": "webhook-secret",
}
TO_FILL_IN = [path for path in READY if "<client-id>" in path.read_text()]
by_name = pytest.mark.parametrize("path", READY, ids=lambda path: path.stem)


def taken(path: Path, folder: Path) -> Path:
    """The folder with this file alone, its client id filled in."""
    (folder / path.name).write_text(path.read_text().replace("<client-id>", "client"))
    return folder


@by_name
def test_a_ready_file_is_one_that_a_deployment_can_use(path: Path, tmp_path: Path) -> None:
    [site] = read_sites(taken(path, tmp_path), {})

    assert site.name == path.stem
    assert site.own_callback, "with several EHRs a shared callback lets one pass off another's answer"
    assert all(iss.startswith("https://") for iss in site.launch.issuers)


def test_all_of_them_can_be_taken_at_once(tmp_path: Path) -> None:
    for path in READY:
        taken(path, tmp_path)

    assert len(ClinicSites(read_sites(tmp_path, {})).all()) == len(READY)


@by_name
def test_its_vendor_has_a_folder_and_a_profile_or_the_standards(path: Path) -> None:
    vendor = tomllib.loads(path.read_text())["vendor"]

    assert find_spec(f"launch.vendors.{vendor}") is not None
    assert profile_of(vendor).name in (vendor, "generic")


@pytest.mark.parametrize("path", TO_FILL_IN, ids=lambda path: path.stem)
def test_no_placeholder_reaches_an_ehr(path: Path, tmp_path: Path) -> None:
    (tmp_path / path.name).write_text(path.read_text())

    with pytest.raises(SiteFileWrong) as caught:
        read_sites(tmp_path, {})

    assert caught.value.lines == (
        f"{path.name}: client_id: <client-id> stands for something: write what the EHR gave you",
    )


@by_name
def test_every_key_that_a_file_uses_or_proposes_is_documented(path: Path) -> None:
    documented = (ROOT / "sandbox_config" / "README.md").read_text()
    keys = re.findall(r"^(?:# )?([a-z_]+) =", path.read_text(), re.MULTILINE)
    tables = re.findall(r"^(?:# )?(\[[a-z_]+\])", path.read_text(), re.MULTILINE)

    assert len(keys) >= 7
    assert [key for key in (*keys, *tables) if f"`{key}`" not in documented] == []


@by_name
def test_what_is_proposed_as_a_comment_can_be_used_too(path: Path, tmp_path: Path) -> None:
    text = re.sub(r"^# (?=[a-z_]+ = |\[)", "", path.read_text(), flags=re.MULTILINE)
    (tmp_path / path.name).write_text(re.sub("<[a-z-]+>", "client", text))

    assert read_sites(tmp_path, {})


def test_every_site_has_a_page_and_every_page_a_site() -> None:
    files = {path.stem for path in (*READY, *(ROOT / "sandbox_config" / "ehr").glob("*.toml"))}

    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == files


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.md")), ids=lambda path: path.stem)
def test_a_page_tells_what_is_asked_of_it(path: Path) -> None:
    page = path.read_text()

    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page):
        assert (path.parent / target).exists(), target
    if path.stem == "README":
        return
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert headings == ["Register", "How long it takes", "What works", "See that it works", "Not established"]
    assert "Tried" in page or "not tried" in page, "a page says whether anybody has tried it"
    assert f"python -m app doctor {path.stem}" in page


def run(folder: Path, *words: str) -> Result:
    environment = ENVIRONMENT | {"VISITBRIDGE_EHR_DIR": str(folder)}
    return CliRunner().invoke(main, ["sites", *words], env=environment)


def test_the_command_lists_what_is_ready(tmp_path: Path) -> None:
    assert run(tmp_path, "list").output.split() == [path.stem for path in READY]


def test_before_there_is_a_client_id_it_says_what_to_register(tmp_path: Path) -> None:
    told = run(tmp_path, "add", "epic")

    assert "Redirect URI: https://visits.example.org/launch/callback/epic" in told.output
    assert "--client-id" in told.output
    assert (told.exit_code, list(tmp_path.iterdir())) == (0, [])


@by_name
def test_with_one_the_file_is_there(path: Path, tmp_path: Path) -> None:
    told = run(tmp_path / "ehr", "add", path.stem, "--client-id", 'a "client"')

    assert told.exit_code == 0
    assert f"python -m app doctor {path.stem}" in told.output
    [site] = read_sites(tmp_path / "ehr", {})
    assert site.launch.client_id == ('a "client"' if "<client-id>" in path.read_text() else "visitbridge")


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "epic.toml").write_text("mine")

    told = run(tmp_path, "add", "epic", "--client-id", "1")

    assert (told.exit_code, (tmp_path / "epic.toml").read_text()) == (2, "mine")


def test_an_unknown_name_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    told = run(tmp_path, "add", "../ehr/sandbox", "--client-id", "1")

    assert told.exit_code == 2
    assert "smart-launcher" in told.output


def test_where_there_is_no_checkout_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    told = run(tmp_path, "list")

    assert told.exit_code == 1
    assert "run this in a checkout" in told.output
