"""The directory of hosts: users of the video account, and the practitioners of each EHR."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, defer

from app.models import DirectoryReading, HostCheck, PractitionerHost, VideoUser
from app.ports import HostAccount, HostNews
from app.store.upsert import insert_new
from app.visits.hosts import HostVerdict, Named, UserStatus, verdict_on
from fhir.practitioners import ChartPractitioner

LICENSED, BASIC = "licensed", "basic"
# The vendor's clock and ours differ by less.
SKEW_MS = 5 * 60 * 1000
# A practitioner who is seen again and again is written down once in that time.
FRESH = timedelta(days=1)


def users(tx: Session, vendor: str) -> tuple[VideoUser, ...]:
    """Everybody who is or was in the account, by address."""
    wanted = select(VideoUser).where(VideoUser.vendor == vendor).order_by(VideoUser.email, VideoUser.user_id)
    return tuple(tx.scalars(wanted))


def users_by_key(tx: Session, vendor: str, keys: Collection[str]) -> Mapping[str, VideoUser]:
    """The users whom these ids or addresses (in any letters) name. Who is there goes before who is gone."""
    small = {key.casefold() for key in keys}
    named = or_(VideoUser.user_id.in_(keys), VideoUser.email.in_(small))
    found = sorted(
        tx.scalars(select(VideoUser).where(VideoUser.vendor == vendor, named)),
        key=lambda one: (one.status == UserStatus.GONE, one.user_id),
    )
    by_key: dict[str, VideoUser] = {}
    for one in found:
        by_key.setdefault(one.user_id, one)
        by_key.setdefault(one.email, one)
    return {key: by_key[name] for key in keys for name in (key, key.casefold()) if name in by_key}


def same_user(tx: Session, vendor: str, key: str, other: str) -> bool:
    """Whether two ids or addresses name the same user."""
    known = users_by_key(tx, vendor, [key, other])
    one, two = (known[name].user_id if name in known else name.casefold() for name in (key, other))
    return one == two


def user_numbered(tx: Session, vendor: str, number: str) -> str | None:
    """The one user whose number at their employer is this one."""
    mine = (VideoUser.vendor == vendor, VideoUser.number == number, VideoUser.status != UserStatus.GONE)
    found = tx.scalars(select(VideoUser.user_id).where(*mine).limit(2)).all()
    return found[0] if len(found) == 1 else None


def verdicts(tx: Session, vendor: str, keys: Collection[str]) -> Mapping[str, HostVerdict]:
    """What is known of these hosts: the latest word of the list, of an event, or of a check of one."""
    told = {key: (_as_of(one), _verdict(one)) for key, one in users_by_key(tx, vendor, keys).items()}
    wanted = select(HostCheck).where(HostCheck.vendor == vendor, HostCheck.host_key.in_(keys))
    for check in tx.scalars(wanted):
        if check.host_key not in told or told[check.host_key][0] < check.checked_at:
            told[check.host_key] = (check.checked_at, HostVerdict(check.verdict))
    return {key: verdict for key, (_, verdict) in told.items()}


def note_user(tx: Session, vendor: str, account: HostAccount, now: datetime) -> bool:
    """The account's list told of them. Tells whether they can host, or no more, unlike before."""
    told = {
        "email": account.email.casefold(),
        "licence": LICENSED if account.licensed else BASIC,
        "status": account.status,
        "time_zone": account.time_zone,
        "number": account.number,
        "seen_at": now,
    }
    one = _held_user(tx, vendor, account.host_id)
    if one is None:
        verdict = verdict_on(UserStatus(account.status), licensed=account.licensed)
        is_new = insert_new(
            tx,
            VideoUser,
            vendor=vendor,
            user_id=account.host_id,
            told_ms=0,
            due=verdict is not HostVerdict.OK,
            **told,
        )
        return is_new and verdict is not HostVerdict.OK
    before = _verdict(one)
    for name, value in told.items():
        setattr(one, name, value)
    return _note_change(one, before)


def note_news(tx: Session, vendor: str, news: HostNews, now: datetime) -> bool:
    """An event told of them; one that is older than what is known changes nothing. As `note_user`."""
    one = _held_user(tx, vendor, news.host_id)
    if one is None:
        return _first_news(tx, vendor, news, now)
    if news.told_ms <= one.told_ms or news.told_ms < one.seen_at.timestamp() * 1000 - SKEW_MS:
        return False
    before = _verdict(one)
    one.told_ms = news.told_ms
    one.email = news.email.casefold() if news.email else one.email
    one.status = news.status or one.status
    if news.licensed is not None:
        one.licence = LICENSED if news.licensed else BASIC
    return _note_change(one, before)


def mark_gone(tx: Session, vendor: str, not_seen_since: datetime) -> int:
    """Whoever the whole list did not name is in the account no more. How many they are."""
    lost = (VideoUser.vendor == vendor, VideoUser.seen_at < not_seen_since)
    gone = update(VideoUser).where(*lost, VideoUser.status != UserStatus.GONE)
    return len(tx.scalars(gone.values(status=UserStatus.GONE, due=True).returning(VideoUser.user_id)).all())


