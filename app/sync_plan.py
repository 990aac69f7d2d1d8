"""How a site's appointments are read without anybody being signed in."""

from datetime import time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9\-._]{1,64}$")]
Way = Literal["practitioner", "location"]


class Subscribed(BaseModel):
    """The table `[sync.subscription]`: the EHR tells of changes, and is asked less often what is near."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>]+$")]
    filter: Annotated[str, StringConstraints(pattern=r"^Appointment\?\S+$")] | None = None
    heartbeat_seconds: int = Field(default=300, ge=30, le=86_400)
    life_days: int = Field(default=7, ge=1, le=365)


class SyncPlan(BaseModel):
    """The table `[sync]`. Keys are explained in sandbox_config/README.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests_per_hour: int = Field(default=600, ge=30, le=100_000)
    horizon_days: int = Field(default=30, ge=1, le=365)
    nightly_at: time = time(2)
    locations: tuple[Id, ...] = ()
    practitioners: tuple[Id, ...] = ()
    subscription: Subscribed | None = None

    @property
    def searches(self) -> tuple[tuple[Way | None, str], ...]:
        """By what a window is searched, and for whom; by nothing where the file names nobody."""
        named: list[tuple[Way | None, str]] = [("location", one) for one in self.locations]
        named += [("practitioner", one) for one in self.practitioners]
        return tuple(named) or ((None, ""),)
