"""Sessions: made, found again by their browser, kept alive, and ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from app.models import SessionVisit, StaffSession, Visit
from app.signin.launch_note import LaunchNote, style_in
from app.signin.roles import Grant, StaffRole
from app.signin.session_view import SessionView

IDLE = timedelta(minutes=30)
LIFE = timedelta(hours=12)
TOUCH_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class NewSession:
    """A sign-in about to become a session."""

    id: str
    kind: Literal["launch", "local"]
    browser_hash: str
    staff_id: str
    site: str | None = None
    iss: str | None = None
    patient_id: str | None = None
    context: str | None = None
    found_by: str | None = None
    banner_needed: bool = True


@dataclass(frozen=True)
class Place:
    """Where a visit belongs."""

    site: str
    department: str


def add_session(tx: Session, new: NewSession, now: datetime) -> None:
    """Begin a session, for twelve hours at most."""
    tx.add(StaffSession(**vars(new), created_at=now, seen_at=now, expires_at=now + LIFE))


def find_session(tx: Session, session_id: str) -> tuple[SessionView, str] | None:
    """The session and the hash of the browser that it is bound to, ended or not."""
    row = tx.get(StaffSession, session_id)
    return (_view(row), row.browser_hash) if row else None


def sessions_of_browser(tx: Session, browser_hash: str) -> tuple[SessionView, ...]:
    """All that nobody ended, the newest first."""
    wanted = select(StaffSession).where(StaffSession.browser_hash == browser_hash)
    rows = tx.scalars(wanted.where(StaffSession.ended_at.is_(None)).order_by(StaffSession.created_at.desc()))
    return tuple(map(_view, rows))


def find_launch_note(tx: Session, session_id: str) -> LaunchNote:
    """What its launch told that pages still need."""
    return LaunchNote.from_json(tx.scalar(select(StaffSession.context).where(StaffSession.id == session_id)))


def is_over(session: SessionView, now: datetime) -> bool:
    """Half an hour without use, or twelve hours old, or ended."""
    return session.ended or now >= session.expires_at or now - session.seen_at >= IDLE


def is_overtaken(tx: Session, session_id: str) -> bool:
    """Whether this browser launched another patient after this session began."""
    own, later = aliased(StaffSession), aliased(StaffSession)
    found = (
        select(later.id)
        .join(own, own.browser_hash == later.browser_hash)
        .where(own.id == session_id, later.created_at > own.created_at, later.kind == "launch")
        .where(later.patient_id.is_distinct_from(own.patient_id))
    )
    return tx.scalar(found.limit(1)) is not None


def touch_sessions(tx: Session, session_ids: Iterable[str], now: datetime) -> None:
    """They are in use."""
    ids = list(session_ids)
    if ids:
        tx.execute(update(StaffSession).where(StaffSession.id.in_(ids)).values(seen_at=now))


def end_session(tx: Session, session_id: str, now: datetime) -> None:
    """Signed out."""
    tx.execute(update(StaffSession).where(StaffSession.id == session_id).values(ended_at=now))


def confirm_host(tx: Session, session_id: str, now: datetime) -> None:
    """The person says that they are signed in to the video vendor under the expected account."""
    tx.execute(update(StaffSession).where(StaffSession.id == session_id).values(host_confirmed_at=now))


def grant_visits(tx: Session, session_id: str, visit_ids: Iterable[str]) -> None:
    """The session may open these visits."""
    wanted = set(visit_ids)
    had = set(
        tx.scalars(
            select(SessionVisit.visit_id)
            .where(SessionVisit.session_id == session_id)
            .where(SessionVisit.visit_id.in_(wanted))
        )
    )
    tx.add_all(SessionVisit(session_id=session_id, visit_id=visit_id) for visit_id in wanted - had)


def was_granted(tx: Session, session_id: str, visit_id: str) -> bool:
    """Whether the session's launch or schedule brought this visit."""
    return tx.get(SessionVisit, (session_id, visit_id)) is not None


def place_of(tx: Session, visit_id: str) -> Place | None:
    """Where the visit belongs, or None if there is no such visit."""
    found = tx.execute(select(Visit.site, Visit.department).where(Visit.id == visit_id)).one_or_none()
    return Place(found.site, found.department) if found else None


def _view(row: StaffSession) -> SessionView:
    roles = (Grant(StaffRole(role.role), role.site, role.department) for role in row.staff.roles)
    return SessionView(
        id=row.id,
        kind=cast(Literal["launch", "local"], row.kind),
        staff_id=row.staff_id,
        staff_name=row.staff.name,
        roles=frozenset(roles) if row.staff.active else frozenset(),
        site=row.site,
        iss=row.iss,
        patient_id=row.patient_id,
        # Ids are unique only within an EHR; sessions of before 0003 may be of a person whom another named.
        fhir_user=row.staff.fhir_user if row.staff.site == row.site else None,
        found_by=row.found_by,
        banner_needed=row.banner_needed,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        ended=row.ended_at is not None or not row.staff.active,
        host_confirmed_at=row.host_confirmed_at,
        style=style_in(row.context),
    )
