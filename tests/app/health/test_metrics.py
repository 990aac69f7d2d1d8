"""What Prometheus is told: what came, what failed and why, what waits; names of ours only."""

import math

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select, text

from app.factory import create_app
from app.models import OutboxRow, Participant
from app.services.receive_webhook import receive_webhook
from app.store.audit import THE_COMMAND_LINE, Entry, append
from app.store.failed_deliveries import MOST_TRIES, note_failure
from app.store.outbox import Promise, claim, promise, settle
from app.visits.deeds import Deed
from app.visits.states import Role, WriteState
from app.visits.writes import Ending
from tests.clinic_day import HERE

EVENT = b'{"event":"meeting.started","payload":{"object":{"id":"1","uuid":"u"}}}'
PATIENTS = Participant.role == Role.PATIENT


@pytest.fixture
def http(rooms) -> FlaskClient:
    return create_app(rooms).test_client()


@pytest.fixture
def sample(http):
    """A figure as it is told now; 0 where it is not told yet."""

    def read(name, **labels):
        told = http.get("/metrics").get_data(as_text=True)
        found = (one for family in text_string_to_metric_families(told) for one in family.samples)
        return next((one.value for one in found if one.name == name and one.labels == labels), 0)

    return read


def test_deliveries_are_counted_and_the_unread_ones_told(rooms, sample, sign):
    before = sample("visitbridge_webhooks_total", outcome="kept")
    repeated = sample("visitbridge_webhooks_total", outcome="repeated")

    for _ in range(3):
        receive_webhook(rooms, "zoom", sign(EVENT), EVENT)

    assert sample("visitbridge_webhooks_total", outcome="kept") == before + 1
    assert sample("visitbridge_webhooks_total", outcome="repeated") == repeated + 2
    assert sample("visitbridge_inbox_unread") == 1


def test_deliveries_that_were_set_aside_are_told(rooms, sample, sign):
    receive_webhook(rooms, "zoom", sign(EVENT), EVENT)
    with rooms.db.write() as tx:
        tx.execute(text("UPDATE inbox SET attempts = :most"), {"most": MOST_TRIES - 1})
        note_failure(tx, 1, rooms.clock.now())

    assert sample("visitbridge_inbox_failed") == 1
    assert sample("visitbridge_inbox_unread") == 0


@pytest.mark.parametrize(
    ("method", "path", "route", "code"),
    [
        ("POST", "/webhooks/zoom", "/webhooks/zoom", "VB-1701"),
        ("GET", "/launch", "/launch", "VB-1140"),
        ("GET", "/launch/callback", "/launch/callback", "VB-1140"),
        ("POST", "/v/unknown/join", "/v/<token>/join", "VB-1205"),
        ("GET", "/v/unknown", "/v/<token>", "VB-1601"),
        ("GET", "/rosa", "<unmatched>", "VB-1002"),
    ],
)
def test_what_failed_is_counted_by_route_and_code(http, sample, method, path, route, code):
    before = sample("visitbridge_failures_total", route=route, code=code)

    answer = http.open(path, method=method)

    assert sample("visitbridge_failures_total", route=route, code=code) == before + 1, answer.get_data(True)


def test_what_is_owed_is_told_by_its_state(rooms, sample, a_visit, clock):
    visit_id = a_visit()
    with rooms.db.write() as tx:
        for key in ("a", "b", "c"):
            promise(tx, Promise(key, key, visit_id, "send_link", "p", "sms"), clock.now())
    with rooms.db.write() as tx:
        for key, state in (("b", WriteState.GIVEN_UP), ("c", WriteState.WRITTEN)):
            held = claim(tx, key, clock.now())
            assert held is not None and settle(tx, held, Ending(state), clock.now())

    clock.forward(minutes=10)
    assert sample("visitbridge_outbox", kind="send_link", state="pending") == 1
    assert sample("visitbridge_outbox_oldest_seconds", kind="send_link", state="pending") == 600
    assert sample("visitbridge_outbox", kind="send_link", state="given_up") == 1
    assert sample("visitbridge_outbox", kind="send_link", state="written") == 0
    with rooms.db.write() as tx:
        held = claim(tx, "a", clock.now())
        assert held is not None and settle(tx, held, Ending(WriteState.WRITTEN), clock.now())
    assert sample("visitbridge_outbox", kind="send_link", state="pending") == 0
    assert sample("visitbridge_outbox_oldest_seconds", kind="send_link", state="pending") == 0


def test_patients_who_wait_are_told_with_the_longest_wait_and_whether_the_clinic_knows(
    rooms, sample, day, clock
):
    known = day.visit(state="open", patient=HERE)
    day.visit(state="open", patient=HERE)
    day.visit(state="finished", patient=HERE)
    with rooms.db.write() as tx:
        person = tx.scalars(select(Participant).where(Participant.visit_id == known, PATIENTS)).one()
        since, person.told_at = person.presence_since, clock.now()
    clock.forward(minutes=5)
    waited = (clock.now() - since).total_seconds()

    assert sample("visitbridge_patients_waiting", site="sandbox", told="yes") == 1
    assert sample("visitbridge_patients_waiting", site="sandbox", told="no") == 1
    assert sample("visitbridge_longest_wait_seconds", site="sandbox") == waited > 0


def test_nobody_waits_where_nobody_is(sample):
    assert sample("visitbridge_longest_wait_seconds", site="sandbox") == 0
    assert sample("visitbridge_patients_waiting", site="sandbox", told="no") == 0


def test_the_audits_length_is_told(rooms, sample):
    with rooms.db.write() as tx:
        append(tx, [Entry(THE_COMMAND_LINE, Deed.SEEN, "v")] * 3, rooms.wall.now())

    assert sample("visitbridge_audit_rows") == 3


def test_without_a_database_the_figures_come_and_what_waits_is_not_known(rooms, http, sample):
    with rooms.db.write() as tx:
        tx.execute(text(f"ALTER TABLE {OutboxRow.__tablename__} RENAME TO gone"))

    unread = sample("visitbridge_inbox_unread")
    with rooms.db.write() as tx:
        tx.execute(text(f"ALTER TABLE gone RENAME TO {OutboxRow.__tablename__}"))

    assert math.isnan(unread)
    assert not math.isnan(sample("visitbridge_inbox_unread"))


def test_it_says_what_it_lacks(rooms, http):
    assert http.get("/healthz").json == {"status": "ok"}
    assert http.get("/readyz").json == {"ready": True, "missing": [], "silent": []}

    with rooms.db.write() as tx:
        tx.execute(text("ALTER TABLE stream_event RENAME TO gone"))
    lacking = http.get("/readyz")
    with rooms.db.write() as tx:
        tx.execute(text("ALTER TABLE gone RENAME TO stream_event"))

    assert (lacking.status_code, lacking.json) == (503, {"ready": False, "missing": ["schema"], "silent": []})
