"""What the chart says becomes a visit, once, and is followed."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.models import OutboxRow, Participant, SessionVisit, StreamEvent, Visit
from app.services.join_visit import join_visit
from app.services.patient_presence import open_link
from app.services.see_appointment import see_appointment, see_appointments
from app.visits.door import Door
from app.visits.states import Role, VisitState
from fhir.errors import ChartGap
from fhir.practitioners import unread_practitioner


def count(rooms, what, *where):
    with rooms.db.read() as tx:
        return tx.scalar(select(func.count()).select_from(what).where(*where))


def see(rooms, seen, session_id=None):
    return see_appointment(rooms, rooms.sites.by_name("sandbox"), seen, session_id=session_id)


def test_the_first_sight_makes_the_visit_its_people_and_one_link(world):
    visit = world.visit

    assert (visit.state, visit.minutes, visit.department) == (VisitState.PLANNED, 30, "harbor")
    assert (visit.patient_name, visit.patient_mrn) == ("Rosa Diaz", "MRN-00417")
    assert [person.role for person in visit.people] == [Role.PATIENT, Role.HOST]
    assert world.patient.token is not None
    assert world.host.token is None
    assert visit.host_key == "amara.osei@clinic.example"


def test_a_second_sight_changes_no_link(world, seen):
    token = world.token

    again = see(world.rooms, seen())

    assert again == world.visit_id
    assert world.token == token
    assert count(world.rooms, Participant) == 2


def test_the_session_that_saw_it_may_open_it(world):
    assert count(world.rooms, SessionVisit, SessionVisit.visit_id == world.visit_id) == 1


def test_two_processes_that_see_it_first_make_one_visit(rooms, seen):
    found = []
    both = threading.Barrier(2)

    def look():
        both.wait()
        found.append(see(rooms, seen()))

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 2
    assert len(set(found)) == 1
    assert count(rooms, Participant) == 2


def test_a_whole_schedule_is_seen_at_once_in_its_order(rooms, seen, appointment):
    readings = [seen(appointment=appointment(id=f"appt-{n}")) for n in (3, 1, 2)]

    ids = see_appointments(rooms, rooms.sites.by_name("sandbox"), readings, session_id=None)

    with rooms.db.read() as tx:
        numbers = dict(tx.execute(select(Visit.id, Visit.appointment_id)).all())
    assert [numbers[visit_id] for visit_id in ids] == ["appt-3", "appt-1", "appt-2"]


def test_an_appointment_without_a_start_is_a_named_gap(rooms, seen, appointment):
    with pytest.raises(ChartGap):
        see(rooms, seen(appointment=appointment(start=None)))

    assert count(rooms, Visit) == 0


def test_a_moved_appointment_moves_the_visit_and_keeps_the_old_time(world, seen, appointment, minutes):
    see(world.rooms, seen(appointment=appointment(start=minutes(60), minutes=20)))

    assert (world.visit.start, world.visit.minutes) == (minutes(60), 20)
    assert world.visit.moved_from == minutes(0)
    assert count(world.rooms, StreamEvent, StreamEvent.kind == "slot") == 1


def test_an_older_reading_than_the_last_changes_nothing(world, seen, appointment, minutes, clock):
    before = clock.now() - timedelta(seconds=1)

    see(world.rooms, seen(appointment=appointment(start=minutes(60)), read_at=before))

    assert world.visit.start == minutes(0)


def test_the_chart_cancels_what_is_not_in_progress(world, seen, appointment):
    see(world.rooms, seen(appointment=appointment(status="cancelled")))

    assert world.visit.state == VisitState.CANCELLED
    assert world.visit.closed_at is not None


def test_the_chart_only_warns_once_it_is_in_progress(world, seen, appointment, rooms):
    with rooms.db.write() as tx:
        tx.get_one(Visit, world.visit_id).state = VisitState.IN_PROGRESS

    see(rooms, seen(appointment=appointment(status="cancelled")))

    assert world.visit.state == VisitState.IN_PROGRESS
    assert world.visit.chart_warning == "cancelled"


def test_entered_in_error_wins_over_everything(world, seen, appointment, rooms):
    with rooms.db.write() as tx:
        tx.get_one(Visit, world.visit_id).state = VisitState.FINISHED

    see(rooms, seen(appointment=appointment(status="entered-in-error")))

    assert world.visit.state == VisitState.ENTERED_IN_ERROR


def test_an_appointment_given_to_somebody_else_is_another_visit(world, rooms, seen, appointment, patient):
    world.start()
    first = join_visit(rooms, world.token)
    given_away = seen(appointment=appointment(patient_id="p-2"), patient=patient(id="p-2", name="Wei Lin"))

    other = replace(world, visit_id=see(rooms, given_away))

    assert open_link(rooms, world.token).door == Door.CANCELLED
    assert (world.patient.name, other.patient.name) == ("Rosa Diaz", "Wei Lin")
    assert (other.visit.appointment_id, other.patient.presence) == ("appt-1", "invited")
    assert other.visit.code != world.visit.code
    other.start()
    assert join_visit(rooms, other.token).reveal() != first.reveal()


def test_an_appointment_given_away_during_the_call_closes_nothing(world, rooms, seen, appointment, patient):
    world.start()
    join_visit(rooms, world.token)
    for who in ("host", "patient"):
        world.tell("participant_joined", rooms.clock.now(), who=who)

    see(rooms, seen(appointment=appointment(patient_id="p-2"), patient=patient(id="p-2")))

    assert (world.visit.state, world.visit.chart_warning) == ("in_progress", "cancelled")


def test_everybody_of_a_group_has_a_visit_of_their_own(world, rooms, seen, appointment, patient):
    group = appointment(patient_ids=("p-1", "p-2"))
    rosa, wei = seen(appointment=group), seen(appointment=group, patient=patient(id="p-2", name="Wei Lin"))

    visits = [see(rooms, one) for one in (rosa, wei, rosa, wei)]

    assert visits[:2] == visits[2:]
    assert visits[0] == world.visit_id != visits[1]
    assert world.patient.name == "Rosa Diaz"


def test_an_older_reading_gives_nothing_away(world, rooms, seen, clock, patient):
    before = seen(patient=patient(id="p-2", name="Wei Lin"))
    clock.forward(seconds=1)
    see(rooms, seen())

    assert see(rooms, before) == world.visit_id
    assert world.patient.name == "Rosa Diaz"


def test_the_link_is_promised_once_at_first_sight_where_the_site_sends_links(rooms, seen, make_site):
    rooms.sites.site = make_site(send_links=True)

    see(rooms, seen())
    see(rooms, seen())

    with rooms.db.read() as tx:
        owed = tx.execute(select(OutboxRow.kind, OutboxRow.channel)).all()
    assert sorted(owed) == [("send_link", "email"), ("send_link", "sms")]


@pytest.mark.parametrize("changes", [{"status": "cancelled"}, {"start": "yesterday"}])
def test_no_link_is_sent_for_what_is_off_or_over(rooms, seen, appointment, make_site, minutes, changes):
    rooms.sites.site = make_site(send_links=True)
    if "start" in changes:
        changes = {"start": minutes(-24 * 60)}

    see(rooms, seen(appointment=appointment(**changes)))

    assert count(rooms, OutboxRow) == 0


def test_a_visit_without_appointment_is_made_once_a_day_for_the_same_two(rooms, seen):
    first = see(rooms, seen(appointment=None))
    second = see(rooms, seen(appointment=None))

    assert first == second
    assert count(rooms, Visit) == 1


def test_a_practitioner_who_could_not_be_read_this_time_stays_as_they_were(world, seen):
    see(world.rooms, seen(practitioner=unread_practitioner("dr-1")))

    visit = world.visit
    assert (visit.practitioner_name, visit.host_key) == ("Amara Osei", "amara.osei@clinic.example")
    assert world.host.name == "Amara Osei"


def test_another_practitioner_who_could_not_be_read_inherits_nothing(world, seen):
    see(world.rooms, seen(practitioner=unread_practitioner("dr-2")))

    assert (world.visit.practitioner_id, world.visit.host_key) == ("dr-2", None)


def test_a_host_is_found_by_mapping_then_e_mail_then_the_departments_default(rooms, seen, make_site):
    rooms.sites.site = make_site(zoom_hosts={"1234567893": "pool@clinic.example"})
    visit_id = see(rooms, seen())
    with rooms.db.read() as tx:
        assert tx.get_one(Visit, visit_id).host_key == "pool@clinic.example"

    rooms.sites.site = make_site(policy={"default_host": "desk@clinic.example"})
    see(rooms, seen(practitioner=replace(seen().practitioner, emails=())))

    with rooms.db.read() as tx:
        assert tx.get_one(Visit, visit_id).host_key == "desk@clinic.example"
