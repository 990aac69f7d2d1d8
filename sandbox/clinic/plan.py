"""Which appointments a synthetic day has, as minutes from the moment it is planned."""

from dataclasses import dataclass
from typing import Literal

Stage = Literal["none", "planned", "arrived", "finished"]


@dataclass(frozen=True)
class Slot:
    """One appointment of the plan; ``encounter`` is how far its Encounter is, ``none`` if it has none yet."""

    number: int
    offset: int
    minutes: int
    patient: int
    clinician: str
    reason: str
    video: bool = True
    status: str = "booked"
    encounter: Stage = "none"


MINUTES_OF_A_DAY = 24 * 60

SLOTS = (
    Slot(1, -180, 20, 1, "osei", "Blood pressure review", status="fulfilled", encounter="finished"),
    Slot(2, -120, 30, 2, "osei", "Annual check", video=False, status="fulfilled", encounter="finished"),
    Slot(3, -45, 20, 3, "osei", "Migraine follow-up", encounter="planned"),
    Slot(4, 5, 20, 4, "osei", "Asthma review", encounter="arrived"),
    Slot(5, 25, 30, 5, "osei", "Diabetes review", encounter="planned"),
    Slot(6, 60, 20, 6, "osei", "Skin rash"),
    Slot(7, 150, 20, 7, "osei", "Cough", status="cancelled"),
    Slot(8, 240, 30, 1, "osei", "Vaccination", video=False),
    Slot(9, -90, 30, 8, "lee", "Heart failure check", status="fulfilled", encounter="finished"),
    Slot(10, -10, 30, 9, "lee", "Pacemaker questions", encounter="arrived"),
    Slot(11, 20, 20, 10, "lee", "Palpitations"),
    Slot(12, 45, 20, 11, "lee", "Test results", encounter="planned"),
    Slot(13, 120, 40, 12, "lee", "Stress test", video=False),
    Slot(14, 200, 20, 2, "lee", "Medication change"),
    Slot(15, -30, 20, 11, "chen", "Sleep problems"),
    Slot(16, 10, 20, 6, "chen", "Eczema plan", encounter="planned"),
    Slot(17, 30, 30, 7, "chen", "Growth check", video=False, encounter="planned"),
    Slot(18, 90, 20, 4, "chen", "School form"),
    Slot(19, 35, 50, 8, "brandt", "Therapy session", encounter="planned"),
    Slot(20, 90, 50, 9, "brandt", "First conversation"),
    Slot(21, -MINUTES_OF_A_DAY, 20, 12, "osei", "Lab results", encounter="planned"),
)
