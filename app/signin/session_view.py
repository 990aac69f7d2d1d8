"""Who is signed in, as every route and use case sees it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.signin.roles import Grant
from launch.style import EhrStyle


@dataclass(frozen=True)
class SessionView:
    """One sign-in of one browser. `patient_id` and `fhir_user` are ids within `site`'s EHR."""

    id: str
    kind: Literal["launch", "local"]
    staff_id: str
    staff_name: str
    roles: frozenset[Grant]
    site: str | None
    iss: str | None
    patient_id: str | None
    fhir_user: str | None  # "Practitioner/<id>"
    found_by: str | None  # how the appointment was found
    banner_needed: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended: bool
    host_confirmed_at: datetime | None
    style: EhrStyle | None = None  # how the EHR looks, where its launch said so

    @property
    def practitioner_id(self) -> str | None:
        """The Practitioner that this person is, where the EHR said so."""
        kind, _, identifier = (self.fhir_user or "").partition("/")
        return identifier if kind == "Practitioner" and identifier else None
