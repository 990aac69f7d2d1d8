"""An EHR's name stands in its folder and in one line of the registry, and nowhere else in the product."""

import ast
from pathlib import Path

import pytest

from launch.vendors.registry import NAMES, STANDARD

ROOMS = ("app", "launch", "fhir", "zoom_bridge")


def names_in(code: str) -> str:
    """All that a module names and says but its docstrings; comments may tell how an EHR behaves."""
    tree = ast.parse(code)
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    said = [
        str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docs
    ]
    named = [getattr(node, "id", "") or getattr(node, "attr", "") for node in ast.walk(tree)]
    imported = [getattr(node, "module", "") or "" for node in ast.walk(tree)]
    return "\n".join((*said, *named, *imported)).lower()


@pytest.mark.parametrize("vendor", [name for name in NAMES if name != STANDARD])
def test_an_ehr_is_named_by_its_folder_and_the_registry_alone(root: Path, vendor: str) -> None:
    own = root / "launch" / "vendors" / vendor
    modules = [path for room in ROOMS for path in (root / room).rglob("*.py")]
    others = [path for path in modules if own not in path.parents]

    naming = {path.relative_to(root).as_posix() for path in others if vendor in names_in(path.read_text())}

    assert naming == {"launch/vendors/registry.py"}
