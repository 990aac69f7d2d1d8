"""The button that moves a visit to the other video service, and what pages say then."""

import re
from dataclasses import replace

import pytest

from app.models import Visit
from app.store.meetings import active_meeting
from app.store.video_health import VideoWatch
from jitsi_bridge.addresses import RoomAddresses
from jitsi_bridge.bridge import JitsiBridge
from tests.clinic_day import HOST_IN_CALL


@pytest.fixture
def rooms(rooms, clock):
    addresses = RoomAddresses("https://meet.clinic.example/{room}")
    return replace(rooms, other_videos=(JitsiBridge(addresses, str.lower, clock),))


@pytest.fixture
def visit_id(day):
    found = day.visit(state="open", host=HOST_IN_CALL)
    day.meeting(found)
    return found


def press(provider, visit_id, to="jitsi", **changed):
    token = re.search(r'name="csrf" value="([^"]+)"', provider.read(f"visits/{visit_id}"))[1]
    address = f"https://localhost/clinic/s/{provider.session}/visits/{visit_id}/video"
    headers = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    return provider.http.post(address, data={"csrf": token, "to": to} | changed, headers=headers)


def video_of(rooms, visit_id):
    with rooms.db.read() as tx:
        return tx.get_one(Visit, visit_id).video


def test_one_press_moves_the_visit_and_a_second_changes_nothing(rooms, provider, visit_id):
    someone = provider()
    assert "Move this visit to Jitsi" in someone.read(f"visits/{visit_id}")

    assert [press(someone, visit_id).status_code for _ in range(2)] == [303, 303]

    page = someone.read(f"visits/{visit_id}")
    assert video_of(rooms, visit_id) == "jitsi"
    assert "This visit was moved to Jitsi at" in page
    assert "Move this visit to Zoom" in page
    assert "Opens Jitsi in its own tab." in page
    assert "press Admit beside" not in page
    with rooms.db.read() as tx:
        assert active_meeting(tx, visit_id) is None


def test_the_page_speaks_the_readers_language(provider, visit_id):
    someone = provider()
    press(someone, visit_id)

    page = someone.read(f"visits/{visit_id}?lang=zh_Hant")

    assert "將這次看診改到 Zoom" in page
    assert "改到 Jitsi。連結維持不變。" in page


def test_the_patients_open_page_says_so_at_its_next_poll(day, phone, provider, visit_id):
    path = f"/v/{day.token_of(visit_id)}"
    before = phone.get(f"{path}/live")

    press(provider(), visit_id)

    after = phone.get(f"{path}/live", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Your clinic has moved the call to Jitsi." in after.get_data(as_text=True)


def test_an_unknown_service_is_a_page_with_a_code(provider, visit_id):
    answer = press(provider(), visit_id, to="carrier-pigeon")

    assert answer.status_code == 404
    assert "VB-1523" in answer.get_data(as_text=True)


def test_without_the_form_token_nothing_is_moved(rooms, provider, visit_id):
    assert press(provider(), visit_id, csrf="forged").status_code in (400, 403)

    assert video_of(rooms, visit_id) is None


def test_whoever_may_only_look_moves_nothing(rooms, provider, visit_id):
    onlooker = provider(role="scheduler")

    assert "Move this visit to" not in onlooker.read(f"visits/{visit_id}")
    assert press(onlooker, visit_id).status_code in (403, 404)
    assert video_of(rooms, visit_id) is None


def test_a_service_that_does_not_answer_is_said_on_its_visits_and_on_the_schedule_alone(
    rooms, clock, provider, visit_id
):
    someone = provider()
    watch = VideoWatch(rooms.db, clock, "zoom")
    assert 'data-notice="silent"' not in someone.read(f"visits/{visit_id}")

    for _ in range(3):
        watch.note("slow")

    page = someone.read(f"visits/{visit_id}")
    assert "Zoom does not answer since 9:50" in page
    assert "You can move this visit to Jitsi, below." in page
    assert 'data-notice="silent"' in someone.read("schedule/fragment")
    press(someone, visit_id)
    assert 'data-notice="silent"' not in someone.read(f"visits/{visit_id}")
