"""An EHR that tells of changes is asked to, and believed as far as a hint goes: searches never end."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from sqlalchemy import select

from app.factory import create_app
from app.models import EhrSubscription, SyncHint
from app.store.subscriptions import ACTIVE, FAILED
from app.sync_plan import Subscribed, SyncPlan
from sandbox.ehr.notifier import TOPIC
from sandbox.serving import served
from tests.app.sync.conftest import PLACE, Desk
from tests.patience import PATIENCE, until
from tests.ports import free_port

BEAT = 60
TOLD = Subscribed(topic=TOPIC, filter=f"Appointment?location=Location/{PLACE}", heartbeat_seconds=BEAT)


@pytest.fixture
def told(desk: Desk, make_site) -> Iterator[Desk]:
    """The desk's EHR may tell; our own address answers."""
    port = free_port()
    settings = replace(desk.rooms.settings, base_url=f"http://localhost:{port}")
    desk.rooms = replace(desk.rooms, settings=settings)
    plan = SyncPlan(locations=(PLACE,), horizon_days=1, subscription=TOLD)
    desk.rooms.sites.site = make_site(sync=plan)
    with served(create_app(desk.rooms), port):
        yield desk


def row(desk: Desk) -> EhrSubscription:
    with desk.rooms.db.read() as tx:
        return tx.scalars(select(EhrSubscription)).one()


def hints(desk: Desk) -> list[str]:
    with desk.rooms.db.read() as tx:
        return list(tx.scalars(select(SyncHint.appointment_id)))


def subscribed(desk: Desk) -> Desk:
    desk.sync()
    until(lambda: row(desk).state == ACTIVE, what="the handshake")
    return desk


def subscriptions(desk: Desk) -> list[str]:
    return [one for one in desk.asked() if one == "POST /fhir/Subscription"]


def test_a_change_is_known_at_the_next_turn_and_what_is_near_is_searched_less_often(told):
    told.book(1, minutes=60)
    subscribed(told)
    before = len(told.asked())

    told.book(1, minutes=90)
    until(lambda: hints(told) == ["sync-1"], what="the notification")
    told.sync()

    assert told.visit(1).start == told.slot + timedelta(minutes=90)
    assert hints(told) == []
    assert [one for one in told.asked()[before:] if "Appointment?" in one] == []
    before = len(told.asked())
    told.clock.forward(minutes=2)
    heartbeat(told)
    told.sync()
    assert [one for one in told.asked()[before:] if "date=" in one] == []


def heartbeat(desk: Desk, **changes: object) -> requests.Response:
    """The EHR is there still."""
    held = row(desk)
    parameters = [
        {"name": "status", "valueCode": "active"},
        {"name": "type", "valueCode": "heartbeat"},
        {"name": "events-since-subscription-start", "valueString": str(held.events)},
    ]
    named = {one["name"]: one for one in parameters} | changes
    first = {"resource": {"resourceType": "Parameters", "parameter": list(named.values())}}
    body = {"resourceType": "Bundle", "type": "history", "entry": [first]}
    address = f"{desk.rooms.settings.base_url}/webhooks/ehr/sandbox/{held.key}"
    headers = {"Authorization": f"Bearer {held.secret}"}
    return requests.post(address, json=body, headers=headers, timeout=PATIENCE)


def test_one_subscription_is_made_and_found_again_if_its_answer_was_lost(told):
    told.clinic.switch("drop_after_write", times=1)
    subscribed(told)
    told.later(minutes=11)

    assert row(told).remote_id
    assert row(told).state == ACTIVE
    assert len(subscriptions(told)) == 1


def test_a_hole_in_the_numbers_brings_a_search(told):
    subscribed(told)
    told.clinic.switch("lose_notifications", times=1)
    told.book(1, minutes=60)
    told.book(2, minutes=70)
    until(lambda: hints(told), what="the second notification")
    before = len(told.asked())

    told.sync()

    assert any("date=" in one for one in told.asked()[before:])
    assert set(told.visits()) == {"sync-1", "sync-2"}


def test_an_ehr_that_falls_silent_is_searched_as_often_as_ever(told):
    subscribed(told)
    told.clock.forward(seconds=3 * BEAT + 1)
    before = len(told.asked())

    told.sync()

    assert any("date=" in one for one in told.asked()[before:])
    assert row(told).error_code in (None, "silent")


def test_a_subscription_that_the_ehr_ended_is_made_anew_with_another_secret(told):
    subscribed(told)
    first = row(told)

    heartbeat(told, status={"name": "status", "valueCode": "error"})
    assert row(told).state == FAILED
    subscribed(told)

    assert (row(told).key, row(told).secret) != (first.key, first.secret)
    assert len(subscriptions(told)) == 2


def test_one_is_made_anew_before_it_ends_and_taken_back_when_the_site_wants_none(told, make_site):
    subscribed(told)
    first = row(told).key
    told.clock.forward(days=6, minutes=1)
    told.sync()
    assert row(told).key != first

    told.rooms.sites.site = make_site(sync=SyncPlan(locations=(PLACE,), horizon_days=1))
    told.clock.forward(minutes=20)
    told.sync()

    with told.rooms.db.read() as tx:
        assert tx.scalars(select(EhrSubscription)).all() == []
    assert any(one.startswith("DELETE /fhir/Subscription/") for one in told.asked())


def test_where_it_is_not_offered_searches_go_on(told):
    told.clinic.switch("no_subscriptions")
    told.book(1, minutes=60)

    told.sync()

    assert set(told.visits()) == {"sync-1"}
    assert row(told).error_code == "not_offered"
    assert subscriptions(told) == []


@pytest.mark.parametrize(
    ("key", "secret", "body", "status"),
    [
        ("made-up", None, b"{}", 401),
        (None, "made-up", b"{}", 401),
        (None, None, b"no JSON", 400),
        (None, None, b'{"resourceType": "Patient"}', 400),
    ],
)
def test_what_is_not_proven_or_no_notification_is_refused_with_a_code(told, key, secret, body, status):
    subscribed(told)
    held = row(told)

    address = f"{told.rooms.settings.base_url}/webhooks/ehr/sandbox/{key or held.key}"
    headers = {"Authorization": f"Bearer {secret or held.secret}"}
    answer = requests.post(address, data=body, headers=headers, timeout=PATIENCE)

    assert answer.status_code == status
    assert answer.json()["code"].startswith("VB-17")
