"""A clinic's day moves to the other video service and back: by an act of staff, or by the site's rule."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import AuditRow, Participant, Visit
from app.services import take_detour as service
from app.services.change_video import change_video
from app.services.take_detour import follow_detours, go_by_rules, take_detour
from app.sites import ClinicSites
from app.store.meetings import active_meeting
from app.store.sessions import find_session
from app.store.video_health import FAILURES_BEFORE_IT_IS_ONE, VideoWatch
from jitsi_bridge.addresses import RoomAddresses
from jitsi_bridge.bridge import JitsiBridge
from tests.clinic_day import HOST_IN_CALL


@pytest.fixture
def rooms(rooms, clock):
    addresses = RoomAddresses("https://meet.clinic.example/{room}")
    return replace(rooms, other_videos=(JitsiBridge(addresses, str.lower, clock),))


@pytest.fixture
def site(rooms):
    return rooms.sites.by_name("sandbox")


@pytest.fixture
def colleague(rooms, day):
    """A session of somebody who may act on visits."""
    with rooms.db.read() as tx:
        found = find_session(tx, day.sign_in("another"))
    assert found is not None
    return found[0]


@pytest.fixture
def engineer(provider):
    return provider("engineer")


def move(someone, to="jitsi", *also: str, ehr="sandbox"):
    token = re.search(r'name="csrf" value="([^"]+)"', someone.read("video"))[1]
    address = f"https://localhost/clinic/s/{someone.session}/video/{ehr}/day"
    headers = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    return someone.http.post(address, data={"csrf": token, "to": to, "also": list(also)}, headers=headers)


def held_at(rooms, *visit_ids):
    with rooms.db.read() as tx:
        return [tx.get_one(Visit, one).video or "zoom" for one in visit_ids]


def leave_call(rooms, visit_id):
    with rooms.db.write() as tx:
        for person in tx.scalars(select(Participant).where(Participant.visit_id == visit_id)):
            person.presence = "left"


def be_silent(rooms, clock, minutes):
    watch = VideoWatch(rooms.db, clock, "zoom")
    for _ in range(FAILURES_BEFORE_IT_IS_ONE):
        watch.note("unreachable")
    clock.forward(minutes=minutes)
    watch.note("unreachable")


def test_visits_of_the_day_move_but_for_those_in_a_call_and_of_other_days(rooms, day, engineer):
    planned, waiting, done = day.visit(), day.visit(state="open"), day.visit(state="finished", closed_at=None)
    in_call = day.visit(state="in_progress", host=HOST_IN_CALL)
    tomorrow = day.visit(start=24 * 60)
    day.meeting(waiting)

    assert [move(engineer).status_code for _ in range(2)] == [303, 303]

    assert held_at(rooms, planned, waiting, done, in_call, tomorrow) == ["jitsi", "jitsi", *["zoom"] * 3]
    with rooms.db.read() as tx:
        assert active_meeting(tx, waiting) is None
        deeds = [row.details for row in tx.scalars(select(AuditRow).where(AuditRow.act == "move_day"))]
    assert len(deeds) == 1
    assert re.search(r'data-count="Jitsi">Jitsi <b>2<', engineer.read("video"))


def test_a_ticked_visit_moves_out_of_its_call_at_once(rooms, day, engineer):
    first, second = (day.visit(state="in_progress", host=HOST_IN_CALL) for _ in range(2))
    elsewhere = day.visit(state="in_progress", host=HOST_IN_CALL, site="another")

    move(engineer, "jitsi", first, elsewhere)

    assert held_at(rooms, first, second, elsewhere) == ["jitsi", "zoom", "zoom"]


def test_a_visit_in_a_call_follows_once_nobody_is_in_it(rooms, day, site):
    visit_id = day.visit(state="in_progress", host=HOST_IN_CALL)
    take_detour(rooms, None, site, "jitsi")

    assert (follow_detours(rooms), held_at(rooms, visit_id)) == (0, ["zoom"])
    leave_call(rooms, visit_id)

    assert (follow_detours(rooms), held_at(rooms, visit_id)) == (1, ["jitsi"])
    assert follow_detours(rooms) == 0


def test_what_is_booked_meanwhile_follows_and_the_next_day_does_not(rooms, day, site, clock):
    take_detour(rooms, None, site, "jitsi")
    booked = day.visit(start=60)

    follow_detours(rooms)
    clock.forward(hours=24)
    tomorrow = day.visit()
    follow_detours(rooms)

    assert held_at(rooms, booked, tomorrow) == ["jitsi", "zoom"]


def test_the_day_goes_back_but_for_what_somebody_moved_alone(rooms, day, engineer, site, clock):
    by_hand, moved, in_call = day.visit(), day.visit(), day.visit()
    with rooms.db.write() as tx:
        tx.get_one(Visit, by_hand).video = "jitsi"
        tx.get_one(Visit, by_hand).video_since = clock.now() - timedelta(minutes=5)
    move(engineer)
    clock.forward(minutes=10)
    with rooms.db.write() as tx:
        tx.scalars(select(Participant).where(Participant.visit_id == in_call)).first().presence = "in_call"

    move(engineer, "zoom")

    assert held_at(rooms, by_hand, moved, in_call) == ["jitsi", "zoom", "jitsi"]
    assert 'data-detour=""' in engineer.read("video")
    leave_call(rooms, in_call)
    follow_detours(rooms)
    assert held_at(rooms, in_call) == ["zoom"]


def test_a_visit_that_somebody_brought_back_alone_stays(rooms, day, site, colleague, clock):
    visit_id = day.visit()
    take_detour(rooms, None, site, "jitsi")
    clock.forward(minutes=1)
    change_video(rooms, colleague, visit_id, "zoom")

    follow_detours(rooms)

    assert held_at(rooms, visit_id) == ["zoom"]


def test_one_visit_that_cannot_be_moved_holds_up_no_other(rooms, day, site, monkeypatch):
    first, second = sorted((day.visit(), day.visit()))
    real = service.move_to

    def fails_for_the_first(rooms, told, visit_id, video):
        if visit_id == first:
            raise RuntimeError("no")
        return real(rooms, told, visit_id, video)

    monkeypatch.setattr(service, "move_to", fails_for_the_first)
    take_detour(rooms, None, site, "jitsi")
    assert held_at(rooms, first, second) == ["zoom", "jitsi"]

    monkeypatch.setattr(service, "move_to", real)
    follow_detours(rooms)
    assert held_at(rooms, first) == ["jitsi"]


def test_who_does_not_tend_the_clinic_moves_nothing(rooms, day, provider):
    visit_id = day.visit()
    someone = provider()
    assert someone.get("video").status_code == 403
    answer = someone.http.post(f"https://localhost/clinic/s/{someone.session}/video/sandbox/day")

    assert answer.status_code in (400, 403)
    assert held_at(rooms, visit_id) == ["zoom"]


def test_everybody_of_the_clinic_reads_it_on_the_schedule(day, engineer, provider):
    day.visit()
    move(engineer)

    page = provider().read("schedule/fragment")

    assert 'data-notice="detour"' in page
    assert "go to Jitsi" in page


def test_no_patient_is_named_to_who_tends_the_clinic(day, engineer):
    day.visit("Rosa Diaz", state="in_progress", host=HOST_IN_CALL)

    assert "Rosa" not in engineer.read("video")


@pytest.fixture
def ruled(rooms, site):
    """The same clinic, with a rule."""
    return replace(rooms, sites=ClinicSites((replace(site, video_fallback_minutes=5),)))


def test_a_rule_moves_the_day_after_so_long_and_only_once(ruled, day, clock):
    visit_id = day.visit()
    be_silent(ruled, clock, 4)
    go_by_rules(ruled)
    assert held_at(ruled, visit_id) == ["zoom"]

    clock.forward(minutes=1)
    go_by_rules(ruled)
    assert held_at(ruled, visit_id) == ["jitsi"]

    take_detour(ruled, None, ruled.sites.by_name("sandbox"), "zoom")
    go_by_rules(ruled)
    assert held_at(ruled, visit_id) == ["zoom"]


def test_without_a_rule_nothing_moves_by_itself(rooms, day, clock):
    visit_id = day.visit()
    be_silent(rooms, clock, 9)

    go_by_rules(rooms)

    assert held_at(rooms, visit_id) == ["zoom"]


def test_a_silent_service_is_named_where_machines_ask(rooms, phone, clock):
    assert phone.get("/readyz").json["silent"] == []
    be_silent(rooms, clock, 2)

    assert phone.get("/readyz").json == {"ready": True, "missing": [], "silent": ["zoom"]}
    assert 'visitbridge_video_silent_seconds{kind="zoom"} 120.0' in phone.get("/metrics").text
