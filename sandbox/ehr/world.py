"""The simulated EHR as one thing: what its screens, its control API and its servers share."""

import threading
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sandbox.clinic.day import (
    FRESH_FOR,
    PlannedVisit,
    clinic_date,
    day_resources,
    plan_day,
    plan_more,
    standing_resources,
)
from sandbox.clinic.people import CLINICIANS, PATIENTS
from sandbox.clinic.places import PLACES, ZONE
from sandbox.clock import SettableClock, instant
from sandbox.ehr.addresses import with_parameters
from sandbox.ehr.authority import Authority
from sandbox.ehr.bundles import Cursors
from sandbox.ehr.charts import Chart
from sandbox.ehr.clients import demo_clients
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.day_view import day_as_json
from sandbox.ehr.elements import Raw
from sandbox.ehr.fhir_service import FhirService
from sandbox.ehr.flavours import flavour_of
from sandbox.ehr.flavours.flavour import Flavour
from sandbox.ehr.grants import Grants
from sandbox.ehr.id_tokens import IdTokens
from sandbox.ehr.jwks import ClientKeys
from sandbox.ehr.keys import SigningKeys
from sandbox.ehr.launching import context_from, launch_url_of
from sandbox.ehr.limits import Limits
from sandbox.ehr.local_chart import LocalChart
from sandbox.ehr.notifier import Notifier
from sandbox.ehr.pending import PendingChoices
from sandbox.ehr.remote_chart import RemoteChart
from sandbox.ehr.schedule import ChartView, PatientChart, ScheduleLine
from sandbox.ehr.switches import Switches
from sandbox.ehr.written import Written, WrittenList
from sandbox.recorder import Recorder
from sandbox.snapshot import Snapshot


