"""Join: a way in for each person alone, made at the first click."""

import threading

import pytest
from sqlalchemy import func, select

from app.errors.links import LinkUnknown
from app.models import GuestPass
from app.services.close_visit import cancel_visit
from app.services.finish_visit import finish_visit
from app.services.join_visit import NotYet, join_visit
from app.visits.door import Door
from app.visits.states import Presence, VisitState
from zoom_bridge.errors import ZoomSlow, ZoomUnreachable


class Killed(BaseException):
    """The process died at this point."""


def test_before_the_start_there_is_nothing_to_join(world, video):
    assert join_visit(world.rooms, world.token) == NotYet(Door.WAIT)

    assert video.calls == []


def test_the_first_click_costs_one_call_and_later_ones_none(world, video):
    world.start()
    video.calls.clear()

    first = join_visit(world.rooms, world.token)
    second = join_visit(world.rooms, world.token)

    assert first.reveal() == second.reveal()
    assert video.calls == ["link_for"]


def test_a_click_means_on_the_way(world, clock):
    world.start()

    join_visit(world.rooms, world.token)

    assert world.patient.presence == Presence.ON_THE_WAY
    assert world.patient.presence_since == clock.now()


def test_the_link_has_no_repr_and_is_kept_sealed(world, rooms):
    world.start()
    join_visit(rooms, world.token)

    link = join_visit(rooms, world.token)

    assert "video.example" not in repr(link)
    with rooms.db.read() as tx:
        (raw,) = tx.connection().exec_driver_sql("SELECT link FROM guest_pass").scalars().all()
    assert b"video.example" not in bytes(raw)


def test_an_unknown_link_joins_nothing(rooms):
    with pytest.raises(LinkUnknown):
        join_visit(rooms, "no-such-link")


def test_the_vendor_hears_a_role_and_a_code_at_an_address_of_ours(world, video):
    world.start()
    told = []
    ask = video.link_for
    video.link_for = lambda room_id, guest: told.append(guest) or ask(room_id, guest)

    join_visit(world.rooms, world.token)

    (guest,) = told
    assert guest.display_name == f"Patient {world.visit.code}"
    assert guest.address.endswith("@visits.example")
    assert "rosa" not in guest.address.casefold()
    assert guest.language == "es"


def test_a_department_may_show_the_given_name_and_an_initial(world, video, rooms, make_site):
    rooms.sites.site = make_site(policy={"display_name": "given_initial"})
    world.start()
    told = []
    ask = video.link_for
    video.link_for = lambda room_id, guest: told.append(guest) or ask(room_id, guest)

    join_visit(world.rooms, world.token)

    assert told[0].display_name == "Rosa D."


def test_a_lost_answer_is_found_by_the_address(world, video):
    world.start()
    video.calls.clear()
    video.after["link_for"] = [ZoomSlow()]

    link = join_visit(world.rooms, world.token)

    assert video.calls == ["link_for", "find_guest"]
    assert link.reveal().startswith("https://video.example/w/")


def test_a_process_that_died_at_the_click_is_settled_by_looking(world, video):
    world.start()
    video.after["link_for"] = [Killed()]
    with pytest.raises(Killed):
        join_visit(world.rooms, world.token)
    video.calls.clear()

    join_visit(world.rooms, world.token)

    assert video.calls == ["find_guest"]


def test_a_click_that_failed_leaves_the_person_where_they_were(world, video):
    world.start()
    video.before["link_for"] = [ZoomUnreachable()]

    with pytest.raises(ZoomUnreachable):
        join_visit(world.rooms, world.token)

    assert world.patient.presence == Presence.INVITED


def test_many_clicks_at_once_make_one_pass(world, video, rooms):
    world.start()
    links = []

    threads = [
        threading.Thread(target=lambda: links.append(join_visit(rooms, world.token))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({link.reveal() for link in links}) == 1
    assert video.calls.count("link_for") == 1
    with rooms.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(GuestPass)) == 1


def test_a_department_may_let_the_patients_click_make_the_meeting(world, video, rooms, make_site):
    rooms.sites.site = make_site(policy={"zoom_room_from": 15})

    join_visit(rooms, world.token)

    assert video.calls == ["host", "open", "link_for"]
    assert world.visit.state == VisitState.PLANNED
    world.start()
    assert len(video.meetings) == 1


def test_a_finished_visit_is_not_joined(world, rooms):
    world.start()
    finish_visit(rooms, world.session, world.visit_id, end_for_all=False)

    assert join_visit(rooms, world.token) == NotYet(Door.FINISHED)


def test_a_meeting_that_is_no_more_is_replaced_at_the_first_click(world, video):
    world.start()
    video.meetings.popitem()
    video.meetings["elsewhere"] = None

    link = join_visit(world.rooms, world.token)

    assert link.reveal().startswith("https://video.example/w/")
    assert len(video.meetings) == 2


@pytest.mark.parametrize("calls", ["open", "link_for"])
def test_a_visit_that_is_closed_while_the_vendor_answers_is_not_joined(
    world, video, rooms, make_site, monkeypatch, calls
):
    rooms.sites.site = make_site(policy={"zoom_room_from": 15})
    answers = getattr(video, calls)

    def closed_meanwhile(*given):
        answer = answers(*given)
        cancel_visit(rooms, world.session, world.visit_id, "The doctor is ill")
        return answer

    monkeypatch.setattr(video, calls, closed_meanwhile)

    assert join_visit(rooms, world.token) == NotYet(Door.CANCELLED)
    assert world.patient.presence == Presence.INVITED
