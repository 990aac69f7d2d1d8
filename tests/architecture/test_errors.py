"""Every error of every room is explained, under a code of its own."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import app
import fhir.errors
import jitsi_bridge.errors
import launch.errors
import zoom_bridge.errors
from app.errors import TABLES, Explanation, ProductError, explain
from app.errors.requests import UNEXPECTED

BASES = (
    fhir.errors.FhirError,
    launch.errors.LaunchError,
    zoom_bridge.errors.ZoomError,
    jitsi_bridge.errors.JitsiError,
    ProductError,
)
# A base that nobody raises, and what is settled where it is raised.
SETTLED = {"StartRefused", "KeysWrong", "MessageUnsent", "MessageRefused", "JitsiUrlWrong"}


def kinds(base: type[Exception]) -> Iterator[type[Exception]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def all_errors() -> set[type[Exception]]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {kind for base in BASES for kind in kinds(base)}


@pytest.mark.parametrize("kind", sorted(all_errors(), key=lambda kind: kind.__name__))
def test_an_error_is_explained(kind: type[Exception]) -> None:
    if kind.__name__ in SETTLED:
        return

    assert explain(kind.__new__(kind)) is not UNEXPECTED


def test_no_two_errors_share_a_code() -> None:
    told: dict[str, Explanation] = {}

    for table in TABLES:
        for said in table.values():
            assert told.setdefault(said.code, said) is said, said.code


def test_every_explanation_says_cause_and_next_step_in_whole_sentences() -> None:
    for table in TABLES:
        for said in table.values():
            assert 400 <= said.status < 600
            for words in (said.cause, said.next_step):
                assert str(words).endswith("."), str(words)
