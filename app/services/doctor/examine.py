"""One EHR examined: every check in the order of causes, and the table of what works there."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.errors.base import Text
from app.ports import Rooms
from app.services.chart_errands import rungs_at
from app.services.doctor.calls import Caller
from app.services.doctor.discovery import (
    check_base,
    check_discovery,
    check_ehr_keys,
    check_environment,
    check_issuer,
)
from app.services.doctor.features import Feature, features
from app.services.doctor.findings import ALL_WELL, Finding, Verdict, first_cause
from app.services.doctor.flow import check_flow
from app.services.doctor.launches import check_launches
from app.services.doctor.look import Case, Look
from app.services.doctor.permissions import (
    Permissions,
    check_backend,
    check_capabilities,
    check_scopes,
    permissions_at,
)
from app.services.doctor.reach import check_clock, check_reach, check_tls
from app.services.doctor.registration_checks import (
    check_client,
    check_credentials,
    check_own_keys,
    check_redirect,
)
from app.sites import ClinicSite

# A fault of one explains those of all that follow, as far as they could be looked at.
OF_THE_WIRE = (
    check_clock,
    check_discovery,
    check_client,
    check_redirect,
    check_own_keys,
    check_credentials,
    check_issuer,
    check_ehr_keys,
    check_base,
    check_environment,
)


@dataclass(frozen=True)
class Examination:
    """What was found at one EHR. `features` is empty where nobody answers."""

    site: str
    title: str
    findings: tuple[Finding, ...]
    features: tuple[Feature, ...]

    @property
    def cause(self) -> Finding | None:
        """What to mend first."""
        return first_cause(self.findings)

    @property
    def first_line(self) -> Text:
        """The cause in a sentence, or that all is well."""
        return self.cause.says if self.cause else ALL_WELL

    @property
    def is_broken(self) -> bool:
        """Whether launches fail."""
        return any(one.verdict is Verdict.BROKEN for one in self.findings)


def examine(rooms: Rooms, site: ClinicSite) -> Examination:
    """Look at all that can be seen from here without anybody's sign-in. Takes seconds; raises nothing."""
    look = Look(case_of(rooms, site))
    reached = (check_reach(look), check_tls(look))
    if any(one.verdict is Verdict.BROKEN for one in reached):
        return Examination(site.name, site.title, reached, ())
    told = permissions_at(rooms, site, look.metadata)
    wire = (check(look) for check in OF_THE_WIRE)
    ours = (check_flow(rooms, site), check_launches(rooms, site))
    findings = (*reached, *wire, *_of_permissions(site, told), *ours)
    return Examination(site.name, site.title, findings, features(told, rungs_at(site)))


def case_of(rooms: Rooms, site: ClinicSite) -> Case:
    """The EHR, and with what it is examined."""
    return Case(
        site=site,
        base_url=rooms.settings.base_url,
        now=rooms.clock.now,
        caller=Caller(rooms.http),
        prove=rooms.ehr.prove,
        public_jwks=rooms.ehr.public_jwks(),
        signing_kid=rooms.ehr.signing_kid(),
    )


def _of_permissions(site: ClinicSite, told: Permissions) -> Iterator[Finding]:
    yield check_backend(site.launch, told)
    yield check_scopes(site.launch, told)
    yield check_capabilities(told)
