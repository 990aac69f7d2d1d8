"""The EHRs: who they are, how one comes in through them, their charts, and in whose name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from app.sites import ClinicSite
    from fhir.capability import Capabilities
    from fhir.client import FhirClient
    from launch.authorize import AuthorizationRequest
    from launch.context import LaunchContext
    from launch.ports import PendingLaunch, TokenSet
    from launch.scopes import GrantedScopes
    from launch.sites import Site
    from launch.style import EhrStyle


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


class Owner(NamedTuple):
    """A person at one EHR: whose token a write needs."""

    site: str
    staff_id: str


@dataclass(frozen=True)
class SystemChart:
    """The chart in our own name, and what our back end may do there."""

    chart: "FhirClient"
    granted: "GrantedScopes"


@dataclass(frozen=True)
class OwnerChart:
    """The chart in a person's name, and what they let us do there."""

    chart: "FhirClient"
    granted: "GrantedScopes"


class Ehr(Protocol):
    """The EHRs' side. All errors are the launch room's; those of a chart are the chart's."""

    def authorize(
        self, site: "ClinicSite", *, iss: str, launch: str | None, browser: str
    ) -> "AuthorizationRequest":
        """What the browser, by its hash, brings there. Without `launch` the person picks the patient."""
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

    def issuers_of(self, pending: "PendingLaunch") -> frozenset[str]:
        """By which names the EHR of a launch may sign its answer. Calls the EHR at times."""
        ...

    def chart_of(self, entered: Entered) -> "FhirClient":
        """The chart, before there is a session."""
        ...

    def chart(self, session_id: str, patience: float | None = None) -> "FhirClient":
        """The chart of a session; `patience`: seconds that one answer may take."""
        ...

    def own_chart(self, session_id: str, patience: float | None = None) -> OwnerChart:
        """The chart of a session, as `chart`, and what its person lets us do there."""
        ...

    def system_chart(self, site_name: str, before: Callable[[], None] | None = None) -> SystemChart | None:
        """The chart in our own name; None where the site has no back end of ours. Calls the EHR at times.

        `before` is called before each request, and holds it back by raising.
        """
        ...

    def owner_chart(self, site_name: str, staff_id: str) -> OwnerChart | None:
        """The chart in a person's name, for what they owe it, whether or not they are still here.

        None: they have to sign in again. RefreshRefused from a use of the chart: these tokens ended on the
        way; ask again, for the chart by others of theirs, or None. Calls the EHR at times.
        """
        ...

    def style(self, entered: Entered) -> "EhrStyle | None":
        """How the EHR looks, where its launch says so and it can be had in a moment. Calls it at times."""
        ...

    def revoke(self, tokens: "TokenSet") -> bool:
        """Give tokens back that nobody needs. False: the EHR does not offer it, or refuses. Calls the EHR."""
        ...

    def capabilities(self, chart: "FhirClient") -> "Capabilities":
        """What the chart's server says that it can do; asked for once an hour."""
        ...

    def prove(
        self, who: "Site", token_endpoint: str, form: Mapping[str, str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """The form and the headers of a token request that is ours, as in a launch. Sends nothing."""
        ...

    def signing_kid(self) -> str | None:
        """The name of the key that signs now; None where there is no key."""
        ...

    def public_jwks(self) -> Mapping[str, object]:
        """Our public keys, as EHRs fetch them."""
        ...
