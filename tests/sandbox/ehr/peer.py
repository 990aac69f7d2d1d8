"""Starts the FHIR server of the shared folder, installed once under ``var/``."""

import os
import shutil
import subprocess

import pytest

from sandbox.run.household import is_up
from tests.patience import until
from tests.ports import free_port


def start(shared, root):
    """The process and its base URL; skips where node, npm or the network is missing."""
    source = shared / "peers" / "fhir-r4"
    if not source.is_dir() or shutil.which("npm") is None:
        pytest.skip("a FHIR R4 peer needs node, npm and the shared folder's peers/fhir-r4")
    folder = _installed(source, root / "var" / "peers" / "fhir-r4")
    port = free_port()
    environment = {"PORT": str(port), "PATH": os.environ["PATH"]}
    process = subprocess.Popen(["node", "serve.mjs"], cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    until(lambda: is_up(f"http://127.0.0.1:{port}/metadata"), what="the FHIR R4 peer")
    return process, f"http://127.0.0.1:{port}"


def _installed(source, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "serve.mjs"):
        shutil.copyfile(source / name, folder / name)
    if not (folder / "node_modules").is_dir():
        done = subprocess.run(
            ["npm", "ci", "--silent"], cwd=folder, capture_output=True, timeout=300, check=False
        )
        if done.returncode != 0:
            pytest.skip("npm ci of the FHIR R4 peer failed: no network?")
    return folder
