"""In whose name and by which rung a fact can reach a chart now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.errors.writes import NoWayOfWriting, SignInNeeded
from app.ports import Rooms
from app.services.chart_errands import Errand
from fhir.capability import Capabilities
from fhir.client import FhirClient
from launch.errors import LaunchError
from launch.scopes import GrantedScopes
from launch.vendors.ladder import Choice, Standing, Whose, Why, choose
from launch.vendors.rung import Rung


@dataclass(frozen=True)
class Way:
    """A rung, the chart in the name that it needs, and what this EHR says that it can do."""

    rung: Rung[Any]
    whose: Whose
    chart: FhirClient
    capabilities: Capabilities
    can_look: bool


@dataclass(frozen=True)
class _Opened:
    chart: FhirClient
    granted: GrantedScopes


class Charts:
    """One site's chart in our own name and in one person's, each opened when it is first asked for.

    Opening calls the EHR at times, and raises the launch room's errors.
    """

    def __init__(self, rooms: Rooms, site: str, staff_id: str | None) -> None:
        self._rooms = rooms
        self._site = site
        self._staff_id = staff_id

    def way(self, errand: Errand, refused: Collection[str]) -> Way:
        """The best way that there is. Raises SignInNeeded or NoWayOfWriting, and the rooms' errors."""
        opened, fault = self._opened(errand.rungs)
        if not opened:
            raise fault or (SignInNeeded if self._staff_id else NoWayOfWriting)
        capabilities = self._rooms.ehr.capabilities(next(iter(opened.values())).chart)
        choice = choose(errand.rungs, self._standing(opened, capabilities, refused), errand.fact)
        if choice.rung is None or choice.whose is None:
            misses = self._misses_a_person(errand, choice, opened)
            raise fault or (SignInNeeded if misses else NoWayOfWriting)
        chart = opened[choice.whose].chart
        return Way(choice.rung, choice.whose, chart, capabilities, self._can_look(choice.rung))

    def to_look(self, rung: Rung[Any]) -> FhirClient | None:
        """A chart in which what went by this rung can be looked for; None if a person has to.

        Looking is reading: our own name does for what was written in a person's. Raises the launch room's
        error where a name that might do is not to be had now.
        """
        if rung.look is None:
            return None
        opened, fault = self._opened(())
        for whose, one in opened.items():
            standing = self._standing({whose: one}, self._rooms.ehr.capabilities(one.chart), ())
            barred = standing.rights_missing(rung.look_rights, whose)
            if not (barred or standing.offers_missing(rung.look_offers)):
                return one.chart
        if fault is not None:
            raise fault
        return None

    def forget_owner(self) -> None:
        """The person's tokens ended on the way: ask for others of theirs, if there are any."""
        self.__dict__.pop("_owner", None)

    @cached_property
    def _system(self) -> _Opened | None:
        found = self._rooms.ehr.system_chart(self._site)
        return _Opened(found.chart, found.granted) if found else None

    @cached_property
    def _owner(self) -> _Opened | None:
        found = self._rooms.ehr.owner_chart(self._site, self._staff_id) if self._staff_id else None
        return _Opened(found.chart, found.granted) if found else None

    def _opened(self, rungs: Iterable[Rung[Any]]) -> tuple[dict[Whose, _Opened], LaunchError | None]:
        """The names that these rungs ask for, as far as they are to be had now; and why one is not."""
        wanted, fault = {rung.identity for rung in rungs}, None
        found: dict[Whose, _Opened] = {}
        try:
            if wanted != {"user"} and self._system is not None:
                found["system"] = self._system
        except LaunchError as away:
            fault = away
        try:
            if wanted != {"system"} and self._owner is not None:
                found["user"] = self._owner
        except LaunchError as away:
            fault = away
        return found, fault

    def _can_look(self, rung: Rung[Any]) -> bool:
        try:
            return self.to_look(rung) is not None
        except LaunchError:
            # Not now; when it is time to look there may be a way.
            return True

    def _standing(
        self, opened: dict[Whose, _Opened], capabilities: Capabilities, refused: Collection[str]
    ) -> Standing:
        granted = {whose: one.granted for whose, one in opened.items()}
        return Standing(capabilities, granted, refused, self._rooms.sites.by_name(self._site).ladder)

    def _misses_a_person(self, errand: Errand, choice: Choice[Any], opened: dict[Whose, _Opened]) -> bool:
        """Whether a rung would do, if only its person were signed in."""
        personal = {rung.name for rung in errand.rungs if rung.identity != "system"}
        ungranted = {one.rung for one in choice.passed_over if one.why is Why.NOT_GRANTED}
        return self._staff_id is not None and "user" not in opened and bool(personal & ungranted)