class Ehr:
    """A clinic's EHR. What it answers as Raw is not to be changed."""

    def __init__(self, config: EhrConfig, clock: SettableClock | None = None) -> None:
        self.config = config
        self.clock = clock or SettableClock()
        self.began = instant(self.clock.now())
        self.switches = Switches()
        self.flavour = flavour_of(config.flavour)
        self.snapshot = Snapshot(config.state_file, self._dump)
        self.recorder = Recorder(self.clock)
        self.notifier = Notifier(self.clock, ZONE, config.fhir_url, self.switches)
        self.chart: Chart = self._chart()
        self.notifier.keep = self.chart.put
        self.view = ChartView(self.chart)
        self.authority = self._authority()
        self.written_list = WrittenList(self.clock, self.snapshot.touch)
        self.limits = Limits(self.switches, self.flavour, isinstance(self.chart, LocalChart))
        self.fhir = FhirService(
            config.fhir_url, self.chart, Cursors(), self.written_list.record, self.limits, self.notifier
        )
        self._planned: set[str] = set()
        self._planned_at = self.clock.now()
        self._planning = threading.Lock()
        self._revive()
        self.plan_today()

    @property
    def today(self) -> date:
        """The calendar day at the clinic, by the sandbox's clock."""
        return clinic_date(self.clock.now())

    def practitioners(self) -> list[Raw]:
        """Everybody who works here."""
        return self.view.find("Practitioner")

    def patients(self) -> list[Raw]:
        """Everybody who is cared for here, as the day knows them."""
        return [self.chart.read("Patient", person.id) for person in PATIENTS]

    def guardians(self) -> list[Raw]:
        """Everybody who signs in to the portal for somebody else."""
        return self.view.find("RelatedPerson", ("active", "true"))

    def locations(self) -> list[Raw]:
        """The departments."""
        return self.view.find("Location")

    def schedule(self, practitioner_id: str | None = None, day: date | None = None) -> list[ScheduleLine]:
        """A day's appointments (today's), of one practitioner or of all, in order of start."""
        return self.view.schedule(practitioner_id, day or self.today)

    def patient_chart(self, patient_id: str) -> PatientChart:
        """One patient's chart. Raises FhirRefusal if there is no such patient."""
        return self.view.patient_chart(patient_id)

    def launch(self, app: str, context: Mapping[str, Any]) -> str:
        """The URL that opens ``app`` (a client_id or a launch URL) in this context.

        ``context`` may name patient, encounter, appointment, practitioner, user, intent and
        need_patient_banner. Raises BadLaunch.
        """
        launch_url = launch_url_of(app, self.authority.clients)
        known = context_from(context, self.view)
        launch = self.authority.grants.launch(known, self.authority.now)
        self.snapshot.touch()
        return with_parameters(launch_url, iss=self.base_of(known.user), launch=launch)

    def base_of(self, user: str) -> str:
        """The FHIR base at which somebody enters."""
        return f"{self.config.base_url}{self.flavour.door_of(user).fhir}"

    def written(self) -> list[Written]:
        """What apps have written, oldest first."""
        return self.written_list.rows()

    def requests(self, since: int = 0) -> list[dict[str, object]]:
        """The recorded OAuth and FHIR requests after number ``since``: the glass wall's rows."""
        return self.recorder.since(since)

    def day(self) -> dict[str, object]:
        """The synthetic day as the control API answers it."""
        return day_as_json(self.clock.now(), self.today, self.view, CLINICIANS, PATIENTS, PLACES)

    def plan_today(self) -> None:
        """Put today's appointments into the chart: a day's at once, and more where all of them are past."""
        with self._planning:
            now = self.clock.now()
            visits = self._visits_to_plan(now)
            if not visits:
                return
            standing = [] if self._planned else standing_resources()
            for raw in [*standing, *day_resources(visits)]:
                self.chart.put(self.flavour.resource(raw))
            self._planned.add(self.today.isoformat())
            self._planned_at = now
        self.snapshot.touch()

    def _visits_to_plan(self, now: datetime) -> list[PlannedVisit]:
        if self.today.isoformat() not in self._planned:
            return plan_day(now)
        return plan_more(now) if now - self._planned_at >= FRESH_FOR else []

    def move_clock(self, order: Mapping[str, object]) -> None:
        """Move the clock; what was given out lives on for as long as it had. Raises BadClockMove."""
        before = self.clock.offset_seconds
        self.clock.move(order)
        with self.authority.grants.lock:
            self.authority.grants.shift(self.clock.offset_seconds - before)
        self.plan_today()
        self.snapshot.touch()

    def break_it(self, order: Mapping[str, Any]) -> None:
        """Turn a switch, or do what an act says. Raises BadSwitch."""
        switch = self.switches.set(order)
        with self.authority.grants.lock:
            if switch.name == "expire_tokens":
                self.authority.grants.expire_access(self.authority.now)
            elif switch.name == "revoke_tokens":
                self.authority.grants.revoke_all()
            elif switch.name == "rotate_keys":
                self.authority.keys.rotate()
        self.snapshot.touch()

    def reset(self) -> None:
        """As on the first start: a fresh day, nothing given out, nothing written, real time, no switch on."""
        self.switches.clear()
        self.flavour.reset()
        self.clock.set_offset(0)
        self.authority.grants.load({})
        self.authority.client_keys.forget()
        self.written_list.load([])
        self.notifier.forget()
        self.recorder.clear()
        with self._planning:
            self._planned.clear()
            if isinstance(self.chart, LocalChart):
                self.chart.load([])
        self.plan_today()
        self.snapshot.touch()

    def _chart(self) -> Chart:
        if self.config.fhir_backend:
            return RemoteChart(self.config.fhir_backend, self.config.fhir_url)
        version_id = self.flavour.version_id
        return LocalChart(
            self.clock, ZONE, self.config.fhir_url, self.snapshot.touch, version_id, self.notifier.changed
        )

    def _authority(self) -> Authority:
        keys = SigningKeys()
        return Authority(
            config=self.config,
            clock=self.clock,
            clients={one.client_id: one for one in map(self.flavour.client, demo_clients(self.config))},
            grants=Grants(),
            switches=self.switches,
            flavour=self.flavour,
            keys=keys,
            id_tokens=IdTokens(self.config.issuer, self.base_of, keys, self.switches),
            client_keys=ClientKeys(),
            pending=PendingChoices(),
        )

    def _dump(self) -> dict[str, object]:
        return {
            "at": instant(self.clock.now()),
            "flavour": self.flavour.name,
            "offset_seconds": self.clock.offset_seconds,
            "planned": sorted(self._planned),
            "planned_at": instant(self._planned_at),
            "chart": self.chart.dump() if isinstance(self.chart, LocalChart) else [],
            "grants": self.authority.grants.dump(),
            "keys": self.authority.keys.dump(),
            "written": self.written_list.dump(),
        }

    def _revive(self) -> None:
        state: Any = self.snapshot.load()
        # The day of another kind of EHR has other numbers and codes.
        if state is None or state.get("flavour", Flavour.name) != self.flavour.name:
            return
        self.clock.set_offset(state["offset_seconds"])
        self.authority.grants.load(state["grants"])
        self.authority.keys.load(state["keys"])
        self.written_list.load(state["written"])
        if isinstance(self.chart, LocalChart):
            self.chart.load(state["chart"])
            self.notifier.resume(raw for raw in state["chart"] if raw["resourceType"] == "Subscription")
        if self.view.is_known(PATIENTS[0].id):
            self._planned = set(state["planned"])
            self._planned_at = datetime.fromisoformat(state["planned_at"])