def is_any_due(tx: Session, vendor: str) -> bool:
    """Whether the visits of anybody are to be planned anew."""
    return (
        tx.scalar(select(VideoUser.user_id).where(VideoUser.vendor == vendor, VideoUser.due).limit(1))
        is not None
    )


def take_due(tx: Session, vendor: str) -> tuple[str, ...]:
    """Ids and addresses of those whose visits are to be planned anew; nobody else takes them."""
    mine = (VideoUser.vendor == vendor, VideoUser.due)
    found = tx.scalars(select(VideoUser).where(*mine).with_for_update(skip_locked=True)).all()
    for one in found:
        one.due = False
    return tuple(key for one in found for key in (one.user_id, one.email) if key)


def claim_reading(tx: Session, vendor: str, now: datetime, until: datetime) -> bool:
    """Take the reading of the list that is due. Tells whether it was free."""
    if insert_new(tx, DirectoryReading, vendor=vendor, next_at=until):
        return True
    mine = (DirectoryReading.vendor == vendor, DirectoryReading.next_at <= now)
    taken = update(DirectoryReading).where(*mine).values(next_at=until).returning(DirectoryReading.vendor)
    return tx.scalar(taken) is not None


def note_reading(tx: Session, vendor: str, next_at: datetime, now: datetime, error_code: str | None) -> None:
    """How the reading went."""
    row = tx.get(DirectoryReading, vendor)
    if row is not None:
        row.next_at, row.error_code = next_at, error_code
        row.read_at = now if error_code is None else row.read_at


def last_reading(tx: Session, vendor: str) -> DirectoryReading | None:
    """The last one, if there was any."""
    return tx.get(DirectoryReading, vendor)


def note_practitioners(
    tx: Session, site: str, seen: Iterable[ChartPractitioner | None], now: datetime
) -> None:
    """The chart told of them. Ahead of any visit, and in an order that all transactions share."""
    read = {one.id: one for one in seen if one is not None and one.was_read and one.id}
    for practitioner_id in sorted(read):
        one = read[practitioner_id]
        told = {"name": one.name, "npi": one.npi, "emails": " ".join(_small(one.emails))}
        row = tx.get(PractitionerHost, (site, practitioner_id))
        if row is None:
            key = {"site": site, "practitioner_id": practitioner_id}
            insert_new(tx, PractitionerHost, **key, **told, seen_at=now)
        elif {name: getattr(row, name) for name in told} != told or row.seen_at < now - FRESH:
            for name, value in told.items():
                setattr(row, name, value)
            row.seen_at = now


def practitioners(tx: Session, sites: Collection[str]) -> tuple[PractitionerHost, ...]:
    """All of these EHRs, by their id."""
    wanted = select(PractitionerHost).where(PractitionerHost.site.in_(sites))
    return tuple(tx.scalars(wanted.order_by(PractitionerHost.site, PractitionerHost.practitioner_id)))


def hold_practitioner(tx: Session, site: str, practitioner_id: str) -> PractitionerHost | None:
    """The row, kept from others."""
    return tx.get(PractitionerHost, (site, practitioner_id), with_for_update=True)


def named(tx: Session, vendor: str, site: str, practitioner_id: str) -> Named:
    """What is known of a practitioner that names a host; perhaps only the id."""
    unsealed = [defer(PractitionerHost.name)]
    row = tx.get(PractitionerHost, (site, practitioner_id), options=unsealed)
    return Named(practitioner_id) if row is None else named_by(tx, vendor, row)


def named_by(tx: Session, vendor: str, row: PractitionerHost) -> Named:
    """The same, of a row."""
    return Named(
        row.practitioner_id,
        row.npi,
        tuple(row.emails.split()),
        row.chosen_key,
        row.cover_key,
        user_numbered(tx, vendor, row.npi) if row.npi else None,
    )


def _first_news(tx: Session, vendor: str, news: HostNews, now: datetime) -> bool:
    """Of somebody whom no list has named yet: the next one tells the rest."""
    status = UserStatus(news.status or UserStatus.ACTIVE)
    if news.status is None and news.licensed is None:
        return False
    return insert_new(
        tx,
        VideoUser,
        vendor=vendor,
        user_id=news.host_id,
        email=(news.email or "").casefold(),
        licence=LICENSED if news.licensed else BASIC,
        status=status,
        # The list has not told of them: any event is newer.
        seen_at=datetime.fromtimestamp(0, UTC),
        told_ms=news.told_ms,
        due=True,
    )


def _held_user(tx: Session, vendor: str, user_id: str) -> VideoUser | None:
    return tx.get(VideoUser, (vendor, user_id), with_for_update=True, populate_existing=True)


def _note_change(one: VideoUser, before: HostVerdict) -> bool:
    changed = _verdict(one) is not before
    one.due = one.due or changed
    return changed


def _verdict(one: VideoUser) -> HostVerdict:
    return verdict_on(UserStatus(one.status), licensed=one.licence == LICENSED)


def _as_of(one: VideoUser) -> datetime:
    return max(one.seen_at, datetime.fromtimestamp(one.told_ms / 1000, UTC))


def _small(emails: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(email.casefold() for email in emails if email and " " not in email))
