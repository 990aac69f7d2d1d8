"""Who may host, who hosts, and what becomes of visits whose host can host no more."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.errors.video import HostBusy, HostUnlicensed
from app.models import Meeting, PractitionerHost, Visit
from app.services.check_hosts import check_hosts
from app.services.plan_hosts import plan_hosts
from app.services.read_directory import read_directory
from app.services.see_appointment import see_appointment, see_appointments
from app.services.start_visit import AskFirst, HostLink
from app.store.directory import last_reading, users, verdicts
from app.store.meetings import active_meeting
from app.store.people import person_in_role
from app.store.visits import find_visit
from app.visits.hosts import HostVerdict
from app.visits.states import MeetingState, Role
from tests.app.services.conftest import DR_OSEI
from zoom_bridge.errors import ZoomNotOffered, ZoomUnreachable
from zoom_bridge.rooms import HostAccount

OTHER, POOL = "david.lee@clinic.example", "pool@clinic.example"
AMARA = HostAccount("u-amara", "Amara.Osei@clinic.example", licensed=True, active=True)
DAVID = HostAccount("u-david", OTHER, licensed=True, active=True)
POOLED = HostAccount("u-pool", POOL, licensed=True, active=True)
INVITED = HostAccount("new@clinic.example", "new@clinic.example", False, False, "pending")


@pytest.fixture
def site(rooms):
    return rooms.sites.by_name("sandbox")


@pytest.fixture
def account(rooms, video):
    """Lists the account's users, as they are told."""

    def read(*hosts):
        video.listed = list(hosts)
        for host in hosts:
            video.accounts |= {host.email.casefold(): host, host.host_id: host}
        return read_directory(rooms)

    return read


@pytest.fixture
def day(rooms, site, seen, appointment, patient, minutes):
    """Fourteen visits of Dr. Osei tomorrow: their ids."""
    tomorrow = [
        seen(
            appointment=appointment(id=f"t-{n}", start=minutes(24 * 60 + n), patient_id=f"p-{n}"),
            patient=patient(id=f"p-{n}"),
        )
        for n in range(14)
    ]
    return see_appointments(rooms, site, tomorrow, session_id=None)


def hosts_of(rooms, visit_ids):
    with rooms.db.read() as tx:
        return {tx.get_one(Visit, one).host_key for one in visit_ids}


def tokens_of(rooms, visit_ids):
    with rooms.db.read() as tx:
        return [person_in_role(find_visit(tx, one), Role.PATIENT).token for one in visit_ids]


def news(event, host_id, at, **more):
    told = {"id": host_id, "first_name": "", "last_name": "", **more}
    body = {"event": event, "event_ts": int(at.timestamp() * 1000), "payload": {"object": told}}
    return json.dumps(body).encode()


def known(rooms, key):
    with rooms.db.read() as tx:
        return verdicts(tx, "zoom", [key]).get(key)


def test_the_account_is_listed_page_by_page_and_once_in_six_hours(rooms, video, clock, account):
    assert account(AMARA, DAVID, POOLED, INVITED) == 4
    assert video.calls == ["hosts", "hosts"]
    assert account(AMARA) == 0

    with rooms.db.read() as tx:
        found = {one.email: (one.user_id, one.licence, one.status) for one in users(tx, "zoom")}
    assert found["amara.osei@clinic.example"] == ("u-amara", "licensed", "active")
    assert found["new@clinic.example"] == ("new@clinic.example", "basic", "pending")


def test_whoever_the_list_does_not_name_any_more_is_gone(rooms, clock, account):
    account(AMARA, DAVID)
    clock.forward(hours=7)

    account(AMARA)

    assert (known(rooms, OTHER), known(rooms, DR_OSEI)) == (HostVerdict.UNKNOWN, HostVerdict.OK)


@pytest.mark.parametrize(
    ("fault", "said"), [(ZoomUnreachable(), "unread"), (ZoomNotOffered(), "not_offered")]
)
def test_a_list_that_breaks_off_says_so_and_nobody_is_gone(rooms, clock, video, account, fault, said):
    account(AMARA, DAVID)
    clock.forward(hours=7)
    video.before["hosts"] = [fault]

    account()

    with rooms.db.read() as tx:
        assert last_reading(tx, "zoom").error_code == said
    assert known(rooms, OTHER) is HostVerdict.OK


