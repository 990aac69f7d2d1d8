"""People of the chart as the screens name them."""

from dataclasses import dataclass
from datetime import date

from sandbox.ehr.elements import Raw, each, first_text, human_name

INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"


@dataclass(frozen=True)
class Provider:
    """A practitioner on the schedule's rail."""

    id: str
    name: str
    specialty: str
    email: str

    @property
    def initials(self) -> str:
        """Two letters for the face."""
        parts = [part for part in self.name.split() if not part.endswith(".")]
        return (parts[0][0] + parts[-1][0]).upper() if parts else "?"


@dataclass(frozen=True)
class Patient:
    """A patient as the storyboard beside the chart shows them; what is unknown is empty."""

    id: str
    name: str
    birth_date: str
    gender: str
    mrn: str
    phone: str
    email: str
    language: str
    interpreter: bool

    @property
    def initials(self) -> str:
        """Two letters for the face."""
        parts = self.name.split()
        return (parts[0][0] + parts[-1][0]).upper() if parts else "?"

    def age(self, today: date) -> int | None:
        """Whole years, if the birth date is known to the day."""
        try:
            born = date.fromisoformat(self.birth_date)
        except ValueError:
            return None
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def provider_from(raw: Raw) -> Provider:
    """A Practitioner as the screens show it."""
    return Provider(
        raw["id"], human_name(raw), first_text(raw, "qualification", "code", "text"), _telecom(raw, "email")
    )


def patient_from(raw: Raw) -> Patient:
    """A Patient as the screens show it."""
    interpreter = any(
        one.get("url") == INTERPRETER and one.get("valueBoolean") for one in each(raw, "extension")
    )
    return Patient(
        id=raw["id"],
        name=human_name(raw),
        birth_date=first_text(raw, "birthDate"),
        gender=first_text(raw, "gender"),
        mrn=first_text(raw, "identifier", "value"),
        phone=_telecom(raw, "phone"),
        email=_telecom(raw, "email"),
        language=first_text(raw, "communication", "language", "text"),
        interpreter=interpreter,
    )


def _telecom(raw: Raw, system: str) -> str:
    ways = (one for one in each(raw, "telecom") if isinstance(one, dict) and one.get("system") == system)
    return next((str(one["value"]) for one in ways if one.get("value")), "")
