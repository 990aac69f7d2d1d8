"""People who may sign in, their roles, and their one-time links."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors.session import SigninLinkSpent, SigninLinkUnknown
from app.models import SigninLink, Staff
from app.models.staff import StaffRole as StaffRoleRow
from app.signin.roles import Grant

LOCAL = "local"


@dataclass(frozen=True)
class Identity:
    """Who somebody is: the id_token's issuer and subject at a site, or a local account; never the name."""

    issuer: str
    subject: str
    site: str = ""
    fhir_user: str | None = None


@dataclass(frozen=True)
class StaffMember:
    """A person of the clinic."""

    id: str
    name: str
    active: bool


def meet_staff(
    tx: Session, identity: Identity, name: str, first_roles: Iterable[Grant], staff_id: str, now: datetime
) -> str:
    """The id of the person behind the identity; somebody new gets `staff_id` and the first roles."""
    if _find(tx, identity) is None:
        # Two launches of somebody new at the same moment: the second finds the row of the first.
        with suppress(IntegrityError), tx.begin_nested():
            add_staff(tx, identity, name, first_roles, staff_id, now)
    row = _find(tx, identity)
    if row is None:
        raise RuntimeError("a person who was just written is not there")
    row.name, row.fhir_user = name, identity.fhir_user
    return row.id


def add_staff(
    tx: Session, identity: Identity, name: str, roles: Iterable[Grant], staff_id: str, now: datetime
) -> None:
    """Somebody new."""
    tx.add(
        Staff(
            id=staff_id,
            site=identity.site,
            issuer=identity.issuer,
            subject=identity.subject,
            fhir_user=identity.fhir_user,
            name=name,
            created_at=now,
            roles=[StaffRoleRow(role=g.role, site=g.site, department=g.department) for g in roles],
        )
    )


def names_of(tx: Session, staff_ids: Collection[str]) -> Mapping[str, str]:
    """The names of these people, by id."""
    found = tx.scalars(select(Staff).where(Staff.id.in_(sorted(staff_ids))))
    return {row.id: row.name for row in found}


def find_local_staff(tx: Session, subject: str) -> StaffMember | None:
    """The local account of this name."""
    row = _find(tx, Identity(LOCAL, subject))
    return StaffMember(row.id, row.name, row.active) if row else None


def add_signin_link(tx: Session, staff_id: str, token_hash: str, now: datetime, until: datetime) -> None:
    """A one-time link."""
    tx.add(SigninLink(token_hash=token_hash, staff_id=staff_id, created_at=now, expires_at=until))


def check_signin_link(tx: Session, token_hash: str, now: datetime) -> StaffMember:
    """Whose link it is. Raises SigninLinkUnknown or SigninLinkSpent."""
    return _member(tx, _usable(tx.get(SigninLink, token_hash), now))


def spend_signin_link(tx: Session, token_hash: str, now: datetime) -> StaffMember:
    """Use the link up. Raises SigninLinkUnknown or SigninLinkSpent."""
    row = _usable(tx.get(SigninLink, token_hash, with_for_update=True), now)
    row.spent_at = now
    return _member(tx, row)


def _find(tx: Session, who: Identity) -> Staff | None:
    same = (Staff.issuer == who.issuer, Staff.subject == who.subject, Staff.site == who.site)
    return tx.scalar(select(Staff).where(*same))


def _usable(row: SigninLink | None, now: datetime) -> SigninLink:
    if row is None:
        raise SigninLinkUnknown
    if row.spent_at is not None or now >= row.expires_at:
        raise SigninLinkSpent
    return row


def _member(tx: Session, link: SigninLink) -> StaffMember:
    row = tx.get_one(Staff, link.staff_id)
    if not row.active:
        raise SigninLinkSpent
    return StaffMember(row.id, row.name, row.active)
