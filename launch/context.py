"""The launch context: what the EHR told about the person, the patient and the appointment.

Of a token answer we require access_token and token_type, and id_token for a person; `patient` only if it was
asked for. Optional: expires_in, scope, refresh_token, encounter, fhirContext, need_patient_banner, intent,
tenant, smart_style_url, and the vendor's keys for appointment, contact serial number and location. Everything
else is knowingly ignored, such as Epic's `__epic.dstu2.patient`, `loginDepartment` or what its customers add.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fhir.errors import ForeignReference
from fhir.references import Reference, parse_reference
from launch.errors import FhirUserMissing, IdTokenMissing, PatientNotInContext
from launch.exchange import TokenAnswer
from launch.id_token import IdClaims
from launch.ports import PendingLaunch
from launch.scopes import GrantedScopes
from launch.vendors.profile import VendorProfile

PATIENT_SIDE = {"Patient", "RelatedPerson"}
STAFF_SIDE = {"Practitioner", "PractitionerRole", "Person"}
FALSE_WORDS = {"false", "0", "no"}


@dataclass(frozen=True)
class LaunchContext:
    """Ids are those of the site's EHR. `name` is what the id_token calls the person, if it does."""

    site: str
    iss: str
    user: Reference
    id_issuer: str
    subject: str
    name: str | None = field(repr=False)
    patient: str | None
    encounter: str | None
    appointment: str | None
    csn: str | None
    location: str | None
    need_patient_banner: bool
    intent: str | None
    tenant: str | None
    smart_style_url: str | None
    granted: GrantedScopes

    @property
    def is_patients_side(self) -> bool:
        """Whether the person is a patient, or somebody who acts for one."""
        return self.user.resource_type in PATIENT_SIDE


def context_from(
    answer: TokenAnswer, claims: IdClaims | None, pending: PendingLaunch, profile: VendorProfile
) -> LaunchContext:
    """The context of a launch whose id_token was validated.

    Raises IdTokenMissing, FhirUserMissing or PatientNotInContext.
    """
    if claims is None:
        raise IdTokenMissing
    user = fhir_user(claims, pending.iss)
    values = answer.values
    patient = _id(values, "patient", "Patient")
    if patient is None and "launch/patient" in pending.scopes:
        raise PatientNotInContext
    references = tuple(_launch_references(values, pending.iss))
    return LaunchContext(
        site=pending.site,
        iss=pending.iss,
        user=user,
        id_issuer=claims.issuer,
        subject=claims.subject,
        name=claims.name,
        patient=patient,
        encounter=_id(values, "encounter", "Encounter") or _of_type(references, "Encounter"),
        appointment=_first(values, profile.appointment_keys, "Appointment")
        or _of_type(references, "Appointment"),
        csn=_first(values, profile.csn_keys),
        location=_first(values, profile.location_keys, "Location") or _of_type(references, "Location"),
        need_patient_banner=_banner(values.get("need_patient_banner")),
        intent=_text(values, "intent"),
        tenant=_text(values, "tenant"),
        smart_style_url=_text(values, "smart_style_url"),
        granted=GrantedScopes.parse(answer.tokens.scope),
    )


def fhir_user(claims: IdClaims, iss: str) -> Reference:
    """The person as a reference of this EHR. Raises FhirUserMissing."""
    try:
        user = parse_reference(claims.fhir_user, iss)
    except ForeignReference:
        user = None
    if user is None or user.resource_type not in PATIENT_SIDE | STAFF_SIDE:
        raise FhirUserMissing
    return user


def _launch_references(values: Mapping[str, object], iss: str) -> Iterator[Reference]:
    """`fhirContext` entries of this launch: without a role, or with the role "launch"."""
    entries = values.get("fhirContext")
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict) or entry.get("role", "launch") != "launch":
            continue
        try:
            found = parse_reference(entry.get("reference"), iss)
        except ForeignReference:
            continue
        if found is not None:
            yield found


def _of_type(references: tuple[Reference, ...], resource_type: str) -> str | None:
    return next((found.id for found in references if found.resource_type == resource_type), None)


def _first(values: Mapping[str, object], names: tuple[str, ...], resource_type: str = "") -> str | None:
    return next((found for name in names if (found := _id(values, name, resource_type))), None)


def _id(values: Mapping[str, object], name: str, resource_type: str = "") -> str | None:
    """An id; some servers write it as a number, or as a relative reference."""
    value = values.get(name)
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(values, name)
    return text.removeprefix(f"{resource_type}/") or None if text else None


def _text(values: Mapping[str, object], name: str) -> str | None:
    value = values.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _banner(told: object) -> bool:
    """Shown unless the EHR says that it shows its own. Epic writes the word "false"."""
    if isinstance(told, str):
        return told.strip().lower() not in FALSE_WORDS
    return told is not False
