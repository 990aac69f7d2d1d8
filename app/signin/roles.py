"""What each role may do, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Level = Literal["see", "act", "tend"]


class StaffRole(StrEnum):
    """What somebody of the clinic is here."""

    PROVIDER = "provider"
    ASSISTANT = "assistant"
    SCHEDULER = "scheduler"
    ADMIN = "admin"
    ENGINEER = "engineer"


MAY: dict[StaffRole, frozenset[Level]] = {
    StaffRole.PROVIDER: frozenset({"see", "act"}),
    StaffRole.ASSISTANT: frozenset({"see", "act"}),
    StaffRole.SCHEDULER: frozenset({"see"}),
    StaffRole.ADMIN: frozenset({"tend"}),
    StaffRole.ENGINEER: frozenset({"tend"}),
}


@dataclass(frozen=True)
class Grant:
    """A role, and where it counts. An empty site or department means all."""

    role: StaffRole
    site: str = ""
    department: str = ""

    def covers(self, site: str, department: str) -> bool:
        """Whether it counts for a visit of this department."""
        return self.site in ("", site) and self.department in ("", department)


def may(grants: Iterable[Grant], level: Level, site: str, department: str) -> bool:
    """Whether any grant allows this for a visit of this department."""
    return any(grant.covers(site, department) and level in MAY[grant.role] for grant in grants)


def may_tend(grants: Iterable[Grant], site: str | None = None) -> bool:
    """Whether any grant allows to look after the connection to this EHR; without `site`: to any."""
    tending = [grant for grant in grants if "tend" in MAY[grant.role]]
    return any(site is None or grant.site in ("", site) for grant in tending)
