"""From Zoom's error answers to errors of ours."""

from datetime import UTC, datetime

import pytest

from zoom_bridge.errors import (
    ZoomAlternativeRefused,
    ZoomBusy,
    ZoomCredentialsRefused,
    ZoomFailing,
    ZoomHostUnlicensed,
    ZoomMeetingUnknown,
    ZoomOverloaded,
    ZoomQuotaSpent,
    ZoomRefused,
    ZoomScopeMissing,
    ZoomUserUnknown,
)
from zoom_bridge.refusals import refusal

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
NO_SCOPE = (
    "Invalid access token, does not contain scopes:[meeting:write:meeting, meeting:write:meeting:admin]."
)


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (401, 124, "Access token is expired.", ZoomCredentialsRefused),
        (401, 124, "Invalid access token.", ZoomCredentialsRefused),
        (401, None, "", ZoomCredentialsRefused),
        (400, 4711, NO_SCOPE, ZoomScopeMissing),
        (401, 4700, NO_SCOPE, ZoomScopeMissing),
        (404, 1001, "User does not exist: d.lee@clinic.example.", ZoomUserUnknown),
        (400, 1010, "User not in account", ZoomUserUnknown),
        (400, 1120, "A valid invitation was not found", ZoomUserUnknown),
        (404, 3001, "Meeting does not exist: 84.", ZoomMeetingUnknown),
        (400, "3001", "", ZoomMeetingUnknown),
        (404, 1001, "Meeting does not exist: 84.", ZoomMeetingUnknown),
        (400, 3161, "Your user account is not allowed meeting hosting", ZoomHostUnlicensed),
        (400, 200, "Only available for paid account: abc.", ZoomHostUnlicensed),
        (400, 300, "Validation Failed.", ZoomRefused),
        (400, 300, "d.lee@clinic.example can not be an alternative host.", ZoomAlternativeRefused),
        (400, 404, "Registration has not been enabled for this meeting: 84.", ZoomRefused),
        (404, None, "", ZoomRefused),
        (403, None, "", ZoomRefused),
        (302, None, "", ZoomRefused),
        (429, 429, "daily rate limit (100) of Meeting Create/Update API", ZoomQuotaSpent),
        (429, None, "", ZoomBusy),
        (503, None, "", ZoomOverloaded),
        (500, None, "", ZoomFailing),
        (502, None, "", ZoomFailing),
        (504, 3001, "Meeting does not exist: 84.", ZoomFailing),
    ],
)
def test_each_refusal_has_its_error(status, code, message, kind):
    raw = {"code": code, "message": message}

    assert type(refusal(status, {}, raw, NOW)) is kind


@pytest.mark.parametrize(
    "raw", [{}, {"code": [], "message": {}, "errors": "no"}, {"errors": [1, {"field": 2}]}]
)
def test_a_refusal_of_any_shape_is_a_refusal(raw):
    refused = refusal(400, {}, raw, NOW)

    assert isinstance(refused, ZoomRefused)
    assert not refused.retryable


def test_a_missing_scope_is_named():
    missing = refusal(400, {}, {"code": 4711, "message": NO_SCOPE}, NOW)

    assert isinstance(missing, ZoomScopeMissing)
    assert missing.scopes == ("meeting:write:meeting", "meeting:write:meeting:admin")


def test_fields_at_fault_are_named_and_their_values_are_not():
    raw = {
        "code": 300,
        "message": "Validation Failed: Jane Planted",
        "errors": [
            {"field": "settings.approval_type", "message": "Jane Planted is wrong"},
            {"field": "Jane Planted", "message": ""},
        ],
    }

    refused = refusal(400, {}, raw, NOW)

    assert isinstance(refused, ZoomRefused)
    assert (refused.status, refused.code, refused.fields) == (400, 300, ("settings.approval_type",))
    assert "Planted" not in f"{refused} {refused!r} {vars(refused)}"


@pytest.mark.parametrize(
    ("status", "known"), [(400, True), (401, True), (429, True), (503, False), (500, False)]
)
def test_only_a_fault_of_zoom_s_own_leaves_open_whether_it_acted(status, known):
    assert refusal(status, {}, {}, NOW).outcome_known is known
