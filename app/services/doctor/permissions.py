"""What the EHR lets us read and write: as asked for, as granted in launches and to our back end."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l

from app.errors import explain
from app.ports import Rooms
from app.services.doctor.calls import Heard
from app.services.doctor.findings import Finding, broken, fine, note, unknown
from app.services.write_chart import REFUSED_FOR
from app.sites import ClinicSite
from app.store.notes import refused_rungs
from app.store.tokens import last_granted
from fhir.capability import Capabilities, capabilities_from
from launch.errors import LaunchError, ScopesTooFew
from launch.scopes import GrantedScopes, reading_gaps
from launch.sites import Site
from launch.vendors.ladder import Standing, Whose


@dataclass(frozen=True)
class Permissions:
    """`launched` is None where no launch of late tells what people are granted; then what is asked counts."""

    asked: GrantedScopes
    launched: GrantedScopes | None
    backend: GrantedScopes | None
    backend_fault: LaunchError | None
    capabilities: Capabilities | None
    refusals: frozenset[str]
    switches: Mapping[str, bool] = field(default_factory=dict)

    @property
    def of_people(self) -> GrantedScopes:
        """What people are granted, or would be if the EHR gave what is asked."""
        return self.launched or self.asked

    @property
    def standing(self) -> Standing:
        """What decides about ways of writing."""
        granted: dict[Whose, GrantedScopes] = {"user": self.of_people}
        if self.backend is not None:
            granted["system"] = self.backend
        return Standing(self.capabilities or Capabilities(), granted, self.refusals, self.switches)


def permissions_at(rooms: Rooms, site: ClinicSite, metadata: Heard) -> Permissions:
    """What is known of them now; `metadata` is the CapabilityStatement as it came. Calls the EHR at times."""
    with rooms.db.read() as tx:
        told = last_granted(tx, site.name)
        refused = refused_rungs(tx, site.name, rooms.clock.now() - REFUSED_FOR)
    backend, fault = None, None
    try:
        backend = rooms.ehr.system_chart(site.name)
    except LaunchError as refusal:
        fault = refusal
    return Permissions(
        asked=GrantedScopes.parse(" ".join(site.launch.scopes)),
        launched=GrantedScopes.parse(told) if told else None,
        backend=backend.granted if backend else None,
        backend_fault=fault,
        capabilities=capabilities_from(dict(metadata.said)) if metadata.is_good else None,
        refusals=refused,
        switches=site.ladder,
    )


def check_scopes(site: Site, told: Permissions) -> Finding:
    """Whether a visit can be read with what people are granted."""
    check = "scopes"
    try:
        gaps = reading_gaps(told.of_people)
    except ScopesTooFew as few:
        missing = ", ".join(few.missing)
        if told.launched is not None:
            says = _l("The EHR grants too few scopes: launches cannot read %(missing)s.", missing=missing)
            return broken(check, says, _REGISTER, *told.launched.words)
        says = _l("The file asks for too few scopes: launches cannot read %(missing)s.", missing=missing)
        return broken(check, says, _ASK, *site.scopes)
    dropped = _dropped(told.asked, told.launched) if told.launched else ()
    if dropped:
        says = _l("The EHR grants less than is asked for: %(scopes)s.", scopes=", ".join(dropped))
        return note(check, says, _REGISTER)
    if gaps:
        return note(check, _l("Scopes are missing for %(missing)s.", missing=", ".join(gaps)), _ASK)
    says = (
        _l("The latest launch was granted what visits need.")
        if told.launched
        else _l("What is asked for is enough.")
    )
    return fine(check, says)


def check_backend(site: Site, told: Permissions) -> Finding:
    """Whether our own name is let in, where the file names one."""
    check = "backend"
    if site.backend is None:
        return fine(check, _l("The file names no back end of ours."))
    if told.backend_fault is not None:
        said = explain(told.backend_fault)
        return broken(check, said.cause, said.next_step, site.backend.client_id, said.code)
    if told.backend is None:
        return unknown(check, _l("The back end was not asked for."))
    dropped = _dropped(GrantedScopes.parse(" ".join(site.backend.scopes)), told.backend)
    if dropped:
        says = _l(
            "The EHR grants our back end less than is asked for: %(scopes)s.", scopes=", ".join(dropped)
        )
        return note(check, says, _REGISTER, site.backend.client_id)
    return fine(check, _l("Our back end is let in."), site.backend.client_id)


def check_capabilities(told: Permissions) -> Finding:
    """Whether the FHIR server says what it can do."""
    check = "capabilities"
    if told.capabilities is None:
        says = _l("The EHR's CapabilityStatement cannot be read: nothing can be written.")
        return note(check, says, _l("Ask the EHR team whether metadata may be read without a token."))
    return fine(check, _l("The FHIR server says what it can do."), *sorted(told.capabilities.types))


_REGISTER = _l(
    "Ask the EHR team to allow these for the app's registration:"
    " some EHRs drop without a word what is not registered."
)
_ASK = _l(
    "Add them to scopes in the site's file. An EHR that grants by registration may give more:"
    " launch once and look again."
)


def _dropped(asked: GrantedScopes, granted: GrantedScopes) -> tuple[str, ...]:
    """Resource rights that were asked for and not given, in either spelling."""
    return tuple(
        f"{grant.resource}.{right}"
        for grant in asked.grants
        for right in grant.rights
        if not grant.narrowed and grant.resource != "*" and not granted.allows(grant.resource, right)
    )
