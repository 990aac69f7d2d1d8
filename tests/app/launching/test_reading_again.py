"""The chart read after the launch: the provider's schedule, an appointment once more, a token that ended."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.clock import FrozenClock
from app.models import Visit
from app.ports import Rooms
from app.services.read_schedule import ScheduleReading, read_schedule
from app.services.reread_appointment import Reread, reread_appointment
from app.signin.session_view import SessionView
from app.sites import ClinicSite, ClinicSites
from app.store.sessions import find_session, was_granted
from tests.app.launching.wire_ehr import DOWN, PATIENT, SLOW, WireEhr, appointment
from tests.patience import PATIENCE

TODAY = date(2026, 11, 23)


@pytest.fixture
def session(rooms: Rooms, person: Any, ehr: WireEhr) -> SessionView:
    """Somebody who has launched at the first appointment."""
    session_id = person.launch().location.split("/")[3]
    ehr.reads.clear()
    with rooms.db.read() as tx:
        found = find_session(tx, session_id)
    assert found
    return found[0]


@pytest.fixture
def visits(rooms: Rooms) -> Callable[[], dict[str, Visit]]:
    def by_appointment() -> dict[str, Visit]:
        with rooms.db.read() as tx:
            return {visit.appointment_id or "": visit for visit in tx.scalars(select(Visit))}

    return by_appointment


def code_of(reading: ScheduleReading) -> str:
    assert reading.read_at is None
    assert reading.unread
    return reading.unread.why.code


def new_york(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour + 5, minute, tzinfo=UTC)


def test_the_schedule_sees_today_and_yesterday_in_the_clinics_zone(
    rooms: Rooms,
    ehr: WireEhr,
    session: SessionView,
    visits: Callable[[], dict[str, Visit]],
    clock: FrozenClock,
) -> None:
    ehr.put(
        appointment("before", new_york(0, day=22) - timedelta(minutes=1)),
        appointment("yesterday", new_york(0, day=22)),
        appointment("tonight", new_york(18, 59)),
        appointment("tomorrow", new_york(0, day=23) + timedelta(days=1)),
        appointment("colleague", new_york(11), doctor="dr-2"),
    )

    reading = read_schedule(rooms, session, TODAY)

    assert reading == ScheduleReading(clock.now())
    assert set(visits()) == {"yesterday", "a-1", "tonight"}
    with rooms.db.read() as tx:
        assert all(was_granted(tx, session.id, visit.id) for visit in visits().values())


def test_each_patient_is_read_once_and_all_at_once(rooms: Rooms, ehr: WireEhr, session: SessionView) -> None:
    for number in range(8):
        ehr.put({**PATIENT, "id": f"p-{number}"})
        for hour in (9, 11):
            ehr.put(appointment(f"at-{hour}-{number}", new_york(hour), patient=f"p-{number}"))
    # Nobody's is answered before four are asked for: one after the other would wait in vain.
    ehr.gathering["Patient"] = threading.Barrier(4, timeout=PATIENCE)

    assert read_schedule(rooms, session, TODAY).unread is None

    patients = [path for path in ehr.reads if path.startswith("Patient/")]
    assert sorted(patients) == [f"Patient/p-{number}" for number in range(8)]


def test_visits_in_the_clinic_and_cancelled_ones_stay_out_unless_known(
    rooms: Rooms,
    site: ClinicSite,
    ehr: WireEhr,
    session: SessionView,
    visits: Callable[[], dict[str, Visit]],
    clock: FrozenClock,
) -> None:
    rooms = replace(rooms, sites=ClinicSites((replace(site, video_services=frozenset({"video-visit"})),)))
    office = appointment("office", new_york(11))
    office["serviceType"] = [{"text": "Office Visit", "coding": [{"code": "office-visit"}]}]
    ehr.put(office, appointment("cancelled", new_york(12), status="cancelled"))
    ehr.put(appointment("a-1", clock.now() + timedelta(minutes=10), status="cancelled"))
    clock.forward(seconds=1)

    read_schedule(rooms, session, TODAY)

    assert set(visits()) == {"a-1"}
    assert visits()["a-1"].state == "cancelled"


def test_a_patient_who_may_not_be_read_hides_nobody_else(
    rooms: Rooms, ehr: WireEhr, session: SessionView, visits: Callable[[], dict[str, Visit]]
) -> None:
    ehr.put(appointment("secret", new_york(9), patient="p-404"), appointment("open", new_york(10)))

    read_schedule(rooms, session, TODAY)

    assert set(visits()) == {"a-1", "open"}


@pytest.mark.parametrize(
    ("answer", "code"),
    [(DOWN, "VB-1301"), (SLOW, "VB-1302"), ((429, {}, ""), "VB-1303"), ((403, {}, ""), "VB-1305")],
)
def test_a_chart_that_cannot_be_read_gives_a_code_and_no_error(
    rooms: Rooms, ehr: WireEhr, session: SessionView, answer: Any, code: str
) -> None:
    ehr.spoiled["Appointment"] = answer

    assert code_of(read_schedule(rooms, session, TODAY)) == code


def test_a_chart_that_goes_down_between_two_reads_gives_a_code(
    rooms: Rooms, ehr: WireEhr, session: SessionView
) -> None:
    ehr.spoiled["Patient"] = DOWN

    assert code_of(read_schedule(rooms, session, TODAY)) == "VB-1301"


def test_a_sign_in_without_a_launch_reads_no_chart(rooms: Rooms, ehr: WireEhr, session: SessionView) -> None:
    local = replace(session, kind="local", site=None)

    assert read_schedule(rooms, local, TODAY) == ScheduleReading(None)
    assert ehr.reads == []


def test_an_appointment_is_read_again(
    rooms: Rooms,
    ehr: WireEhr,
    session: SessionView,
    visits: Callable[[], dict[str, Visit]],
    clock: FrozenClock,
) -> None:
    ehr.put(appointment("a-1", clock.now() + timedelta(hours=2)))

    again = reread_appointment(rooms, session, visits()["a-1"].id)

    assert again.appointment is not None
    assert again.appointment.start == clock.now() + timedelta(hours=2)
    assert again.read_at == clock.now()


@pytest.mark.parametrize("answer", [DOWN, SLOW, (500, {}, ""), (401, {}, ""), (404, {}, "")])
def test_an_appointment_that_cannot_be_read_again_stops_nobody(
    rooms: Rooms, ehr: WireEhr, session: SessionView, visits: Callable[[], dict[str, Visit]], answer: Any
) -> None:
    ehr.spoiled["Appointment"] = answer

    assert reread_appointment(rooms, session, visits()["a-1"].id) == Reread()


def test_the_practitioner_is_read_again_only_where_nobody_is_to_host(
    rooms: Rooms, ehr: WireEhr, session: SessionView, visits: Callable[[], dict[str, Visit]]
) -> None:
    visit_id = visits()["a-1"].id
    assert reread_appointment(rooms, session, visit_id).practitioner is None

    with rooms.db.write() as tx:
        tx.get_one(Visit, visit_id).host_key = None
    again = reread_appointment(rooms, session, visit_id).practitioner

    assert again is not None
    assert (again.id, again.name) == ("dr-1", "Amara Osei")


def test_reading_again_takes_no_longer_than_its_budget(
    rooms: Rooms, ehr: WireEhr, session: SessionView, visits: Callable[[], dict[str, Visit]]
) -> None:
    ehr.slowness = 0.5

    assert reread_appointment(rooms, session, visits()["a-1"].id, budget_seconds=0.05) == Reread()


def test_an_unknown_visit_is_not_read(rooms: Rooms, ehr: WireEhr, session: SessionView) -> None:
    assert reread_appointment(rooms, session, "unknown") == Reread()
    assert ehr.reads == []


def test_a_token_that_ended_is_renewed_once_and_kept(
    rooms: Rooms, ehr: WireEhr, session: SessionView, clock: FrozenClock
) -> None:
    clock.forward(hours=1)
    ehr.put(*(appointment(f"n-{number}", new_york(10, number)) for number in range(5)))

    assert read_schedule(rooms, session, TODAY).read_at == clock.now()
    read_schedule(rooms, session, TODAY)

    assert [form["grant_type"] for form in ehr.forms] == ["authorization_code", "refresh_token"]
    assert ehr.forms[1]["refresh_token"] == "secret-refresh"


def test_a_token_that_the_ehr_no_longer_takes_is_renewed(
    rooms: Rooms, ehr: WireEhr, session: SessionView
) -> None:
    good = json.dumps({"resourceType": "Bundle", "entry": []})
    ehr.spoil_once("Appointment", (401, {}, ""), (200, {}, good))

    assert read_schedule(rooms, session, TODAY).unread is None
    assert len(ehr.forms) == 2


def test_a_permission_that_is_over_says_so(
    rooms: Rooms, ehr: WireEhr, session: SessionView, clock: FrozenClock
) -> None:
    ehr.spoiled["token"] = (400, {}, '{"error": "invalid_grant"}')
    ehr.spoiled["Appointment"] = (401, {}, "")
    clock.forward(hours=1)

    assert code_of(read_schedule(rooms, session, TODAY)) == "VB-1134"


def test_a_token_past_its_time_is_tried_where_no_new_one_comes(
    rooms: Rooms, ehr: WireEhr, session: SessionView, clock: FrozenClock
) -> None:
    ehr.spoiled["token"] = (400, {}, '{"error": "invalid_grant"}')
    clock.forward(hours=1)

    assert read_schedule(rooms, session, TODAY).read_at == clock.now()
