"""What a launch told that its pages still need: kept sealed beside the session."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from app.visits.strip import PatientStrip
from launch.style import EhrStyle


@dataclass(frozen=True)
class Candidate:
    """One of several appointments from which a person must pick. Ids are the EHR's."""

    appointment_id: str
    start: datetime
    minutes: int
    service: str | None = field(repr=False)
    location_name: str | None


@dataclass(frozen=True)
class LaunchNote:
    """`unread` names resources whose reading was not granted, such as "Location"."""

    encounter: str | None = None
    location: str | None = None
    intent: str | None = None
    unread: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    patient: PatientStrip | None = None
    style: EhrStyle | None = None

    def as_json(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), default=lambda instant: instant.isoformat())

    @classmethod
    def from_json(cls, kept: str | None) -> "LaunchNote":
        """As it was kept; empty for a sign-in without a launch."""
        if kept is None:
            return cls()
        told: dict[str, Any] = json.loads(kept)
        candidates = tuple(
            Candidate(**{**one, "start": datetime.fromisoformat(one["start"])}) for one in told["candidates"]
        )
        unread, patient = tuple(told["unread"]), _strip_from(told["patient"])
        values = {**told, "unread": unread, "candidates": candidates, "patient": patient}
        return cls(**{**values, "style": _style_from(told.get("style"))})


def style_in(kept: str | None) -> EhrStyle | None:
    """How the EHR looks, of a note as it was kept."""
    return _style_from(json.loads(kept).get("style")) if kept else None


def _style_from(kept: dict[str, Any] | None) -> EhrStyle | None:
    return EhrStyle(**kept) if kept else None


def _strip_from(kept: dict[str, Any] | None) -> PatientStrip | None:
    if kept is None:
        return None
    born = kept["birth_date"]
    return PatientStrip(**{**kept, "birth_date": date.fromisoformat(born) if born else None})
