"""Starts the FHIR server of the shared folder, installed once under ``var/``."""

import os
import shutil
import socket
import subprocess
import time

import pytest
import requests

WAIT = 20


def start(shared, root):
    """The process and its base URL; skips where node, npm or the network is missing."""
    source = shared / "peers" / "fhir-r4"
    if not source.is_dir() or shutil.which("npm") is None:
        pytest.skip("a FHIR R4 peer needs node, npm and the shared folder's peers/fhir-r4")
    folder = _installed(source, root / "var" / "peers" / "fhir-r4")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {"PORT": str(port), "PATH": os.environ["PATH"]}
    process = subprocess.Popen(["node", "serve.mjs"], cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _wait(f"http://127.0.0.1:{port}/metadata")
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


def _wait(url):
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        try:
            requests.get(url, timeout=1)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the FHIR R4 peer did not start")
