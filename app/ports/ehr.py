"""The EHRs: who they are, how one comes in through them, and their charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.sites import ClinicSite
    from fhir.client import FhirClient
    from launch.context import LaunchContext
    from launch.ports import PendingLaunch, TokenSet


class SiteRegistry(Protocol):
    """The EHRs of this deployment."""

    def by_name(self, name: str) -> "ClinicSite":
        """The site of this file name. Raises SiteUnknown."""
        ...

    def by_issuer(self, iss: str) -> "ClinicSite":
        """The site that names this FHIR base. Raises the launch room's UnknownIssuer."""
        ...

    def all(self) -> "tuple[ClinicSite, ...]":
        """All of them, by name."""
        ...


@dataclass(frozen=True)
class Entered:
    """Somebody came through an EHR: what it told of them, and its permission."""

    site: str
    context: "LaunchContext"
    tokens: "TokenSet"


class Ehr(Protocol):
    """The EHRs' side. All errors are the launch room's; those of a chart are the chart's."""

    def authorize(self, site: "ClinicSite", *, iss: str, launch: str | None, browser: str) -> str:
        """Where to send the browser, by its hash. Without `launch` the person picks the patient there."""
        ...

    def enter(self, state: str, code: str, browser: str) -> Entered:
        """Spend the EHR's answer."""
        ...

    def take(self, state: str, browser: str) -> "PendingLaunch":
        """Spend an answer that brought no code: which launch it ends."""
        ...

    def peek(self, state: str) -> "PendingLaunch | None":
        """Which launch an answer would end. Spends nothing."""
        ...

    def chart_of(self, entered: Entered) -> "FhirClient":
        """The chart, before there is a session."""
        ...

    def chart(self, session_id: str, patience: float | None = None) -> "FhirClient":
        """The chart of a session; `patience`: seconds that one answer may take."""
        ...

    def public_jwks(self) -> Mapping[str, object]:
        """Our public keys, as EHRs fetch them."""
        ...
