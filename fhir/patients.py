"""The patient, as the chart tells."""

from dataclasses import dataclass, field
from datetime import date, datetime

from fhir._elements import Raw, codes, concept_text, extensions, gaps_of, many, one, text_of, texts
from fhir.client import FhirClient
from fhir.times import parse_date, parse_period

INTERPRETER_REQUIRED = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
INTERPRETER_NEEDED = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed"
YES = {"373066001", "Y", "yes"}  # SNOMED CT "Yes", v2-0532 and plain


@dataclass(frozen=True)
class ChartPatient:
    """A patient. Names, numbers and addresses have no repr."""

    id: str
    name: str = field(repr=False)
    given: str | None = field(repr=False)
    family: str | None = field(repr=False)
    birth_date: date | None = field(repr=False)
    mrn: str | None = field(repr=False)
    phones: tuple[str, ...] = field(repr=False)
    emails: tuple[str, ...] = field(repr=False)
    language: str | None  # BCP 47
    interpreter_needed: bool | None
    gaps: tuple[str, ...]


def read_patient(chart: FhirClient, patient_id: str) -> ChartPatient:
    """The patient. https://hl7.org/fhir/R4/patient.html"""
    return patient_from(chart.read("Patient", patient_id))


def patient_from(raw: Raw, now: datetime | None = None) -> ChartPatient:
    """The patient in a raw resource. Names and numbers that ended before `now` are passed over."""
    name, given, family = human_name(raw)
    birth_date = parse_date(raw.get("birthDate"))
    mrn = _mrn(raw, now)
    phones = contact_points(raw, ("phone", "sms"))
    emails = contact_points(raw, ("email",))
    language = _language(raw)
    return ChartPatient(
        id=text_of(raw, "id") or "",
        name=name,
        given=given,
        family=family,
        birth_date=birth_date,
        mrn=mrn,
        phones=phones,
        emails=emails,
        language=language,
        interpreter_needed=_interpreter_needed(raw),
        gaps=gaps_of(
            "Patient",
            id=text_of(raw, "id"),
            name=name,
            birthDate=birth_date,
            identifier=mrn,
            telecom=phones + emails,
            communication=language,
        ),
    )


def human_name(raw: Raw) -> tuple[str, str | None, str | None]:
    """Display, given and family name: the official one first, then the usual one, then any not old.

    https://hl7.org/fhir/R4/datatypes.html#HumanName
    """
    order = {
        "official": 0,
        "usual": 1,
        None: 2,
        "nickname": 3,
        "anonymous": 4,
        "temp": 5,
        "maiden": 8,
        "old": 9,
    }
    names = [
        (order.get(text_of(name, "use"), 2), index, name) for index, name in enumerate(many(raw, "name"))
    ]
    if not names:
        return "", None, None
    best = min(names, key=lambda entry: entry[:2])[2]
    given, family = " ".join(texts(best, "given")) or None, text_of(best, "family")
    built = " ".join(part for part in (given, family) if part)
    return built or text_of(best, "text") or "", given, family


def contact_points(raw: Raw, systems: tuple[str, ...]) -> tuple[str, ...]:
    """Phone numbers or addresses in the order in which they are to be used: by rank, mobile first.

    https://hl7.org/fhir/R4/datatypes.html#ContactPoint
    """
    found = []
    for index, point in enumerate(many(raw, "telecom")):
        value, use = text_of(point, "value"), text_of(point, "use")
        if value and text_of(point, "system") in systems and use != "old":
            rank = point.get("rank")
            found.append((rank if isinstance(rank, int) else 99, use != "mobile", index, value))
    return tuple(dict.fromkeys(value for *_, value in sorted(found)))


def _mrn(raw: Raw, now: datetime | None) -> str | None:
    """The medical record number in force: type MR, used first where several are."""
    found = []
    for index, identifier in enumerate(many(raw, "identifier")):
        value, period = text_of(identifier, "value"), parse_period(identifier.get("period"))
        ended = period.end is not None and (now is None or period.end <= now)
        if value and "MR" in codes([one(identifier, "type")]):
            found.append((ended, text_of(identifier, "use") != "usual", index, value))
    return min(found)[3] if found else None


def _language(raw: Raw) -> str | None:
    """The preferred language, else the first."""
    spoken = [
        (communication.get("preferred") is not True, index, communication)
        for index, communication in enumerate(many(raw, "communication"))
    ]
    for _, _, communication in sorted(spoken, key=lambda entry: entry[:2]):
        language = one(communication, "language")
        # Local code sets come first in some charts: a language tag is what looks like one.
        tag = next((code for code in codes([language]) if not code.isdigit()), None)
        if tag or concept_text(language):
            return tag or concept_text(language)
    return None


def _interpreter_needed(raw: Raw) -> bool | None:
    for extension in extensions(raw, INTERPRETER_REQUIRED):
        value = extension.get("valueBoolean")
        if isinstance(value, bool):
            return value
    for extension in extensions(raw, INTERPRETER_NEEDED):
        code = text_of(one(extension, "valueCoding"), "code")
        if code:
            return code in YES
    return None
