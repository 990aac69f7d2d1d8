"""What one reading of the chart told of a visit."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.sites import ClinicSite
from fhir.appointments import ChartAppointment
from fhir.errors import ChartGap
from fhir.locations import ChartLocation
from fhir.patients import ChartPatient
from fhir.practitioners import ChartPractitioner

AD_HOC_MINUTES = 30


@dataclass(frozen=True)
class SeenAppointment:
    """An appointment, and whose and where it is. Without an appointment the visit is ad hoc."""

    appointment: ChartAppointment | None
    patient: ChartPatient
    practitioner: ChartPractitioner | None
    location: ChartLocation | None
    encounter_id: str | None
    read_at: datetime

    @property
    def appointment_id(self) -> str | None:
        """Its id in this EHR; None if the visit is ad hoc."""
        return self.appointment.id if self.appointment else None

    @property
    def start(self) -> datetime:
        """When the visit is to begin. Raises ChartGap if the Appointment does not say."""
        if self.appointment is None:
            return self.read_at
        if self.appointment.start is None:
            raise ChartGap("Appointment.start")
        return self.appointment.start

    @property
    def minutes(self) -> int:
        """How long it is to last."""
        return self.appointment.minutes if self.appointment else AD_HOC_MINUTES

    @property
    def department(self) -> str:
        """The Location's id; empty where the chart names none."""
        found = self.location.id if self.location else None
        return found or (self.appointment.location_id if self.appointment else None) or ""

    @property
    def department_name(self) -> str | None:
        """What people call it."""
        found = self.location.name if self.location else None
        return found or (self.appointment.location_name if self.appointment else None)

    def time_zone(self, site: ClinicSite) -> str:
        """The zone of the place, if the chart tells one that exists; else the clinic's."""
        told = self.location.time_zone if self.location else None
        try:
            return ZoneInfo(told).key if told else site.time_zone
        except (KeyError, ValueError, OSError):
            return site.time_zone
