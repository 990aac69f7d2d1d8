"""docs/smart-conformance.md names every requirement of SMART App Launch 2.2, and is true of the tests."""

import csv
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

MARK = re.compile(r"^@pytest\.mark\.smart\(([\d,\s]+)\)", re.MULTILINE)
ROW = re.compile(r"\| (\d+) \| ([A-Z ]+) \| (.+?) \| (.+) \|")
FILES = re.compile(r"(`tests/[\w/]+\.py`)(, `tests/[\w/]+\.py`)*")
SHORTEST_REASON = 12


class Row(NamedTuple):
    """What the page says of one requirement."""

    weight: str
    asked: str
    shown: str


@pytest.fixture(scope="module")
def page(root: Path) -> dict[int, Row]:
    text = (root / "docs" / "smart-conformance.md").read_text()
    lines = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    found = [ROW.fullmatch(line) for line in lines]
    assert all(found), "a row is not in the page's shape"
    rows = {int(row[1]): Row(row[2], row[3], row[4]) for row in found if row}
    assert len(rows) == len(lines), "a row comes twice"
    return rows


@pytest.fixture(scope="module")
def marked(root: Path) -> dict[int, set[str]]:
    """The files in which a test carries the row's number."""
    files: dict[int, set[str]] = defaultdict(set)
    for path in (root / "tests").rglob("test_*.py"):
        for numbers in MARK.findall(path.read_text()):
            for number in re.findall(r"\d+", numbers):
                files[int(number)].add(str(path.relative_to(root)))
    return files


def test_each_row_names_the_files_of_its_tests_or_a_reason(
    page: dict[int, Row], marked: dict[int, set[str]]
) -> None:
    for number, row in page.items():
        if FILES.fullmatch(row.shown):
            assert set(re.findall(r"tests/[\w/]+\.py", row.shown)) == marked[number], f"row {number}"
        else:
            assert number not in marked, f"row {number} has tests: name their files"
            assert len(row.shown) >= SHORTEST_REASON, f"row {number} needs a test or a reason"


def test_no_test_carries_a_number_that_is_not_there(
    page: dict[int, Row], marked: dict[int, set[str]]
) -> None:
    assert set(marked) <= set(page)


def test_every_requirement_has_its_row_with_its_weight(page: dict[int, Row], shared: Path) -> None:
    with (shared / "reference" / "smart-client-requirements.csv").open(encoding="utf-8-sig") as file:
        asked = {int(row["ID"]): row["Conformance"] for row in csv.DictReader(file)}

    assert {number: row.weight for number, row in page.items()} == asked


def test_no_row_copies_the_requirements_sentence(page: dict[int, Row], shared: Path) -> None:
    with (shared / "reference" / "smart-client-requirements.csv").open(encoding="utf-8-sig") as file:
        sentences = {int(row["ID"]): row["Requirement"] for row in csv.DictReader(file)}

    long = {number: row.asked for number, row in page.items() if len(row.asked.split()) > 4}
    assert not [number for number, asked in long.items() if asked in sentences[number]]
