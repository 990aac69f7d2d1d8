"""The journal of deliveries: what it lists, whom it names, and how a delivery is read again and emptied."""

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, update

from app.models import AuditRow, CallFactRow, InboxRow, Visit
from app.services.read_inbox import read_inbox, read_what_outran_its_meeting, try_set_aside_again
from app.services.receive_webhook import receive_webhook
from app.services.shred_deliveries import shred_old_deliveries
from app.store.facts import keep_facts
from app.store.journal import PAGE
from app.visits.deeds import Deed

ROWS = re.compile(r'data-n="(\d+)" data-effect="(\w+)"')


def listed(page):
    return [(int(n), effect) for n, effect in ROWS.findall(page)]


@pytest.fixture
def told(world, clock, rooms):
    """A call that began a minute before word of it came, what was told twice, and a stranger's meeting."""
    world.start()
    began = clock.now() - timedelta(minutes=1)
    world.tell("started", began)
    world.tell("started", began, event_ts=int(began.timestamp() * 1000), note=1)
    world.tell("participant_joined", clock.now(), who="host")
    world.tell("started", clock.now(), id="5550001")
    return world


def test_the_newest_stands_first_with_its_effect_and_how_late_it_was(told, browser):
    page = browser().read("deliveries")

    effects = dict(listed(page))
    assert [n for n, _ in listed(page)] == sorted(effects, reverse=True)
    assert sorted(effects.values()) == ["applied", "applied", "unknown_meeting"]
    assert "late by" in page and "1 min" in page and "at once" in page
    assert told.visit.code in page


def test_nobody_is_named_in_the_list(told, browser):
    page = browser().read("deliveries")

    assert not re.search("Rosa|Diaz|Osei", page.replace("Dr. Amara Osei", ""))


def test_who_looks_after_no_ehr_sees_none(told, browser):
    for role in ("provider", "scheduler"):
        person = browser(role)
        assert person.get("deliveries").status_code == person.get("deliveries/1").status_code == 403


SEARCHES = (
    ("event=meeting.participant", 1),
    ("event=meeting.started", 2),
    ("event=%25started", 0),
    ("effect=unknown_meeting", 1),
    ("effect=failed", 0),
    ("code={code}", 2),
    ("code=ZZZZ", 0),
    ("request_id=WEB_abc", 0),
    ("since=2026-11-23T14:49", 3),
    ("since=2026-11-23T14:51", 0),
    ("until=2026-11-23T14:40", 0),
    ("since=nonsense&before=nonsense", 3),
)


def test_it_is_searched_by_what_names_nobody(told, browser):
    engineer, code = browser(), told.visit.code.lower()

    found = {
        asked: len(listed(engineer.read("deliveries?" + asked.format(code=code)))) for asked, _ in SEARCHES
    }

    assert found == dict(SEARCHES)


def test_zooms_tracking_id_is_kept_and_found(world, browser, clock, rooms):
    world.start()
    body = world.event("started", clock.now(), id="5550001")

    receive_webhook(rooms, "zoom", world.signed(body) | {"X-Zm-Request-Id": "WEB_abc"}, body)

    assert len(listed(browser().read("deliveries?request_id=WEB_abc"))) == 1


def test_pages_follow_each_other_without_a_gap(world, browser, clock, rooms):
    world.start()
    for n in range(PAGE + 3):
        world.send(world.event("started", clock.now(), id="5550001", uuid=f"run-{n}"))
    engineer, path, found = browser(), "deliveries?event=meeting.", []

    while path:
        page = engineer.read(path)
        found += [n for n, _ in listed(page)]
        older = re.search(r'href="([^"]+)" rel="next"', page)
        path = "deliveries?" + urlsplit(older[1].replace("&amp;", "&")).query if older else ""

    assert found == sorted(found, reverse=True)
    assert len(found) == len(set(found)) == PAGE + 3


def test_a_delivery_is_shown_without_what_names_a_person(told, browser, rooms, clock):
    body = json.loads(told.event("participant_joined", clock.now(), who="patient", registrant_id="reg-1"))
    meeting = body["payload"]["object"]
    meeting |= {"topic": "Rosa's visit", "password": "s3cret", "join_url": "https://zoom.example/j/1?pwd=x"}
    meeting["participant"] |= {
        "user_name": "Rosa Diaz",
        "email": "rosa@mail.example",
        "id": "rosa@mail.example",
    }
    meeting["participant"] |= {"phone_number": 12125550123, "unheard_of": "Rosa Diaz"}
    told.deliver(json.dumps(body).encode())
    n = listed(browser().read("deliveries"))[0][0]

    page = browser().read(f"deliveries/{n}")

    assert not re.search("Rosa|rosa|s3cret|pwd=|5550123", page)
    assert "uuid-1" in page and "reg-1" in page and "user_name" in page
    assert re.findall(r'data-fact="(\w+)"', page) == ["joined"]
    with rooms.db.read() as tx:
        assert Deed.DELIVERY in set(tx.scalars(select(AuditRow.act)))


def test_reading_again_changes_nothing_that_is_known(told, browser, rooms):
    engineer = browser()
    (n,) = (n for n, _ in listed(engineer.read("deliveries?event=meeting.participant_joined")))
    before = told.visit

    for _ in range(2):
        assert engineer.press(f"deliveries/{n}/replay", f"deliveries/{n}").status_code == 303

    assert dict(listed(engineer.read("deliveries")))[n] == "applied"
    assert 'data-again="applied"' not in engineer.read(f"deliveries/{n}")
    assert (told.visit.state, told.visit.revision) == (before.state, before.revision)
    with rooms.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(CallFactRow)) == 2
        assert [act for act in tx.scalars(select(AuditRow.act)) if act == Deed.REPLAY] == [Deed.REPLAY] * 2


