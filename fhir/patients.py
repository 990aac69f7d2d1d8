"""The patient, as the chart tells."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from fhir._elements import Raw, codes, coding_code, extensions, gaps_of, many, one, text_of, texts
from fhir.client import FhirClient
from fhir.times import has_ended, parse_date

INTERPRETER_REQUIRED = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
INTERPRETER_NEEDED = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed"
# SNOMED CT and v2-0532. Neither yes nor no: asked but unknown, declined.
NEEDED = {"373066001": True, "Y": True, "373067005": False, "N": False}
BCP_47 = "urn:ietf:bcp:47"
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
NAME_USES = ("official", "usual", None, "nickname", "anonymous", "temp", "maiden", "old")
RANK_UNTOLD = 99


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


def read_patient(chart: FhirClient, patient_id: str, now: datetime | None = None) -> ChartPatient:
    """The patient. https://hl7.org/fhir/R4/patient.html"""
    return patient_from(chart.read("Patient", patient_id), now)


def patient_from(raw: Raw, now: datetime | None = None) -> ChartPatient:
    """The patient in a raw resource. What ended before `now` (or, without it, ends at all) comes last.

    Phone numbers and addresses that ended are left out.
    """
    name, given, family = human_name(raw, now)
    birth_date = parse_date(raw.get("birthDate"))
    mrn = _mrn(raw, now)
    phones = contact_points(raw, ("phone", "sms"), now)
    emails = contact_points(raw, ("email",), now)
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


def human_name(raw: Raw, now: datetime | None = None) -> tuple[str, str | None, str | None]:
    """Display, given and family name: one in use before one that ended, the official one before others.

    https://hl7.org/fhir/R4/datatypes.html#HumanName
    """
    best = min(many(raw, "name"), key=lambda name: _name_order(name, now), default=None)
    if best is None:
        return "", None, None
    given, family = " ".join(texts(best, "given")) or None, text_of(best, "family")
    built = " ".join(part for part in (given, family) if part)
    return built or text_of(best, "text") or "", given, family


def contact_points(raw: Raw, systems: tuple[str, ...], now: datetime | None = None) -> tuple[str, ...]:
    """Phone numbers or addresses in the order in which they are to be used: by rank, mobile first.

    https://hl7.org/fhir/R4/datatypes.html#ContactPoint
    """
    found = []
    for index, point in enumerate(many(raw, "telecom")):
        value, use = text_of(point, "value"), text_of(point, "use")
        over = use == "old" or has_ended(point.get("period"), now)
        if value and text_of(point, "system") in systems and not over:
            found.append((_rank(point), use != "mobile", index, value))
    return tuple(dict.fromkeys(value for *_, value in sorted(found)))


def _name_order(name: Raw, now: datetime | None) -> tuple[bool, int]:
    use = text_of(name, "use")
    known = use if use in NAME_USES else None
    return has_ended(name.get("period"), now), NAME_USES.index(known)


def _rank(point: Raw) -> int:
    # Oracle Health writes ranks as texts.
    told = str(point.get("rank"))
    return int(told) if told.isascii() and told.isdigit() else RANK_UNTOLD


def _mrn(raw: Raw, now: datetime | None) -> str | None:
    """The medical record number in force: of type MR, or called MRN; used first where several are."""
    found = []
    for index, identifier in enumerate(many(raw, "identifier")):
        value, kind = text_of(identifier, "value"), one(identifier, "type")
        if value and ("MR" in codes([kind]) or text_of(kind, "text") == "MRN"):
            ended = has_ended(identifier.get("period"), now) or text_of(identifier, "use") == "old"
            found.append((ended, text_of(identifier, "use") != "usual", index, value))
    return min(found)[3] if found else None


def _language(raw: Raw) -> str | None:
    """The preferred language, else the first that is told as a tag. Local code sets may come first."""
    spoken = sorted(many(raw, "communication"), key=lambda each: each.get("preferred") is not True)
    for communication in spoken:
        language = one(communication, "language")
        tags = (code for code in codes([language]) if LANGUAGE_TAG.fullmatch(code))
        found = coding_code(language, BCP_47) or next(tags, None)
        if found:
            return found
    return None


def _interpreter_needed(raw: Raw) -> bool | None:
    for extension in extensions(raw, INTERPRETER_REQUIRED):
        value = extension.get("valueBoolean")
        if isinstance(value, bool):
            return value
    for extension in extensions(raw, INTERPRETER_NEEDED):
        code = text_of(one(extension, "valueCoding"), "code")
        if code in NEEDED:
            return NEEDED[code]
    return None
