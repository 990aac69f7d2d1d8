"""The docs' table of each EHR is what its profile says."""

from dataclasses import replace
from pathlib import Path

import pytest

from launch.vendors.generic import PROFILE
from launch.vendors.registry import PROFILES
from launch.vendors.rung import Rungs
from launch.vendors.table import page, write_pages


@pytest.mark.parametrize("name", PROFILES)
def test_the_committed_page_is_what_the_profile_says(root: Path, name: str) -> None:
    committed = (root / "docs" / "ehr" / f"{name}.md").read_text()

    assert committed == page(PROFILES[name]), "run make docs"


def test_no_page_stands_for_an_ehr_that_there_is_not(root: Path) -> None:
    assert {path.stem for path in (root / "docs" / "ehr").glob("*.md")} == set(PROFILES)


def test_every_way_of_every_fact_has_a_row() -> None:
    told = page(PROFILE)

    for ladder in vars(PROFILE.rungs).values():
        assert all(told.count(f"| `{rung.name}` |") == 1 for rung in ladder)
    assert "| Visit note | `document-reference` | the person's | `DocumentReference.c` |" in told


def test_a_changed_profile_is_another_page() -> None:
    [note] = PROFILE.rungs.note
    final = replace(PROFILE, rungs=replace(PROFILE.rungs, note=(replace(note, can_be_draft=False),)))

    assert page(final) != page(PROFILE)
    assert page(replace(PROFILE, rungs=Rungs())).count("| none |") == len(vars(PROFILE.rungs))


def test_the_folder_is_made_and_filled(tmp_path: Path) -> None:
    write_pages(tmp_path / "new")

    assert {path.stem for path in (tmp_path / "new").iterdir()} == set(PROFILES)