def test_what_was_set_aside_is_mended_by_reading_it_again(world, browser, clock, rooms, monkeypatch):
    world.start()
    faults = [ZeroDivisionError]
    monkeypatch.setattr(
        "app.services.project_event.keep_facts",
        lambda tx, facts: keep_facts(tx, facts) if not faults else 1 / 0,
    )
    world.send(world.event("started", clock.now()))
    for _ in range(20):
        read_inbox(rooms)
    engineer = browser()
    ((n, effect),) = listed(engineer.read("deliveries"))
    faults.clear()

    answer = engineer.press(f"deliveries/{n}/replay", f"deliveries/{n}")

    assert effect == "failed"
    assert answer.headers["Location"].endswith("?again=applied")
    assert listed(engineer.read("deliveries")) == [(n, "applied")]


def test_what_still_fails_is_not_read_yet(world, browser, clock, rooms, monkeypatch):
    world.start()
    world.tell("started", clock.now())
    engineer = browser()
    monkeypatch.setattr("app.services.project_event.keep_facts", lambda tx, facts: 1 / 0)

    answer = engineer.press("deliveries/1/replay", "deliveries/1")

    assert answer.headers["Location"].endswith("?again=unread")
    assert listed(engineer.read("deliveries?effect=unread")) == [(1, "unread")]


def test_who_looks_after_one_ehr_of_two_sees_its_meetings_only(told, browser, rooms, make_site, monkeypatch):
    other = make_site(
        title="Elsewhere",
        launch=make_site().launch.__class__(
            "other", ("https://o.example",), "generic", "c", "public", None, ()
        ),
    )
    monkeypatch.setattr(rooms.sites, "all", lambda: (rooms.sites.site, other))
    engineer = browser()

    assert len(listed(engineer.read("deliveries"))) == 2
    with rooms.db.write() as tx:
        tx.execute(update(Visit).values(site="other"))
    assert listed(engineer.read("deliveries")) == []
    answer = engineer.get("deliveries/1")
    assert answer.status_code == 404 and "VB-1530" in answer.get_data(as_text=True)


def test_bodies_are_emptied_after_their_time_and_facts_stay(told, browser, rooms, clock, monkeypatch):
    monkeypatch.setattr("app.services.shred_deliveries.BATCH", 2)
    clock.forward(days=rooms.settings.keep_deliveries_days, minutes=-2)
    assert shred_old_deliveries(rooms) == 0
    clock.forward(minutes=3)
    told.send(told.event("ended", clock.now()))

    assert (shred_old_deliveries(rooms), shred_old_deliveries(rooms)) == (3, 0)

    with rooms.db.read() as tx:
        rows = tx.scalars(select(InboxRow).order_by(InboxRow.seq)).all()
        assert [bool(row.body) for row in rows] == [False, False, False, True]
        assert [row.effect for row in rows[:2]] == ["applied", "applied"]
        assert tx.scalar(select(func.count()).select_from(CallFactRow)) == 2
    engineer = browser()
    assert "shredded" in engineer.read("deliveries?since=2026-11-01T00:00")
    page = engineer.read("deliveries/1")
    assert "data-shredded" in page and "replay" not in page


def test_what_is_emptied_is_not_read_again(told, browser, rooms, clock):
    engineer = browser()
    pressed = engineer.read("deliveries/1")
    assert "replay" in pressed
    with rooms.db.write() as tx:
        tx.execute(update(InboxRow).values(received_at=clock.now() - timedelta(days=31)))
    shred_old_deliveries(rooms)
    with rooms.db.write() as tx:
        tx.execute(update(InboxRow).values(effect="failed", room_id=InboxRow.told_room))

    try_set_aside_again(rooms)
    read_what_outran_its_meeting(rooms)
    token = re.search(r'name="csrf" value="([^"]+)"', pressed)[1]
    answer = engineer.http.post(
        f"https://localhost/clinic/s/{engineer.session}/deliveries/1/replay",
        data={"csrf": token},
        headers={"Origin": rooms.settings.base_url},
    )

    assert answer.status_code == 409 and "VB-1531" in answer.get_data(as_text=True)
    with rooms.db.read() as tx:
        assert set(tx.scalars(select(InboxRow.effect))) == {"failed"}


def test_what_nobody_read_yet_is_not_emptied(told, rooms, clock):
    told.send(told.event("ended", clock.now()))
    clock.forward(days=31)

    assert shred_old_deliveries(rooms) == 3
    assert read_inbox(rooms) == 1


def test_an_engineer_asks_zoom_what_it_delivers(world, browser, video):
    engineer = browser()

    lacking = engineer.press("deliveries/subscription", "deliveries").get_data(as_text=True)
    report = video.examine_delivery("http://localhost:8000/webhooks/zoom")
    video.mend_delivery(report.address, report.order, report.stale)
    good = engineer.press("deliveries/subscription", "deliveries").get_data(as_text=True)

    assert 'data-subscription="lacking"' in lacking and "meeting.started" in lacking
    assert 'data-subscription="good"' in good and "data-missing" not in good
