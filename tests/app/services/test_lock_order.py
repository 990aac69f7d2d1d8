"""Meetings are held before visits: whoever works on both at once waits for the other, and never for ever."""

import threading

from app.models import Visit
from app.services import meeting_record, refresh_meeting
from app.services.meeting_record import reserve
from app.services.project_event import project
from app.store.inbox import unread
from zoom_bridge.rooms import HostAccount

OTHER = "david.lee@clinic.example"


def test_a_new_host_and_an_event_of_the_old_meeting_do_not_block_each_other(
    world, rooms, minutes, monkeypatch
):
    world.start()
    with rooms.db.write() as tx:
        tx.get_one(Visit, world.visit_id).host_key = OTHER
    world.send(world.event("started", minutes(0)))
    with rooms.db.read() as tx:
        (seq,) = unread(tx)
    held_one = threading.Barrier(2, timeout=1)
    hold, retire = refresh_meeting.hold_visits, meeting_record.retire_meeting
    monkeypatch.setattr(refresh_meeting, "hold_visits", lambda *given: (_meet(held_one), hold(*given))[1])
    monkeypatch.setattr(meeting_record, "retire_meeting", lambda *given: (_meet(held_one), retire(*given)))
    account = HostAccount("id-of-david", OTHER, licensed=True, active=True)

    def take() -> None:
        reserve(rooms, world.visit_id, rooms.video, OTHER, account)

    faults = _at_once(lambda: project(rooms, seq), take)

    assert faults == []


def _meet(held_one: threading.Barrier) -> None:
    """Both hold something by now, unless one of them has to wait, as is right."""
    try:
        held_one.wait()
    except threading.BrokenBarrierError:
        return


def _at_once(*works):
    faults = []

    def run(work):
        try:
            work()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return faults
