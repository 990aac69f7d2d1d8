"""The synthetic clinic as FHIR R4 resources. https://hl7.org/fhir/R4/"""

from datetime import datetime, timedelta
from typing import Any

from sandbox.clinic.people import Clinician, Guardian, Language, Person
from sandbox.clinic.places import ORGANIZATION_ID, ORGANIZATION_NAME, ZONE, Place
from sandbox.clinic.plan import Slot
from sandbox.clock import instant

Raw = dict[str, Any]

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
STRUCTURE = "http://hl7.org/fhir/StructureDefinition"
NPI = "http://hl7.org/fhir/sid/us-npi"
MRN = "urn:oid:2.16.840.1.113883.19.5.1"
VISIT_NUMBER = "urn:oid:2.16.840.1.113883.19.5.2"
SERVICES = "https://sandbox.visitbridge.example/service-types"


def organization() -> Raw:
    """The clinic itself."""
    return {
        "resourceType": "Organization",
        "id": ORGANIZATION_ID,
        "active": True,
        "name": ORGANIZATION_NAME,
        "telecom": [{"system": "phone", "value": "+1 212-555-0160", "use": "work"}],
    }


def location(place: Place) -> Raw:
    """A department, with its time zone in the standard extension."""
    return {
        "resourceType": "Location",
        "id": place.id,
        "extension": [{"url": f"{STRUCTURE}/timezone", "valueCode": ZONE.key}],
        "status": "active",
        "name": place.name,
        "mode": "instance",
        "telecom": [{"system": "phone", "value": place.phone, "use": "work"}],
        "address": {"line": [place.street], "city": "New York", "state": "NY", "country": "US"},
        "managingOrganization": {"reference": f"Organization/{ORGANIZATION_ID}"},
    }


def practitioner(clinician: Clinician) -> Raw:
    """A clinician with NPI and work e-mail."""
    return {
        "resourceType": "Practitioner",
        "id": clinician.id,
        "identifier": [{"use": "official", "system": NPI, "value": clinician.npi}],
        "active": True,
        "name": [
            {"use": "official", "family": clinician.family, "given": [clinician.given], "prefix": ["Dr."]}
        ],
        "telecom": [{"system": "email", "value": clinician.email, "use": "work"}],
        "qualification": [{"code": {"text": clinician.specialty}}],
    }


def patient(person: Person) -> Raw:
    """A patient; what the clinic does not know is left out."""
    raw: Raw = {
        "resourceType": "Patient",
        "id": person.id,
        "identifier": [
            {
                "use": "usual",
                "type": {"coding": [{"system": f"{TERMINOLOGY}/v2-0203", "code": "MR"}], "text": "MRN"},
                "system": MRN,
                "value": person.mrn,
            }
        ],
        "active": True,
        "name": _names(person),
        "gender": person.gender,
        "birthDate": person.birth_date,
        "communication": [{"language": _language(person.language), "preferred": True}],
    }
    if telecom := _telecom(person):
        raw["telecom"] = telecom
    if person.interpreter:
        raw["extension"] = [{"url": f"{STRUCTURE}/patient-interpreterRequired", "valueBoolean": True}]
    return raw


def related_person(guardian: Guardian) -> Raw:
    """Somebody who acts for a patient in the portal."""
    coding = {"system": f"{TERMINOLOGY}/v3-RoleCode", "code": guardian.relationship, "display": guardian.says}
    return {
        "resourceType": "RelatedPerson",
        "id": guardian.id,
        "active": True,
        "patient": {"reference": f"Patient/{guardian.patient_id}"},
        "relationship": [{"coding": [coding], "text": guardian.says}],
        "name": [{"use": "official", "family": guardian.family, "given": [guardian.given]}],
    }


def appointment(key: str, slot: Slot, who: tuple[Person, Clinician, Place], start: datetime) -> Raw:
    """A slot of the day's plan as an Appointment."""
    person, clinician, place = who
    raw: Raw = {
        "resourceType": "Appointment",
        "id": key,
        "identifier": [{"system": VISIT_NUMBER, "value": _visit_number(key)}],
        "status": slot.status,
        "serviceType": [_service(slot.video)],
        "appointmentType": {"coding": [{"system": f"{TERMINOLOGY}/v2-0276", "code": "ROUTINE"}]},
        "reasonCode": [{"text": slot.reason}],
        "description": slot.reason,
        "start": instant(start),
        "end": instant(start + timedelta(minutes=slot.minutes)),
        "minutesDuration": slot.minutes,
        "created": instant(start - timedelta(days=9)),
        "participant": [
            _participant(f"Patient/{person.id}", person.display),
            _participant(f"Practitioner/{clinician.id}", clinician.display),
            _participant(f"Location/{place.id}", place.name),
        ],
    }
    if slot.status == "cancelled":
        raw["cancelationReason"] = {"text": "Patient asked for another day"}
    return raw


def encounter(key: str, slot: Slot, who: tuple[Person, Clinician, Place], start: datetime) -> Raw:
    """The Encounter that the front desk opened for a slot of the plan."""
    person, clinician, place = who
    code, name = ("VR", "virtual") if slot.video else ("AMB", "ambulatory")
    raw: Raw = {
        "resourceType": "Encounter",
        "id": f"{key}-enc",
        "identifier": [{"system": VISIT_NUMBER, "value": _visit_number(key)}],
        "status": slot.encounter,
        "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": code, "display": name},
        "subject": {"reference": f"Patient/{person.id}", "display": person.display},
        "participant": [
            {
                "type": [{"coding": [{"system": f"{TERMINOLOGY}/v3-ParticipationType", "code": "PPRF"}]}],
                "individual": {"reference": f"Practitioner/{clinician.id}", "display": clinician.display},
            }
        ],
        "appointment": [{"reference": f"Appointment/{key}"}],
        "location": [{"location": {"reference": f"Location/{place.id}", "display": place.name}}],
    }
    if slot.encounter != "planned":
        raw["period"] = {"start": instant(start)}
    if slot.encounter == "finished":
        raw["period"]["end"] = instant(start + timedelta(minutes=slot.minutes))
    return raw


def _names(person: Person) -> list[Raw]:
    official: Raw = {"use": "official", "family": person.family, "given": list(person.given)}
    usual = [{"use": "nickname", "given": [person.nickname]}] if person.nickname else []
    return [official, *usual]


def _telecom(person: Person) -> list[Raw]:
    phone = [{"system": "phone", "value": person.phone, "use": "mobile", "rank": 1}] if person.phone else []
    email = [{"system": "email", "value": person.email, "use": "home"}] if person.email else []
    return [*phone, *email]


def _language(language: Language) -> Raw:
    coding = {"system": "urn:ietf:bcp:47", "code": language.code, "display": language.name}
    return {"coding": [coding], "text": language.name}


def _service(video: bool) -> Raw:
    code, text = ("video-visit", "Video Visit") if video else ("office-visit", "Office Visit")
    return {"coding": [{"system": SERVICES, "code": code, "display": text}], "text": text}


def _participant(reference: str, display: str) -> Raw:
    return {
        "actor": {"reference": reference, "display": display},
        "required": "required",
        "status": "accepted",
    }


def _visit_number(key: str) -> str:
    return key.removeprefix("vb-").replace("-", "")
