"""The chart in our own name, and in that of somebody who owes it a write and may have left."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.clock import FrozenClock
from app.http import new_http_session
from app.keys import DeploymentKeys
from app.ports import Ehr, Owner, Rooms
from app.rooms import connect_ehrs
from app.services.sign_in import sign_out
from app.settings import Settings
from app.sites import ClinicSite
from app.store.database import Database
from app.store.sessions import find_session
from app.store.tokens import Vault, forget_tokens
from fhir.errors import ChartUnauthorized
from launch.errors import (
    BackendScopesRefused,
    ClientRefused,
    EhrSlow,
    EhrUnreachable,
    RefreshRefused,
    TokenAnswerMalformed,
)
from tests.app.launching.wire_ehr import DOWN, SLOW, Answer, WireEhr
from tests.patience import PATIENCE

SITE = "sandbox"
UNAUTHORIZED: Answer = (401, {}, "{}")
REFUSED: Answer = (400, {}, json.dumps({"error": "invalid_grant"}))
AN_HOUR = timedelta(hours=1)
Launch = Callable[..., str]


@pytest.fixture
def launch(new_person: Any, rooms: Rooms, ehr: WireEhr) -> Launch:
    """Somebody comes in from the EHR; the id of the session."""

    def launch(subject: str = "user-1", **token: Any) -> str:
        ehr.claims, ehr.token = {"sub": subject}, token
        session_id: str = new_person().launch().location.split("/")[3]
        return session_id

    return launch


@pytest.fixture
def staff_of(rooms: Rooms) -> Callable[[str], str]:
    def staff_of(session_id: str) -> str:
        with rooms.db.read() as tx:
            found = find_session(tx, session_id)
        assert found
        return found[0].staff_id

    return staff_of


@pytest.fixture
def second_process(
    settings: Settings, site: ClinicSite, our_keys: DeploymentKeys, database_url: str, clock: FrozenClock
) -> Iterator[Ehr]:
    """Another process of the same deployment: connections, leases and caches of its own."""
    database = Database(database_url)
    yield connect_ehrs(settings, (site,), our_keys, database, new_http_session(), clock, clock)
    database.dispose()


def renewals(ehr: WireEhr) -> list[str]:
    """The refresh tokens that were spent."""
    return [form["refresh_token"] for form in ehr.forms if form["grant_type"] == "refresh_token"]


class TestOwner:
    """Of writes that a person owes."""

    def test_the_chart_is_open_in_their_name_after_they_have_signed_out(
        self, rooms: Rooms, launch: Launch, staff_of: Callable[[str], str]
    ) -> None:
        session_id = launch()
        sign_out(rooms, session_id)

        opened = rooms.ehr.owner_chart(SITE, staff_of(session_id))

        assert opened
        assert opened.chart.read("Patient", "p-1")["id"] == "p-1"
        assert opened.granted.allows("Appointment", "r")
        assert not opened.granted.allows("Communication", "c")
        assert "secret" not in repr(opened)

    def test_signing_out_is_final_where_nothing_is_owed(
        self, rooms: Rooms, launch: Launch, staff_of: Callable[[str], str], clock: FrozenClock
    ) -> None:
        session_id = launch()
        owner = Owner(SITE, staff_of(session_id))
        sign_out(rooms, session_id)
        with rooms.db.write() as tx:
            forget_tokens(tx, clock.now(), keep=[owner])
        assert rooms.ehr.owner_chart(*owner)

        with rooms.db.write() as tx:
            forget_tokens(tx, clock.now(), keep=[])

        assert rooms.ehr.owner_chart(*owner) is None

    def test_an_ended_token_is_renewed_and_the_old_refresh_token_stays(
        self, rooms: Rooms, launch: Launch, staff_of: Callable[[str], str], ehr: WireEhr, clock: FrozenClock
    ) -> None:
        session_id = launch()
        sign_out(rooms, session_id)
        ehr.token = {"refresh_token": None, "scope": "user/Communication.c"}

        for _ in range(2):
            clock.instant += AN_HOUR
            opened = rooms.ehr.owner_chart(SITE, staff_of(session_id))

        assert opened
        assert opened.granted.words == ("user/Communication.c",)
        assert renewals(ehr) == ["secret-refresh"] * 2

    def test_a_token_that_is_refused_early_is_renewed_once(
        self, rooms: Rooms, launch: Launch, staff_of: Callable[[str], str], ehr: WireEhr
    ) -> None:
        opened = rooms.ehr.owner_chart(SITE, staff_of(launch()))
        ehr.spoil_once("Patient", UNAUTHORIZED)

        assert opened
        assert opened.chart.read("Patient", "p-1")
        assert len(renewals(ehr)) == 1

    @pytest.mark.parametrize("refresh_token", ["secret-refresh", None])
    def test_tokens_that_died_early_ask_for_a_sign_in_from_then_on(
        self,
        rooms: Rooms,
        launch: Launch,
        staff_of: Callable[[str], str],
        ehr: WireEhr,
        refresh_token: str | None,
    ) -> None:
        staff_id = staff_of(launch(refresh_token=refresh_token))
        opened = rooms.ehr.owner_chart(SITE, staff_id)
        ehr.spoiled = {"Patient": UNAUTHORIZED, "token": REFUSED}

        assert opened
        with pytest.raises(RefreshRefused):
            opened.chart.read("Patient", "p-1")

        assert rooms.ehr.owner_chart(SITE, staff_id) is None
        assert len(renewals(ehr)) == (1 if refresh_token else 0)

    def test_a_new_token_that_is_refused_too_is_the_charts_no(
        self, rooms: Rooms, launch: Launch, staff_of: Callable[[str], str], ehr: WireEhr
    ) -> None:
        opened = rooms.ehr.owner_chart(SITE, staff_of(launch()))
        ehr.spoiled = {"Patient": UNAUTHORIZED}

        assert opened
        with pytest.raises(ChartUnauthorized):
            opened.chart.read("Patient", "p-1")
        assert len(renewals(ehr)) == 1

    def test_without_a_refresh_token_it_is_over_with_the_token(
        self, rooms: Rooms, launch: Launch, staff_of: Callable[[str], str], ehr: WireEhr, clock: FrozenClock
    ) -> None:
        staff_id = staff_of(launch(refresh_token=None))
        clock.instant += AN_HOUR - timedelta(seconds=1)
        assert rooms.ehr.owner_chart(SITE, staff_id)

        clock.instant += timedelta(seconds=1)

        assert rooms.ehr.owner_chart(SITE, staff_id) is None
        assert renewals(ehr) == []

    def test_a_refused_renewal_leads_to_their_next_older_session(
        self, rooms: Rooms, launch: Launch, staff_of: Callable[[str], str], ehr: WireEhr, clock: FrozenClock
    ) -> None:
        launch(refresh_token="older")
        clock.instant += timedelta(minutes=1)
        staff_id = staff_of(launch(refresh_token="newer"))
        clock.instant += AN_HOUR
        ehr.spoil_once("token", REFUSED)

        opened = rooms.ehr.owner_chart(SITE, staff_id)

        assert opened
        assert renewals(ehr) == ["newer", "older"]

    def test_their_next_launch_of_any_patient_will_do(
        self, rooms: Rooms, launch: Launch, staff_of: Callable[[str], str], clock: FrozenClock
    ) -> None:
        staff_id = staff_of(launch(refresh_token=None))
        clock.instant += 2 * AN_HOUR
        assert rooms.ehr.owner_chart(SITE, staff_id) is None

        launch(patient="p-1")

        assert rooms.ehr.owner_chart(SITE, staff_id)

    def test_a_colleagues_token_is_never_used(
        self, rooms: Rooms, launch: Launch, staff_of: Callable[[str], str], ehr: WireEhr, clock: FrozenClock
    ) -> None:
        mine = staff_of(launch("user-1", refresh_token=None))
        clock.instant += AN_HOUR
        colleague = staff_of(launch("user-2"))

        assert mine != colleague
        assert rooms.ehr.owner_chart(SITE, mine) is None
        assert rooms.ehr.owner_chart(SITE, "nobody") is None
        assert rooms.ehr.owner_chart(SITE, colleague)
        assert renewals(ehr) == []

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (DOWN, EhrUnreachable),
            (SLOW, EhrSlow),
            ((503, {}, ""), EhrUnreachable),
            ((200, {}, "{}"), TokenAnswerMalformed),
            ((401, {}, json.dumps({"error": "invalid_client"})), ClientRefused),
        ],
    )
    def test_what_is_not_the_persons_to_mend_asks_for_no_sign_in(
        self,
        rooms: Rooms,
        launch: Launch,
        staff_of: Callable[[str], str],
        ehr: WireEhr,
        clock: FrozenClock,
        fault: Any,
        error: type[Exception],
    ) -> None:
        staff_id = staff_of(launch())
        clock.instant += AN_HOUR
        ehr.spoiled["token"] = fault
        with pytest.raises(error):
            rooms.ehr.owner_chart(SITE, staff_id)

        ehr.spoiled.clear()

        assert rooms.ehr.owner_chart(SITE, staff_id)

    def test_two_processes_renew_it_once(
        self,
        rooms: Rooms,
        second_process: Ehr,
        launch: Launch,
        staff_of: Callable[[str], str],
        ehr: WireEhr,
        clock: FrozenClock,
    ) -> None:
        session_id = launch()
        staff_id = staff_of(session_id)
        clock.instant += AN_HOUR
        ready = threading.Barrier(6)

        def ask(asked: Ehr) -> bool:
            ready.wait(timeout=PATIENCE)
            opened = asked.owner_chart(SITE, staff_id)
            return opened is not None and bool(opened.chart.read("Patient", "p-1"))

        with ThreadPoolExecutor(6) as pool:
            assert all(pool.map(ask, [rooms.ehr, second_process] * 3))

        assert len(renewals(ehr)) == 1
        kept = Vault(rooms.db, clock).load(session_id)
        assert kept
        assert kept.access_token == "secret-token-2"


class TestSystem:
    """Of our back end."""

    @pytest.fixture
    def site(self, site: ClinicSite) -> ClinicSite:
        backend = {"backend_client_id": "back-end", "backend_scopes": ("system/Patient.rs",)}
        return replace(site, launch=replace(site.launch, **backend))

    def test_the_chart_is_open_in_our_own_name(self, rooms: Rooms, ehr: WireEhr) -> None:
        ehr.token = {"scope": "system/Patient.rs", "refresh_token": None}

        for _ in range(2):
            opened = rooms.ehr.system_chart(SITE)
            assert opened
            assert opened.chart.read("Patient", "p-1")["id"] == "p-1"

        assert opened.granted.words == ("system/Patient.rs",)
        assert "secret" not in repr(opened)
        [form] = ehr.forms
        assert (form["grant_type"], form["scope"]) == ("client_credentials", "system/Patient.rs")
        assert form["client_assertion"].count(".") == 2
        assert "client_id" not in form

    def test_a_token_that_is_refused_is_replaced_once(self, rooms: Rooms, ehr: WireEhr) -> None:
        opened = rooms.ehr.system_chart(SITE)
        assert opened
        ehr.spoil_once("Patient", UNAUTHORIZED)
        assert opened.chart.read("Patient", "p-1")
        ehr.spoiled["Patient"] = UNAUTHORIZED

        with pytest.raises(ChartUnauthorized):
            opened.chart.read("Patient", "p-1")

        assert len(ehr.forms) == 3

    def test_two_processes_get_one(self, rooms: Rooms, second_process: Ehr, ehr: WireEhr) -> None:
        ready = threading.Barrier(6)

        def ask(asked: Ehr) -> bool:
            ready.wait(timeout=PATIENCE)
            return asked.system_chart(SITE) is not None

        with ThreadPoolExecutor(6) as pool:
            assert all(pool.map(ask, [rooms.ehr, second_process] * 3))

        assert len(ehr.forms) == 1

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            ((401, {}, json.dumps({"error": "invalid_client"})), ClientRefused),
            ((400, {}, json.dumps({"error": "invalid_scope"})), BackendScopesRefused),
            (SLOW, EhrSlow),
            ((200, {}, "<html>"), TokenAnswerMalformed),
        ],
    )
    def test_no_token_is_the_launch_rooms_error(
        self, rooms: Rooms, ehr: WireEhr, fault: Any, error: type[Exception]
    ) -> None:
        ehr.spoiled["token"] = fault

        with pytest.raises(error):
            rooms.ehr.system_chart(SITE)


def test_a_site_without_a_back_end_has_no_chart_in_our_name(rooms: Rooms, ehr: WireEhr) -> None:
    assert rooms.ehr.system_chart(SITE) is None
    assert ehr.forms == []
