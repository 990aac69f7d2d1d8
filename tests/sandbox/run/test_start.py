"""What the demo needs before it starts: ports, keys, a site file, an environment."""

import json
import socket
import subprocess
import sys
import tomllib

import pytest

from sandbox.ehr.flavours import flavour_names
from sandbox.run.addresses import Addresses, PortsWrong, addresses_from, refuse_taken
from sandbox.run.demo_keys import demo_keys
from sandbox.run.environment import demo_environment
from sandbox.run.site_files import FlavourUnknown, flavour_from, write_site_file
from tests.patience import PATIENCE
from tests.ports import free_block


def test_the_app_and_the_ehr_are_two_sites_to_a_browser():
    addresses = Addresses(8100)

    assert addresses.app == "http://localhost:8100"
    assert addresses.ehr == "http://127.0.0.1:8101"


@pytest.mark.parametrize("asked", ["80", "seven", "70000", "-1"])
def test_a_port_base_that_cannot_be_is_told_in_a_sentence(asked):
    with pytest.raises(PortsWrong, match="PORT_BASE must be a number"):
        addresses_from({"PORT_BASE": asked})


def test_a_taken_port_is_named_with_the_way_out(free_port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()

        with pytest.raises(PortsWrong, match=rf"Port {free_port}, which the sandbox Zoom needs.*PORT_BASE"):
            refuse_taken({"sandbox Zoom": free_port})


def test_the_demo_says_one_sentence_when_a_port_is_taken(root, tmp_path):
    base = free_block((0, 1))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", base + 1))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "sandbox.run", "demo"],
            cwd=root,
            env={"PORT_BASE": str(base)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"Port {base + 1}" in done.stderr


def test_keys_are_made_once_and_carry_the_mark_that_bars_them_elsewhere(tmp_path):
    first, second = demo_keys(tmp_path), demo_keys(tmp_path)

    assert first == second
    assert "demo-only" in first.secret_keys
    assert "demo-only" in first.client_jwks
    assert "d" in json.loads(first.client_jwks)["keys"][0]
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_the_site_file_names_the_ports_of_this_demo(tmp_path, root):
    stale = tmp_path / "ehr" / "old.toml"
    stale.parent.mkdir()
    stale.write_text("")

    folder = write_site_file(tmp_path / "ehr", Addresses(8100), configs=root / "sandbox_config")

    told = tomllib.loads((folder / "sandbox.toml").read_text())
    assert told["iss"] == ["http://127.0.0.1:8101/fhir"]
    assert told["frame_ancestors"] == ["http://127.0.0.1:8101"]
    assert not stale.exists()


def test_every_flavour_of_the_ehr_has_a_site_file_for_the_demo(tmp_path, root):
    configs = root / "sandbox_config"

    for flavour in flavour_names():
        assert flavour_from({"FLAVOUR": flavour}, configs) == flavour
        folder = write_site_file(tmp_path / flavour, Addresses(8100), flavour, configs)
        told = tomllib.loads((folder / "sandbox.toml").read_text())
        assert told["name"] == "sandbox"
        assert told["iss"] and all("127.0.0.1:8101" in iss for iss in told["iss"])


def test_no_flavour_is_the_standard_and_an_unknown_one_a_sentence(root):
    configs = root / "sandbox_config"

    assert flavour_from({}, configs) == flavour_from({"FLAVOUR": ""}, configs) == "generic"
    with pytest.raises(FlavourUnknown, match=r"FLAVOUR=vista\. There are: generic, "):
        flavour_from({"FLAVOUR": "vista"}, configs)


def test_a_real_account_in_the_environment_never_reaches_the_demo(tmp_path):
    given = {
        "PATH": "/bin",
        "ZOOM_CLIENT_SECRET": "a real one",
        "VISITBRIDGE_DATABASE_URL": "postgresql://real",
    }

    environment = demo_environment(given, Addresses(8100), tmp_path, demo_keys(tmp_path))

    assert environment["PATH"] == "/bin"
    assert environment["ZOOM_CLIENT_SECRET"] == "sandbox-secret"
    assert environment["ZOOM_API_URL"] == "http://127.0.0.1:8102/v2"
    assert environment["VISITBRIDGE_DATABASE_URL"].startswith("sqlite:")
