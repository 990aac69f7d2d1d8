"""Whether somebody can host, as it was found out ahead of their visits; and who hosts for whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class HostVerdict(StrEnum):
    """OK, or why Start would be refused."""

    OK = "ok"
    UNLICENSED = "unlicensed"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"  # nobody has this account
    NOBODY = "nobody"  # no account is named


class UserStatus(StrEnum):
    """Where a user of the video account stands."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    PENDING = "pending"  # invited, and has not come
    GONE = "gone"  # deleted, or of another account now


class Source(StrEnum):
    """Why somebody is taken to be a practitioner's host."""

    FILE = "file"
    HAND = "hand"
    NPI = "npi"
    EMAIL = "email"
    DEFAULT = "default"
    COVER = "cover"
    ALTERNATIVE = "alternative"
    POOL = "pool"


class Conflict(StrEnum):
    """What somebody has to decide or mend about a practitioner's host."""

    NO_USER = "no_user"  # nothing names one
    SHARED = "shared"  # another practitioner of this EHR has the same
    SEVERAL = "several"  # their addresses are those of two users
    UNLICENSED = "unlicensed"
    INACTIVE = "inactive"
    PENDING = "pending"
    OTHER_ACCOUNT = "other_account"  # nobody in this account
    COVER = "cover"  # whoever covers cannot host


@dataclass(frozen=True)
class Candidate:
    """Somebody who may host: an address or the vendor's id, and by which rule."""

    key: str
    source: Source


@dataclass(frozen=True)
class Named:
    """What is known of a practitioner that names a host. Addresses in small letters."""

    id: str
    npi: str | None = None
    emails: tuple[str, ...] = field(default=(), repr=False)
    chosen: str | None = None
    cover: str | None = None
    numbered: str | None = None  # the account's user whose number is the NPI


def own_host(files: Mapping[str, str], named: Named, verdicts: Mapping[str, HostVerdict]) -> Candidate | None:
    """The practitioner's own account: by the file, by hand, by NPI, by e-mail; None if nothing names one.

    Of several addresses the first that can host counts, else the first.
    """
    for key in (named.id, named.npi):
        if key and key in files:
            return Candidate(files[key], Source.FILE)
    if named.chosen:
        return Candidate(named.chosen, Source.HAND)
    if named.numbered:
        return Candidate(named.numbered, Source.NPI)
    able = [one for one in named.emails if verdicts.get(one.casefold()) is HostVerdict.OK]
    found = next(iter((*able, *named.emails)), None)
    return Candidate(found, Source.EMAIL) if found else None


def verdict_on(status: UserStatus, *, licensed: bool) -> HostVerdict:
    """Whether a user of the account can host."""
    if status is UserStatus.GONE:
        return HostVerdict.UNKNOWN
    if status is not UserStatus.ACTIVE:
        return HostVerdict.INACTIVE
    return HostVerdict.OK if licensed else HostVerdict.UNLICENSED


def host_problem(host_key: str | None, verdict: HostVerdict | None) -> HostVerdict | None:
    """What stands in the way of a visit's Start, as far as it is known."""
    if host_key is None:
        return HostVerdict.NOBODY
    return None if verdict in (None, HostVerdict.OK) else verdict
