"""The doctor at a healthy EHR, and at sites that are broken in the ways that happen."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from app.services.doctor.features import Grade
from app.services.doctor.findings import Verdict
from tests.app.doctor.conftest import BROKEN, fill

pytestmark = pytest.mark.wire
SITES = sorted(BROKEN.glob("*.toml"))


def test_a_healthy_ehr_is_told_so(deploy: Any) -> None:
    told = deploy().examined()

    assert [one.check for one in told.findings if one.verdict is not Verdict.FINE] == ["launches"]
    assert str(told.first_line) == "All that a launch needs is in order."
    assert not told.is_broken


@pytest.mark.parametrize("path", SITES, ids=lambda path: path.stem)
def test_the_first_line_names_the_cause(deploy: Any, path: Path) -> None:
    broken = tomllib.loads(path.read_text())
    deployment = deploy(
        site=broken.get("site"), secret=broken.get("secret", ""), base_url=broken.get("base_url", "")
    )
    for client in broken.get("clients", []):
        deployment.control("/_clients", fill(client, APP=deployment.rooms.settings.base_url))
    for switch in broken.get("switches", []):
        deployment.control("/_break", switch)
    if "clock" in broken:
        deployment.control("/clock", broken["clock"])

    for path in broken.get("clicks", []):
        asked = fill(path, EHR=deployment.url)
        deployment.app.test_client().get(asked, headers={"Accept": "text/html"})

    told = deployment.examined()

    assert broken["first_line"] in str(told.first_line)
    assert told.cause.check == broken["check"]
    assert told.cause.advice


def test_there_are_ten_broken_sites_or_more() -> None:
    assert len(SITES) >= 10


def test_every_feature_of_the_sandbox_has_a_row(deploy: Any) -> None:
    rows = {str(one.name): one.grade for one in deploy().examined().features}

    assert rows["Opening a visit from the chart"] is Grade.WORKS
    assert rows["Visit note"] is Grade.WORKS
    assert rows["Link in the appointment"] is Grade.DEGRADED