def test_practitioners_of_the_chart_are_remembered(rooms, world):
    with rooms.db.read() as tx:
        row = tx.scalar(select(PractitionerHost))

    assert (row.site, row.practitioner_id, row.npi, row.emails) == (
        "sandbox",
        "dr-1",
        "1234567893",
        DR_OSEI,
    )
    assert row.name == "Amara Osei"


def test_the_file_goes_before_the_hand_the_hand_before_the_npi_and_that_before_the_e_mail(
    rooms, seen, account, make_site
):
    def host(**changes):
        visit_id = see_appointment(rooms, rooms.sites.by_name("sandbox"), seen(**changes), session_id=None)
        return hosts_of(rooms, [visit_id]).pop()

    assert host() == DR_OSEI
    account(AMARA, replace(DAVID, number="1234567893"))
    assert host() == "u-david"
    with rooms.db.write() as tx:
        tx.scalar(select(PractitionerHost)).chosen_key = POOL
    assert host() == POOL
    rooms.sites.site = make_site(zoom_hosts={"dr-1": "by-file@clinic.example"})
    assert host() == "by-file@clinic.example"


def test_of_several_addresses_the_one_that_can_host_counts(rooms, site, seen, account):
    account(AMARA)
    two = replace(seen().practitioner, emails=("a@home.example", DR_OSEI))

    visit_id = see_appointment(rooms, site, seen(practitioner=two), session_id=None)

    assert hosts_of(rooms, [visit_id]) == {DR_OSEI}


@pytest.mark.parametrize("event", ["user.deactivated", "user.deleted", "user.disassociated"])
def test_fourteen_visits_of_a_host_who_is_gone_go_to_another_in_one_turn_and_keep_their_links(
    rooms, clock, account, day, world, make_site, event
):
    rooms.sites.site = make_site(policy={"alternative_hosts": [OTHER]})
    account(AMARA, DAVID)
    before = tokens_of(rooms, day)

    world.deliver(news(event, "u-amara", clock.now(), type=3))
    assert plan_hosts(rooms) == 15

    assert hosts_of(rooms, day) == {OTHER}
    assert tokens_of(rooms, day) == before
    assert plan_hosts(rooms) == 0
    clock.forward(hours=1)
    world.deliver(news("user.activated", "u-amara", clock.now(), type=2))
    plan_hosts(rooms)
    assert hosts_of(rooms, day) == {DR_OSEI}


def test_without_another_host_they_stay_and_the_reason_is_known(rooms, clock, account, day, world):
    account(AMARA, DAVID)

    world.deliver(news("user.deactivated", "u-amara", clock.now(), type=3))
    plan_hosts(rooms)

    assert hosts_of(rooms, day) == {DR_OSEI}
    assert known(rooms, DR_OSEI) is HostVerdict.INACTIVE


def test_a_licence_that_was_taken_away_is_noticed_and_older_news_changes_nothing(
    rooms, clock, account, day, world, minutes, make_site
):
    rooms.sites.site = make_site(policy={"pool_hosts": [POOL]})
    account(AMARA, POOLED)
    clock.forward(minutes=30)

    world.deliver(news("user.updated", "u-amara", minutes(20), type=1))
    world.deliver(news("user.activated", "u-amara", minutes(15), type=2))
    plan_hosts(rooms)

    assert hosts_of(rooms, day) == {POOL}
    assert known(rooms, DR_OSEI) is HostVerdict.UNLICENSED


def test_the_daily_check_plans_anew_too(rooms, video, day, make_site):
    rooms.sites.site = make_site(policy={"pool_hosts": [POOL]})
    video.accounts[DR_OSEI] = replace(AMARA, active=False)

    check_hosts(rooms)

    assert hosts_of(rooms, day) == {POOL}


def test_a_chart_that_is_read_again_does_not_give_the_visit_back(
    rooms, seen, clock, account, world, make_site
):
    rooms.sites.site = make_site(policy={"pool_hosts": [POOL]})
    account(replace(AMARA, licensed=False), POOLED)
    plan_hosts(rooms)
    clock.forward(minutes=1)

    see_appointment(rooms, rooms.sites.site, seen(), session_id=None)

    assert world.visit.host_key == POOL


