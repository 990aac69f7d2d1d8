"""Users and their access keys.

https://developers.zoom.us/docs/api/users/
"""

from datetime import timedelta

from sandbox.zoom import refusals
from sandbox.zoom.gate import Answer, Call, Json
from sandbox.zoom.paging import page_of
from sandbox.zoom.people import User
from sandbox.zoom.rest.meetings import known_user
from sandbox.zoom.world import World

ZAK_SECONDS = 7_200
SINCE = "2024-02-05T14:00:00Z"


def get_user(world: World, call: Call) -> Answer:
    """``user``"""
    user = known_user(world, call)
    details: Json = {
        "account_id": world.config.account_id,
        "role_name": user.role_name,
        "display_name": user.display_name,
        "use_pmi": False,
        "language": "en-US",
        "login_types": [100],
        "personal_meeting_url": world.links.join_url(user.pmi, ""),
        "user_created_at": SINCE,
    }
    return 200, {**_row(user), **details}


def list_users(world: World, call: Call) -> Answer:
    """``users``"""
    wanted = call.text("status", "active")
    rows = [
        {**_row(user), "display_name": user.display_name} for user in world.users() if user.status == wanted
    ]
    return 200, page_of(world, call, "users", rows)


def get_token(world: World, call: Call) -> Answer:
    """``userToken``: a Zoom Access Key, or one to act on behalf in one meeting."""
    user = world.find_user(call.path["user_id"])
    if user is None:
        raise refusals.unknown_user(call.path["user_id"], stop="")
    kind = call.text("type", "token")
    if kind == "token":
        raise refusals.old_token_type()
    life = timedelta(seconds=call.number("ttl", ZAK_SECONDS))
    meeting = call.text("meeting_id")
    if kind == "onbehalf" and not meeting.isdecimal():
        raise refusals.validation_failed(("meeting_id", "This field is required."))
    key = world.links.access_key(user.id, world.now() + life, int(meeting) if meeting else None)
    return 200, {"token": key}


def _row(user: User) -> Json:
    row: Json = {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "type": int(user.licence),
        "status": user.status,
        "pmi": user.pmi,
        "timezone": user.timezone,
        "verified": 1,
        "dept": user.dept,
        "created_at": SINCE,
        "last_login_time": SINCE,
    }
    # Who has not come yet has no id: https://developers.zoom.us/docs/api/users/#tag/users/GET/users
    return row if user.status == "pending" else {"id": user.id, **row}
