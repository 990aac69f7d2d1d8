"""A day of the synthetic clinic, planned around the moment it is planned at."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sandbox.clinic import resources
from sandbox.clinic.people import CLINICIANS, GUARDIANS, PATIENTS, Clinician, Person
from sandbox.clinic.places import HARBOR, PLACES, RIVERSIDE, ZONE, Place
from sandbox.clinic.plan import MINUTES_OF_A_DAY, SLOTS, Slot
from sandbox.clinic.resources import Raw

# A planned day is old after this time: nearly all of its visits are past.
FRESH_FOR = timedelta(hours=3)
# A slot this near is kept within the calendar day, so that a demo at midnight still has its visits "today".
NEAR = 60
LAST_START = timedelta(hours=23, minutes=50)


@dataclass(frozen=True)
class PlannedVisit:
    """One appointment of a day, with whom it is; ``start`` is aware."""

    key: str
    slot: Slot
    person: Person
    clinician: Clinician
    place: Place
    start: datetime

    @property
    def appointment(self) -> Raw:
        """The visit's Appointment."""
        return resources.appointment(self.key, self.slot, self._who, self.start)

    @property
    def encounter(self) -> Raw | None:
        """The visit's Encounter; None where the front desk has not opened one."""
        if self.slot.encounter == "none":
            return None
        return resources.encounter(self.key, self.slot, self._who, self.start)

    @property
    def _who(self) -> tuple[Person, Clinician, Place]:
        return self.person, self.clinician, self.place


def clinic_date(now: datetime) -> date:
    """The calendar day at the clinic."""
    return now.astimezone(ZONE).date()


def seconds_until(at: time, now: datetime) -> float:
    """How long it takes until the clinic's clocks next say this."""
    today = now.astimezone(ZONE).replace(hour=at.hour, minute=at.minute, second=at.second, microsecond=0)
    following = today if today >= now else today + timedelta(days=1)
    return (following.astimezone(UTC) - now).total_seconds()


def standing_resources() -> list[Raw]:
    """What is there whatever the day: the clinic, its departments, its people."""
    return [
        resources.organization(),
        *(resources.location(place) for place in PLACES),
        *(resources.practitioner(clinician) for clinician in CLINICIANS),
        *(resources.patient(person) for person in PATIENTS),
        *(resources.related_person(guardian) for guardian in GUARDIANS),
    ]


def plan_day(now: datetime) -> list[PlannedVisit]:
    """The day's visits around ``now``. Their ids depend on the clinic's date alone: ``vb-20261122-03``."""
    local = now.astimezone(ZONE)
    return [_planned(slot, local) for slot in SLOTS]


def plan_more(now: datetime) -> list[PlannedVisit]:
    """More visits of the same day, for whoever comes back hours later: ``vb-20261122-17h04``."""
    local = now.astimezone(ZONE)
    soon = [slot for slot in SLOTS if slot.status == "booked" and -10 <= slot.offset <= NEAR]
    return [_planned(slot, local, f"{local:%H}h") for slot in soon]


def day_resources(visits: list[PlannedVisit]) -> list[Raw]:
    """The Appointments and Encounters of ``visits``, each after what it refers to."""
    encounters = [visit.encounter for visit in visits]
    return [visit.appointment for visit in visits] + [raw for raw in encounters if raw is not None]


def _planned(slot: Slot, now: datetime, hour: str = "") -> PlannedVisit:
    clinician = next(one for one in CLINICIANS if one.id.endswith(slot.clinician))
    place = RIVERSIDE if slot.clinician in ("chen", "brandt") else HARBOR
    key = f"vb-{now:%Y%m%d}-{hour}{slot.number:02}"
    return PlannedVisit(key, slot, PATIENTS[slot.patient - 1], clinician, place, _start(slot, now))


def _start(slot: Slot, now: datetime) -> datetime:
    anchor = now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)
    if slot.offset == -MINUTES_OF_A_DAY:
        return _same_time_yesterday(anchor)
    start = (anchor.astimezone(UTC) + timedelta(minutes=slot.offset)).astimezone(ZONE)
    if abs(slot.offset) > NEAR or start.date() == now.date():
        return start
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if start < now else midnight + LAST_START


def _same_time_yesterday(anchor: datetime) -> datetime:
    """Wall-clock arithmetic: on the day after a change of clocks it is still yesterday."""
    return anchor - timedelta(days=1)
