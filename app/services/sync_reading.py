"""What a search told, brought into our rows; around an appointment that is as it was nothing is read."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.ports import Rooms
from app.services.chart_reader import ChartReader
from app.services.read_launch import Around, read_around
from app.services.see_appointment import see_appointments
from app.services.seen_appointment import SeenAppointment
from app.sites import ClinicSite
from app.store.appointments import encounters_of, known_appointments
from app.store.sync import LastSeen, note_seen, read_again, seen_before
from fhir.appointments import ChartAppointment
from fhir.client import FhirClient
from fhir.encounters import search_encounters_of
from fhir.errors import FhirError

AT_ONCE = 4
CHUNK = 10
# A telephone number may change though the appointment does not.
AROUND_LIVES = timedelta(hours=12)


@dataclass
class Tally:
    """What became of the appointments, by reason. No names, no ids."""

    reasons: dict[str, int] = field(default_factory=dict)

    def count(self, reason: str, number: int = 1) -> None:
        """So many more of this reason."""
        if number:
            self.reasons[reason] = self.reasons.get(reason, 0) + number


@dataclass(frozen=True)
class SyncReading:
    """One site's chart, as of the instant at which the reading began."""

    rooms: Rooms
    site: ClinicSite
    chart: FhirClient
    now: datetime
    tally: Tally

    def take(self, found: Sequence[ChartAppointment]) -> int:
        """Bring all of them into our rows; how many are video visits.

        Raises what ends the reading: the chart's passing errors, NotNow. What was read until then is kept.
        """
        wanted = self.sort_out(found)
        changed = self._changed(wanted)
        for first in range(0, len(changed), CHUNK):
            self._take_chunk(changed[first : first + CHUNK])
        return len(wanted)

    def sort_out(self, found: Sequence[ChartAppointment]) -> list[ChartAppointment]:
        """Those that we have or want; the others are counted by reason."""
        ids = [one.id for one in found]
        with self.rooms.db.read() as tx:
            known = known_appointments(tx, self.site.name, ids)
            before = seen_before(tx, self.site.name, ids)
        return [one for one in found if self._is_wanted(one, one.id in known, before.get(one.id))]

    def _is_wanted(self, one: ChartAppointment, is_known: bool, last: LastSeen | None) -> bool:
        if not one.id or not one.patient_id:
            reason = "no_patient"
        elif one.start is None:
            reason = "no_start"
        elif is_known:
            return True
        elif one.is_void:
            reason = "cancelled"
        elif one.status == "noshow":
            reason = "no_show"
        elif self._is_by_video(one, last):
            return True
        else:
            reason = "not_by_video"
        self.tally.count(reason)
        return False

    def _is_by_video(self, one: ChartAppointment, last: LastSeen | None) -> bool:
        if self.site.is_by_video(one):
            return True
        rules = self.site.telehealth
        if rules is None or not rules.encounter_classes:
            return False
        if last is not None and last.is_still(fingerprint(one), self.now - AROUND_LIVES):
            return False
        classes = [each.class_code for each in search_encounters_of(self.chart, one.id)]
        if any(self.site.is_by_video(one, each) for each in classes):
            return True
        with self.rooms.db.write() as tx:
            note_seen(tx, self.site.name, one.id, fingerprint(one), self.now, self.now)
        return False

    def _changed(self, wanted: Sequence[ChartAppointment]) -> list[ChartAppointment]:
        """Those that are not as at the last reading, or were read by somebody else since."""
        # All transactions hold visits in the same order.
        in_order = sorted(wanted, key=lambda one: one.id)
        with self.rooms.db.write() as tx:
            before = seen_before(tx, self.site.name, [one.id for one in wanted])
            same = {
                one.id
                for one in in_order
                if (last := before.get(one.id)) is not None
                and last.is_still(fingerprint(one), self.now - AROUND_LIVES)
                and read_again(tx, self.site.name, one.id, last.read_at, self.now)
            }
        self.tally.count("unchanged", len(same))
        return [one for one in wanted if one.id not in same]

    def _take_chunk(self, chunk: Sequence[ChartAppointment]) -> None:
        seen: list[SeenAppointment] = []
        try:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                for one in self._around(ChartReader(self.chart, pool, self.now), chunk):
                    seen.append(one)
        finally:
            self._keep(seen)

    def _around(self, reader: ChartReader, chunk: Sequence[ChartAppointment]) -> Iterator[SeenAppointment]:
        encounters = self._encounters(chunk)
        for appointment in chunk:
            reader.patient(appointment.patient_id or "")
        for appointment in chunk:
            try:
                encounter_id = encounters.get(appointment.id)
                # The host of a visit with an encounter is the encounter's.
                encounter = reader.encounter(encounter_id).result() if encounter_id else None
                yield read_around(reader, appointment, encounter, Around(), self.now)
            except FhirError as error:
                if error.retryable:
                    raise
                # One patient whom we may not read hides nobody else.
                self.tally.count("unreadable")

    def _encounters(self, chunk: Sequence[ChartAppointment]) -> Mapping[str, str]:
        with self.rooms.db.read() as tx:
            return encounters_of(tx, self.site.name, [one.id for one in chunk])

    def _keep(self, seen: Sequence[SeenAppointment]) -> None:
        if not seen:
            return
        see_appointments(self.rooms, self.site, seen, session_id=None)
        self.tally.count("read", len(seen))
        with self.rooms.db.write() as tx:
            for one in seen:
                if one.appointment is not None:
                    told = fingerprint(one.appointment)
                    note_seen(tx, self.site.name, one.appointment.id, told, self.now, self.now)


def fingerprint(appointment: ChartAppointment) -> str:
    """All that a visit takes from an appointment; changes if any of it does."""
    told = (
        appointment.status,
        appointment.start.isoformat() if appointment.start else "",
        appointment.minutes,
        appointment.patient_ids or appointment.patient_id,
        appointment.practitioner_ids,
        appointment.location_id,
        appointment.location_name,
        appointment.hints,
        appointment.service,
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()
