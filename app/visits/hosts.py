"""Whether somebody can host, as it was found out ahead of their visits."""

from enum import StrEnum


class HostVerdict(StrEnum):
    """OK, or why Start would be refused."""

    OK = "ok"
    UNLICENSED = "unlicensed"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"  # nobody has this account
    NOBODY = "nobody"  # no account is named


def host_problem(host_key: str | None, verdict: HostVerdict | None) -> HostVerdict | None:
    """What stands in the way of a visit's Start, as far as it is known."""
    if host_key is None:
        return HostVerdict.NOBODY
    return None if verdict in (None, HostVerdict.OK) else verdict
