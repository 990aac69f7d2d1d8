"""A site's EHR is asked to tell of changed appointments, where it can. Searches go on beside it."""

from datetime import timedelta
from urllib.parse import quote

import structlog

from app.errors import explain
from app.models import EhrSubscription
from app.ports import Rooms
from app.services.sync_purse import NotNow, SyncPurse
from app.sites import ClinicSite
from app.store.subscriptions import (
    ACTIVE,
    ASKED,
    FAILED,
    WANTED,
    begin_first,
    begin_subscription,
    claim_subscription,
    forget_subscription,
    is_healthy,
    subscription_of,
)
from app.sync_plan import Subscribed
from fhir.client import FhirClient
from fhir.errors import FhirError
from fhir.subscriptions import OVER, Wish, subscription
from fhir.written import Written
from launch.errors import LaunchError

log = structlog.get_logger()
LEASE = timedelta(minutes=2)
LOOK_AGAIN = timedelta(minutes=1)
TRY_AGAIN = timedelta(minutes=10)
NOT_OFFERED_FOR = timedelta(hours=6)
# A day before its end another one takes its place.
RENEWED_BEFORE = timedelta(days=1)


def tend_subscription(rooms: Rooms, site: ClinicSite, purse: SyncPurse) -> None:
    """See that the EHR tells of changes, if the site wants it and nobody else does so now. Raises nothing."""
    wish = site.sync.subscription if site.sync else None
    now = rooms.clock.now()
    with rooms.db.read() as tx:
        row = subscription_of(tx, site.name)
    if (row is None and wish is None) or (row is not None and row.next_at > now):
        return
    with rooms.db.write() as tx:
        begin_first(tx, site.name, rooms.random.token(), rooms.random.token(), now)
        if not claim_subscription(tx, site.name, now, now + LEASE):
            return
    try:
        chart = purse.open_chart()
        if chart is not None:
            _tend(rooms, site, chart.chart, wish)
    except NotNow as held_back:
        _note(rooms, site.name, next_at=held_back.wait)
    except (FhirError, LaunchError) as fault:
        log.warning("subscription_failed", site=site.name, error=type(fault).__name__)
        _note(rooms, site.name, next_at=TRY_AGAIN, error_code=explain(fault).code)


def _tend(rooms: Rooms, site: ClinicSite, chart: FhirClient, wish: Subscribed | None) -> None:
    with rooms.db.read() as tx:
        row = subscription_of(tx, site.name)
    if row is None:
        return
    if wish is None:
        _end(chart, row)
        with rooms.db.write() as tx:
            forget_subscription(tx, site.name)
    elif row.state == FAILED or _is_nearly_over(rooms, row):
        _end(chart, row)
        _ask(rooms, site.name, chart, _begun_again(rooms, site.name), wish)
    elif row.state == WANTED:
        _ask(rooms, site.name, chart, row, wish)
    else:
        _look(rooms, site.name, chart, row, wish)


def _ask(rooms: Rooms, site: str, chart: FhirClient, row: EhrSubscription, wish: Subscribed) -> None:
    """Ask once. Whether one that was not answered is there is seen by looking, never by asking again."""
    if not rooms.ehr.capabilities(chart).allows("Subscription", "create"):
        _note(rooms, site, next_at=NOT_OFFERED_FOR, error_code="not_offered")
        return
    now, endpoint = rooms.clock.now(), _endpoint(rooms, row)
    if row.asked_at is not None and (there := _there(chart, endpoint)):
        _note(rooms, site, next_at=LOOK_AGAIN, state=ASKED, remote_id=there)
        return
    end = now + timedelta(days=wish.life_days)
    _note(rooms, site, next_at=LEASE, asked_at=now, ends_at=end)
    header = f"Authorization: Bearer {row.secret}"
    wanted = Wish(wish.topic, wish.filter, endpoint, header, end, wish.heartbeat_seconds)
    made = chart.create(subscription(wanted))
    _note(rooms, site, next_at=LOOK_AGAIN, remote_id=_id_in(made) or _there(chart, endpoint), asked=True)


def _endpoint(rooms: Rooms, row: EhrSubscription) -> str:
    return f"{rooms.settings.base_url}/webhooks/ehr/{row.site}/{row.key}"


def _id_in(made: Written) -> str | None:
    return (made.reference or "").partition("/")[2] or None


def _there(chart: FhirClient, endpoint: str) -> str | None:
    query = f"Subscription?url={quote(endpoint, safe='')}"
    return next((str(raw["id"]) for raw in chart.search(query, "Subscription") if raw.get("id")), None)


def _look(rooms: Rooms, site: str, chart: FhirClient, row: EhrSubscription, wish: Subscribed) -> None:
    """Heard of lately it is left alone; else the server says whether it still stands."""
    beat = timedelta(seconds=wish.heartbeat_seconds)
    if is_healthy(row, rooms.clock.now(), beat):
        _note(rooms, site, next_at=beat, error_code=None)
        return
    remote_id = row.remote_id or _there(chart, _endpoint(rooms, row))
    status = chart.read("Subscription", remote_id).get("status") if remote_id else "off"
    if status in OVER:
        _note(rooms, site, next_at=TRY_AGAIN, state=FAILED, error_code=f"told_{status}")
    elif status == "active" and row.state == ASKED:
        _note(rooms, site, next_at=LOOK_AGAIN, state=ACTIVE)
    else:
        # It stands, and tells nothing: searches go on at their full pace until it does.
        _note(rooms, site, next_at=TRY_AGAIN, remote_id=remote_id, error_code="silent")


def _end(chart: FhirClient, row: EhrSubscription) -> None:
    """What we asked for is not to be told any more. If it cannot be said, it ends by itself."""
    if row.remote_id is None:
        return
    try:
        chart.delete("Subscription", row.remote_id)
    except FhirError as fault:
        log.info("subscription_left_to_end", site=row.site, error=type(fault).__name__)


def _begun_again(rooms: Rooms, site: str) -> EhrSubscription:
    """Another address and another secret, and nobody else asks for them meanwhile."""
    now = rooms.clock.now()
    with rooms.db.write() as tx:
        return begin_subscription(tx, site, rooms.random.token(), rooms.random.token(), now + LEASE)


def _is_nearly_over(rooms: Rooms, row: EhrSubscription) -> bool:
    return row.ends_at is not None and rooms.clock.now() >= row.ends_at - RENEWED_BEFORE


def _note(rooms: Rooms, site: str, *, next_at: timedelta, asked: bool = False, **values: object) -> None:
    """Keep what came of it. `asked`: the server has it; a handshake may have come before its answer."""
    with rooms.db.write() as tx:
        row = subscription_of(tx, site)
        if row is None:
            return
        row.next_at = rooms.clock.now() + next_at
        for name, value in values.items():
            setattr(row, name, value)
        if asked and row.state == WANTED:
            row.state = ASKED
