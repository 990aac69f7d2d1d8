"""Where a participant is, from what our page saw and what the call told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.visits.call import CallFact, FactKind, Stand, stand_of
from app.visits.states import Presence, PresenceSource

HEARTBEAT = timedelta(seconds=15)
STALE_AFTER = timedelta(seconds=60)
STALE_AFTER_WITHOUT_SCRIPTS = timedelta(minutes=10)
ON_THE_WAY_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class PageTrace:
    """What our page knows of one participant. All instants are UTC; None where it never happened."""

    opened_at: datetime | None = None  # the last load of the page
    here_since: datetime | None = None  # the begin of the present uninterrupted stay
    seen_at: datetime | None = None  # the last load, heartbeat or "Check again"
    scripted: bool = False  # whether the last sign came from a heartbeat
    join_clicked_at: datetime | None = None


@dataclass(frozen=True)
class PresenceNow:
    """A participant's presence, since when, who says so, and whether it was derived rather than told."""

    presence: Presence
    since: datetime | None
    source: PresenceSource
    derived: bool = False


def presence_of(page: PageTrace, facts: Collection[CallFact], person: str, now: datetime) -> PresenceNow:
    """The call outranks the page once it spoke after the last Join click; else the page decides.

    Someone who left the call and loaded our page again is here again.
    """
    stand = stand_of(facts, person)
    if stand is not None and _call_decides(page, stand):
        if _is_derived(facts, person, stand):
            return PresenceNow(stand.presence, stand.since, PresenceSource.POLL, derived=True)
        return PresenceNow(stand.presence, stand.since, PresenceSource.ZOOM)
    clicked = page.join_clicked_at
    if clicked is not None and not _arrived(stand, clicked) and now - clicked < ON_THE_WAY_FOR:
        return PresenceNow(Presence.ON_THE_WAY, clicked, PresenceSource.PAGE)
    return _from_page(page, now)


def sign_of_life(page: PageTrace, now: datetime, *, opened: bool) -> PageTrace:
    """The page after a load (`opened`) or a heartbeat. A stay lasts as long as no silence was too long."""
    stays = page.seen_at is not None and now < page.seen_at + _patience(page)
    return PageTrace(
        opened_at=now if opened else page.opened_at,
        here_since=(page.here_since if stays else None) or now,
        seen_at=now,
        scripted=not opened,
        join_clicked_at=page.join_clicked_at,
    )


def next_change_at(page: PageTrace, now: datetime) -> datetime | None:
    """When the page's word changes by time alone, or None. What decides it is looked at again then."""
    changes = []
    if page.join_clicked_at is not None:
        changes.append(page.join_clicked_at + ON_THE_WAY_FOR)
    if page.seen_at is not None:
        changes.append(page.seen_at + _patience(page))
    return min((change for change in changes if change > now), default=None)


def _call_decides(page: PageTrace, stand: Stand) -> bool:
    if page.join_clicked_at is not None and not _arrived(stand, page.join_clicked_at):
        return False
    return not (stand.presence is Presence.LEFT and _came_back(page, stand.told_at))


def _is_derived(facts: Collection[CallFact], person: str, stand: Stand) -> bool:
    """Whether nothing that was told says that they have stood there since then."""
    return not any(
        fact.at == stand.since and (fact.person == person or fact.kind is FactKind.ENDED)
        for fact in facts
        if not fact.derived
    )


def _arrived(stand: Stand | None, clicked: datetime) -> bool:
    """Whether the call told of them since the click. Zoom's times have whole seconds, ours microseconds."""
    return stand is not None and stand.told_at >= clicked.replace(microsecond=0)


def _came_back(page: PageTrace, left_at: datetime) -> bool:
    if page.opened_at is None or page.opened_at <= left_at:
        return False
    return page.join_clicked_at is None or page.opened_at > page.join_clicked_at


def _patience(page: PageTrace) -> timedelta:
    return STALE_AFTER if page.scripted else STALE_AFTER_WITHOUT_SCRIPTS


def _from_page(page: PageTrace, now: datetime) -> PresenceNow:
    if page.seen_at is None:
        return PresenceNow(Presence.INVITED, None, PresenceSource.PAGE)
    gone_at = page.seen_at + _patience(page)
    if now >= gone_at:
        return PresenceNow(Presence.STALE, gone_at, PresenceSource.PAGE)
    return PresenceNow(Presence.HERE, page.here_since or page.seen_at, PresenceSource.PAGE)
