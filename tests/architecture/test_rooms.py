"""The arrows between rooms, and the sizes of files and functions."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = ("app", "launch", "fhir", "zoom_bridge", "jitsi_bridge", "sandbox")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def modules(root: Path) -> Iterator[Path]:
    for room in ROOMS:
        yield from (path for path in (root / room).rglob("*.py") if "versions" not in path.parts)


def test_the_arrows_point_one_way(root: Path) -> None:
    program = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([program, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_every_module_says_its_job(root: Path) -> None:
    silent = [
        str(path.relative_to(root))
        for path in modules(root)
        if path.relative_to(root) != Path("fhir/__init__.py")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []


def test_no_file_and_no_function_is_longer_than_our_style_allows(root: Path) -> None:
    too_long = []
    for path in modules(root):
        text = path.read_text()
        if len(text.splitlines()) > LONGEST_FILE:
            too_long.append(str(path.relative_to(root)))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    too_long.append(f"{path.relative_to(root)}: {node.name}")

    assert too_long == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_no_module_is_named_after_nothing(root: Path, name: str) -> None:
    assert [path for path in modules(root) if path.stem == name] == []
