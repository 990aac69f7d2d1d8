"""What cannot be installed is told in one sentence."""

import os
import subprocess

import pytest

from tests.patience import PATIENCE

SCRIPTS = "sandbox/run"


@pytest.fixture
def old_python(tmp_path):
    """An interpreter that says that it is 3.9."""
    path = tmp_path / "python3"
    path.write_text('#!/bin/sh\ncase "$2" in *print*) echo 3.9 ;; *) exit 1 ;; esac\n')
    path.chmod(0o755)
    return path


def test_an_old_python_is_named_with_its_version(root, old_python):
    done = _run(root, "check_python.sh", PYTHON=str(old_python))

    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stdout
    assert "is 3.9" in done.stdout
    assert done.stdout.count("\n") == 1


def test_no_python_at_all_is_told(root):
    done = _run(root, "check_python.sh", PYTHON="no-such-python")

    assert done.returncode == 1
    assert "install python3.11" in done.stdout


def test_this_python_is_good(root, python):
    assert _run(root, "check_python.sh", PYTHON=python).returncode == 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ERROR: NewConnectionError: Failed to establish a new connection", "no package index answers"),
        ("ERROR: No matching distribution (from versions: none)", "no package index answers"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that was locked"),
        ("ERROR: No space left on device", "No space left on device"),
    ],
)
def test_why_an_installation_failed_is_read_from_its_log(root, tmp_path, line, says):
    log = tmp_path / "install.log"
    log.write_text(f"Collecting flask\n{line}\n\n")

    done = _run(root, "say_why.sh", str(log))

    assert done.returncode == 1
    assert says in done.stdout


def _run(root, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", f"{SCRIPTS}/{script}", *arguments],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
