"""What a department may say about recordings, and what the deployment needs for it."""

from pathlib import Path

import pytest

from app.rooms import check
from app.settings import SettingsWrong, read_settings
from app.sites import SiteFileWrong, read_sites
from app.visits.recording import RecordingRule

SITE = """
name = "harbor"
title = "Harbor Clinic"
iss = ["http://127.0.0.1:1/fhir"]
client_id = "client"
client_kind = "public"
scopes = ["launch"]
time_zone = "America/New_York"
"""
ENVIRONMENT = {
    "VISITBRIDGE_BASE_URL": "http://localhost:8000",
    "VISITBRIDGE_SECRET_KEYS": "x" * 40,
    "ZOOM_ACCOUNT_ID": "account",
    "ZOOM_CLIENT_ID": "client",
    "ZOOM_CLIENT_SECRET": "secret",
    "ZOOM_WEBHOOK_SECRET": "secret",
}


def rule(folder: Path, policy: str, department: str = "") -> RecordingRule:
    (folder / "harbor.toml").write_text(f"{SITE}{policy}")
    [site] = read_sites(folder, {})
    return site.policy(department).recording_rule


def test_nothing_is_recorded_unless_a_department_says_so(tmp_path):
    assert rule(tmp_path, "") == RecordingRule("none", "nothing", False, 30)


def test_a_department_that_records_asks_unless_it_says_otherwise(tmp_path):
    policy = (
        '[policy]\nrecording = "cloud"\n[policy."b"]\nrecording_consent = "clinic"\nrecording_keep_days = 7\n'
    )

    assert rule(tmp_path, policy) == RecordingRule("cloud", "nothing", True, 30)
    assert rule(tmp_path, policy, "b") == RecordingRule("cloud", "nothing", False, 7)


@pytest.mark.parametrize(
    "wrong",
    [
        'recording = "always"',
        'recording_after = "mail"',
        "recording_keep_days = 0",
        'recording_keep_days = "long"',
        'recording_consent = "never"',
    ],
)
def test_what_a_policy_may_not_say_stops_the_start_by_its_key(tmp_path, wrong):
    with pytest.raises(SiteFileWrong) as caught:
        rule(tmp_path, f"[policy]\n{wrong}\n")

    assert wrong.split(" ")[0] in caught.value.lines[0]


def test_storing_needs_a_folder(tmp_path):
    rule(tmp_path, '[policy."b"]\nrecording = "cloud"\nrecording_after = "store"\n')
    environment = ENVIRONMENT | {"VISITBRIDGE_EHR_DIR": str(tmp_path)}

    with pytest.raises(SettingsWrong) as caught:
        check(read_settings(environment))
    assert caught.value.lines == ("VISITBRIDGE_RECORDINGS_DIR: is not set, and harbor stores recordings",)

    check(read_settings(environment | {"VISITBRIDGE_RECORDINGS_DIR": str(tmp_path / "recordings")}))
