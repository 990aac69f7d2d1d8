"""Who works and who comes on the acted day: invented people, as many as are asked for."""

from collections.abc import Sequence
from typing import Any

from sandbox.clinic import resources
from sandbox.clinic.people import ENGLISH, SPANISH, Clinician, Person
from sandbox.clinic.resources import Raw

GIVEN = (
    *("Ada", "Bruno", "Celia", "Dario", "Edith", "Farid", "Greta", "Hugo", "Ines", "Jasper", "Karin", "Leon"),
    *("Mona", "Nils", "Olga", "Pablo", "Quinn", "Rahel", "Soren", "Tilda", "Umar", "Vera", "Wanda", "Yusuf"),
)
FAMILY = (
    *("Alder", "Birch", "Cedar", "Dogwood", "Elder", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Laurel"),
    *("Maple", "Nettle", "Oak", "Poplar", "Quince", "Rowan", "Spruce", "Thorn", "Willow", "Yew", "Aspen"),
)
DOCTORS = ("Abara", "Bellini", "Castro", "Dietrich", "Eriksen", "Fontaine", "Grigoryan", "Hosseini", "Ito")
SPECIALTY = "Family medicine"
MOST_HOSTS, MOST_PATIENTS = 90, 5_000


def providers(count: int) -> list[Clinician]:
    """So many providers, each with a Zoom user of their own address."""
    return [_provider(number) for number in range(1, count + 1)]


def patients(count: int) -> list[Person]:
    """So many patients, no two of one name."""
    return [_patient(number) for number in range(1, count + 1)]


def chart_of(everybody: Sequence[Clinician | Person]) -> list[Raw]:
    """They as the chart knows them."""
    return [
        resources.practitioner(one) if isinstance(one, Clinician) else resources.patient(one)
        for one in everybody
    ]


def zoom_user(one: Clinician) -> dict[str, Any]:
    """A provider as Zoom's administrator adds them."""
    return {"add": {"email": one.email, "first_name": one.given, "last_name": one.family, "licensed": True}}


def _provider(number: int) -> Clinician:
    given = GIVEN[-number % len(GIVEN)]
    family = DOCTORS[number % len(DOCTORS)] + ("" if number <= len(DOCTORS) else f"-{_letters(number)}")
    return Clinician(f"day-provider-{number:02}", given, family, f"10938{number:05}", SPECIALTY)


def _patient(number: int) -> Person:
    turn, place = divmod(number - 1, len(GIVEN) * len(FAMILY))
    family = FAMILY[place // len(GIVEN)] + (f"-{_letters(turn)}" if turn else "")
    given = GIVEN[place % len(GIVEN)]
    return Person(
        id=f"day-patient-{number:04}",
        given=(given,),
        family=family,
        birth_date=f"{1935 + number * 7 % 80}-{number % 12 + 1:02}-{number % 28 + 1:02}",
        gender="female" if number % 2 else "male",
        mrn=f"MRN-5{number:05}",
        phone=f"+1 212-555-{100 + number % 100:04}",
        email=f"{given}.{family}.{number}@mail.example".lower(),
        language=SPANISH if number % 7 == 0 else ENGLISH,
    )


def _letters(number: int) -> str:
    return FAMILY[number % len(FAMILY)]
