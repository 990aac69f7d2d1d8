"""The account's users, page by page, and what webhooks tell of them.

https://developers.zoom.us/docs/api/users/events/
"""

from typing import Final, Literal

from zoom_bridge._fields import epoch_ms, inner, number, parse_object, text
from zoom_bridge.client import ZoomClient
from zoom_bridge.errors import EventMalformed
from zoom_bridge.hosts import Licence, UserStatus, ZoomUser
from zoom_bridge.looks import offered
from zoom_bridge.rooms import HostAccount, HostNews, HostPage

_ORDER: Final = tuple(UserStatus)
_STATUS: Final[dict[str, Literal["active", "inactive", "gone"] | None]] = {
    "user.activated": "active",
    "user.deactivated": "inactive",
    "user.deleted": "gone",
    "user.disassociated": "gone",
    "user.created": None,
    "user.updated": None,
}
# Who is gone, or is no more what the example calls a type 3, says nothing of a licence.
_PLANS: Final = (Licence.BASIC, Licence.LICENSED)


def host_account(user: ZoomUser) -> HostAccount:
    """The user in a product's words."""
    status: Literal["active", "inactive", "pending"] = "active"
    if not user.active:
        status = "pending" if user.status == UserStatus.PENDING else "inactive"
    return HostAccount(user.id, user.email, user.licensed, user.active, status, user.time_zone, user.number)


def hosts_after(client: ZoomClient, after: str) -> HostPage:
    """The page behind `after`, which holds the status that is being read and Zoom's own token."""
    status, _, token = after.partition(":")
    now = UserStatus(status) if status else _ORDER[0]
    with offered():
        page = client.list_users(now, token)
    behind = _ORDER[_ORDER.index(now) + 1 :]
    following = f"{now}:{page.next}" if page.next else (f"{behind[0]}:" if behind else "")
    return HostPage(tuple(map(host_account, page.users)), following)


def host_news_of(body: bytes) -> HostNews | None:
    """What the delivery tells of a user, if it does. Raises EventMalformed if it is no JSON object."""
    raw = parse_object(body)
    if raw is None:
        raise EventMalformed
    event, user = text(raw, "event") or "", inner(inner(raw, "payload"), "object")
    user_id = text(user, "id")
    if event not in _STATUS or user_id is None:
        return None
    plan = number(user, "type")
    licensed = plan == Licence.LICENSED if plan in _PLANS else None
    return HostNews(user_id, text(user, "email"), _STATUS[event], licensed, epoch_ms(raw, "event_ts") or 0)