@pytest.fixture
def second(rooms, site, seen, appointment, patient, world):
    """The provider is in a call, and has another visit at the same time: its world."""
    world.start()
    with rooms.db.write() as tx:
        active_meeting(tx, world.visit_id).state = MeetingState.LIVE
    other = seen(appointment=appointment(id="appt-2", patient_id="p-2"), patient=patient(id="p-2"))
    return replace(world, visit_id=see_appointment(rooms, site, other, session_id=world.session.id))


def in_call(video, world, *, live=True):
    video.meetings[world.room_id].live = live


def test_a_second_call_of_a_host_is_refused_where_nobody_else_is_named(video, world, second):
    in_call(video, world)

    with pytest.raises(HostBusy):
        second.start()

    assert isinstance(world.start(), HostLink)


def test_a_second_call_is_allowed_where_the_site_says_that_the_account_may(video, world, second, make_site):
    in_call(video, world)
    world.rooms.sites.site = make_site(policy={"concurrent_meetings": 2})

    assert isinstance(second.start(), HostLink)
    assert second.visit.host_key == DR_OSEI


def test_a_call_of_whose_end_nobody_told_holds_nobody_up(video, world, second):
    in_call(video, world, live=False)

    assert isinstance(second.start(), HostLink)


def test_a_second_call_goes_to_an_alternative_host_who_is_licensed(video, world, second, make_site):
    in_call(video, world)
    video.accounts[OTHER] = replace(DAVID, licensed=False)
    world.rooms.sites.site = make_site(policy={"alternative_hosts": [OTHER], "pool_hosts": [POOL]})

    asked = second.start()

    assert asked == AskFirst("host", expected_host=POOL, signin_url=asked.signin_url)
    assert isinstance(second.start(), HostLink)
    assert second.visit.host_key == POOL


def test_a_host_without_licence_is_replaced_at_start_only_by_whom_the_site_names(video, world, make_site):
    video.accounts[DR_OSEI] = replace(AMARA, licensed=False)
    with pytest.raises(HostUnlicensed):
        world.start()

    world.rooms.sites.site = make_site(policy={"pool_hosts": [POOL]})

    assert world.start().expected_host == POOL
    assert isinstance(world.start(), HostLink)


def test_the_first_provider_to_join_hosts_what_the_chart_names_nobody_for(
    rooms, site, seen, appointment, patient, sign_in, world
):
    see_appointment(rooms, site, seen(practitioner=_practitioner("dr-2", OTHER)), session_id=None)
    nobody = seen(
        appointment=appointment(id="appt-3", patient_id="p-3", practitioner_ids=()),
        patient=patient(id="p-3"),
        practitioner=None,
    )
    visit_id = see_appointment(rooms, site, nobody, session_id=None)
    joined = replace(world, session=sign_in(practitioner="dr-2"), visit_id=visit_id)

    assert isinstance(joined.start(), HostLink)
    see_appointment(rooms, site, replace(nobody, read_at=rooms.clock.now()), session_id=None)

    assert joined.visit.host_key == OTHER


def _practitioner(identifier, email):
    from fhir.practitioners import ChartPractitioner

    return ChartPractitioner(identifier, "David Lee", None, (email,), ())


def test_whoever_covers_is_an_alternative_host_as_long_as_they_are_licensed(rooms, video, world, account):
    account(AMARA, DAVID)
    with rooms.db.write() as tx:
        tx.scalar(select(PractitionerHost)).cover_key = OTHER

    world.start()

    assert video.meetings[world.room_id].order.alternative_hosts == ("u-david",)
    with rooms.db.read() as tx:
        assert tx.scalar(select(Meeting.cover_id)) == "u-david"


def test_a_cover_without_a_licence_is_left_out(rooms, video, world, account):
    account(AMARA, replace(DAVID, licensed=False))
    with rooms.db.write() as tx:
        tx.scalar(select(PractitionerHost)).cover_key = OTHER

    world.start()

    assert video.meetings[world.room_id].order.alternative_hosts == ()
