"""What the bearer of an access token may do.

https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.ehr.abilities import ABILITIES
from sandbox.ehr.authority import Authority
from sandbox.ehr.checks import refusal
from sandbox.ehr.elements import Raw, each
from sandbox.ehr.grants import LaunchContext
from sandbox.ehr.matching import token_matches
from sandbox.ehr.scopes import Letter, Scope, clinical


@dataclass(frozen=True)
class Permission:
    """Leave for one interaction: within one patient's chart, if ``patient``; within a filter, if any."""

    patient: str | None
    filters: tuple[tuple[tuple[str, str], ...], ...] = ()

    def narrowing(self, resource_type: str) -> list[tuple[str, str]]:
        """The search parameters that keep a search within the patient's chart."""
        if self.patient is None or not ABILITIES[resource_type].patient:
            return []
        return [("_id" if resource_type == "Patient" else "patient", self.patient)]

    def covers(self, raw: Raw) -> bool:
        """Whether a resource is within the patient's chart and the filter."""
        return self._is_about_patient(raw) and self._is_filtered_in(raw)

    def refuse_foreign(self, raw: Raw) -> None:
        """Raises Refused for a resource that this permission does not cover."""
        if not self._is_about_patient(raw):
            raise refusal("bearer-patient")
        if not self._is_filtered_in(raw):
            raise refusal("bearer-filter")

    def _is_about_patient(self, raw: Raw) -> bool:
        paths = ABILITIES[raw["resourceType"]].patient
        if self.patient is None or not paths:
            return True
        mine = (self.patient, f"Patient/{self.patient}")
        return any(value in mine for path in paths for value in each(raw, *path))

    def _is_filtered_in(self, raw: Raw) -> bool:
        return not self.filters or any(_matches_filter(raw, one) for one in self.filters)


@dataclass(frozen=True)
class Bearer:
    """A valid access token in use."""

    grant: str
    client_id: str
    scopes: tuple[Scope, ...]
    context: LaunchContext | None

    @property
    def user(self) -> str:
        """Who acts: a person, or the client itself."""
        return self.context.user if self.context else f"client {self.client_id}"

    def permission(self, resource_type: str, letter: Letter) -> Permission:
        """Leave for an interaction. Raises Refused."""
        allowing = [scope for scope in self.scopes if scope.allows(resource_type, letter)]
        if not allowing:
            raise refusal("bearer-scope")
        wide = [] if self._is_from_portal else [scope for scope in allowing if scope.level != "patient"]
        chosen = wide or allowing
        patient = None if wide else self._patient()
        if any(not scope.filters for scope in chosen):
            return Permission(patient)
        return Permission(patient, tuple(scope.filters for scope in chosen))

    @property
    def _is_from_portal(self) -> bool:
        return self.context is not None and self.context.is_from_portal

    def _patient(self) -> str:
        if self.context is None or self.context.patient is None:
            raise refusal("bearer-patient")
        return self.context.patient


def bearer_of(authority: Authority, authorization: str, query_names: Iterable[str]) -> Bearer:
    """The bearer of a request's token. Raises Refused."""
    if "access_token" in query_names:
        raise refusal("bearer-in-query")
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "bearer" or not value:
        raise refusal("bearer-missing")
    with authority.grants.lock:
        token = authority.grants.access.get(value)
        if token is None:
            raise refusal("bearer-unknown")
        grant = authority.grants.grants[token.grant]
    if token.expires <= authority.now:
        raise refusal("bearer-expired")
    return Bearer(token.grant, grant.client_id, tuple(clinical(token.scopes)), grant.context)


def _matches_filter(raw: Raw, wanted: tuple[tuple[str, str], ...]) -> bool:
    return all(_meets(raw, name, value) for name, value in wanted)


def _meets(raw: Raw, name: str, value: str) -> bool:
    """Filters of scopes are by token parameters, such as ``category``."""
    parameter = ABILITIES[raw["resourceType"]].parameter(name)
    if parameter is None or parameter.kind != "token":
        return False
    return any(token_matches(held, value) for path in parameter.paths for held in each(raw, *path))
