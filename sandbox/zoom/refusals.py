"""How Zoom says no: status, code and text of each refusal.

https://developers.zoom.us/docs/api/errors/
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sandbox.zoom.times import zoom_time


class Refusal(Exception):
    """An answer of 4xx with Zoom's error body."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.body: dict[str, object] = {"code": code, "message": message}
        if errors:
            self.body["errors"] = [dict(error) for error in errors]


def validation_failed(*faults: tuple[str, str]) -> Refusal:
    """A field that is unknown, of the wrong type or out of its range."""
    errors = [{"field": field, "message": message} for field, message in faults]
    return Refusal(400, 300, "Validation Failed.", errors=errors)


def invalid_token() -> Refusal:
    """No bearer token, or one that was never issued."""
    return Refusal(401, 124, "Invalid access token.")


def expired_token() -> Refusal:
    """A bearer token past its hour."""
    return Refusal(401, 124, "Access token is expired.")


def scope_missing(scopes: Sequence[str]) -> Refusal:
    """A bearer token without any of the scopes that the operation wants."""
    return Refusal(400, 4711, f"Invalid access token, does not contain scopes:[{', '.join(scopes)}].")


def unknown_endpoint() -> Refusal:
    """A path or method that the API does not have."""
    return Refusal(400, 2300, "This API endpoint is not recognized.")


def unknown_user(user_id: str, stop: str = ".") -> Refusal:
    """Nobody in the account has this id or address."""
    return Refusal(404, 1001, f"User does not exist: {user_id}{stop}")


def unknown_meeting(meeting_id: object, code: int = 3001) -> Refusal:
    """No such meeting, or it was deleted."""
    return Refusal(404, code, f"Meeting does not exist: {meeting_id}.")


def hosting_not_allowed() -> Refusal:
    """The user may not schedule or host."""
    return Refusal(400, 3161, "Your user account is not allowed meeting hosting and scheduling capabilities.")


def paid_account_only(account_id: str) -> Refusal:
    """The host lacks the licence that the operation needs."""
    return Refusal(400, 200, f"Only available for paid account: {account_id}.")


def not_found(meeting_id: object) -> Refusal:
    """A control of no meeting at all."""
    return Refusal(404, 3001, f"Meeting {meeting_id} is not found or has expired.")


def not_live() -> Refusal:
    """A control of a meeting that is not under way. Zoom lists several texts under this code."""
    return Refusal(400, 300, "Invalid meeting ID.")


def no_dashboards() -> Refusal:
    """The account's plan has no Dashboard. The specification lists 403 without a code or text."""
    return Refusal(403, 200, "Only available for Business or higher accounts with the Dashboard feature.")


def not_in_dashboard() -> Refusal:
    """A meeting that does not exist, or has no run of the kind that was asked for."""
    return Refusal(404, 3001, "Meeting ID is invalid or has not ended.")


def registration_off(meeting_id: int) -> Refusal:
    """The meeting was created without registration."""
    return Refusal(400, 404, f"Registration has not been enabled for this meeting: {meeting_id}.")


def meeting_in_progress() -> Refusal:
    """A meeting that is under way cannot be deleted."""
    return Refusal(400, 3002, "The meeting is in progress and cannot be deleted.")


def alternative_host_refused(key: str) -> Refusal:
    """Nobody of the account, or without a licence. The specification lists no code for it: a guess."""
    return validation_failed(("settings.alternative_hosts", f"{key} can not be an alternative host."))


def invalid_schedule_for() -> Refusal:
    """``schedule_for`` names nobody in the account."""
    return Refusal(
        400,
        300,
        "The value that you entered in the `schedule_for` field is invalid."
        " Enter a valid value and try again.",
    )


def instant_for_another() -> Refusal:
    """``schedule_for`` together with type 1."""
    return Refusal(
        400,
        3000,
        "Instant meetings do not support the `schedule_for` parameter, and you can't schedule an instant"
        " meeting for another user.",
    )


def meeting_full() -> Refusal:
    """The 5000th registrant."""
    return Refusal(400, 3043, "Meeting has reached maximum attendee capacity.")


def meeting_over() -> Refusal:
    """Registration that closes with the meeting, after its end."""
    return Refusal(
        400,
        3038,
        "Meeting is over, you can not register now. If you have any questions, please contact the Meeting"
        " host.",
    )


def stale_page_token() -> Refusal:
    """A ``next_page_token`` that was not given out, or over fifteen minutes ago."""
    return Refusal(400, 300, "The next page token is invalid or expired.")


def old_token_type() -> Refusal:
    """``type=token`` is gone."""
    return Refusal(400, 300, "Token is no longer supported. Please use ZAK token instead.")


def host_day_spent(limit: int = 100) -> Refusal:
    """The 101st create or update of one host's UTC day. It comes without Retry-After."""
    return Refusal(
        429,
        429,
        f"You have exceeded the daily rate limit ({limit}) of Meeting Create/Update API requests permitted"
        " for this particular user. You may resume these requests at GMT 00:00:00.",
    )


def registrations_spent() -> Refusal:
    """The fourth registration of one person for one meeting on one UTC day."""
    return Refusal(
        429,
        429,
        "You have exceeded the daily rate limit (3) of registrations permitted for this registrant.",
    )


def too_fast(category: str, limit: int = 80) -> Refusal:
    """More calls in this second than the account may make."""
    return Refusal(
        429,
        429,
        "You have reached the maximum per-second rate limit for this API. Try again later.",
        headers={"X-RateLimit-Type": "QPS", "X-RateLimit-Limit": str(limit), **_spent(category)},
    )


def account_day_spent(category: str, now: datetime, limit: int = 60_000) -> Refusal:
    """More calls today than the account may make; ``Retry-After`` is an instant."""
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Refusal(
        429,
        429,
        "You have reached the maximum daily rate limit for this API. Refer to the response header"
        " for details on when you can make another request.",
        headers={
            "X-RateLimit-Type": "Daily-limit",
            "X-RateLimit-Limit": str(limit),
            "Retry-After": zoom_time(midnight),
            **_spent(category),
        },
    )


def _spent(category: str) -> dict[str, str]:
    return {"X-RateLimit-Category": category, "X-RateLimit-Remaining": "0"}


def no_recording() -> Refusal:
    """Nothing of this run was recorded in the cloud, or it has not ended."""
    return Refusal(404, 3301, "There is no recording for this meeting.")
