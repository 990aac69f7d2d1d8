"""The board of a virtual clinic, checking in, and taking the next patient."""

import re
from dataclasses import replace
from threading import Thread

import pytest

from app.models import Visit
from app.services.check_in import check_in
from app.services.note_text import note_text
from app.services.take_next import take_next
from app.services.visit_summary import summary_of
from app.store.sessions import find_session
from tests.clinic_day import DR_LEE, HERE, HOST_IN_CALL, IN_CALL

NOBODY = (None, None, None)
COLUMN = re.compile(r'data-column="(\w+)".*?</section>', re.DOTALL)


@pytest.fixture
def rooms(rooms):
    site = rooms.sites.site
    policy = site.default_policy.model_copy(update={"check_in": ("Name and birth date asked", "Consent")})
    rooms.sites.site = replace(site, default_policy=policy, department_policies={})
    return rooms


def columns(page: str) -> dict[str, list[str]]:
    """Which visits stand in which column, in order."""
    return {found[1]: re.findall(r'data-visit="([^"]+)"', found[0]) for found in COLUMN.finditer(page)}


def post(someone, path, **form):
    token = re.search(r'data-csrf="([^"]+)"', someone.read("board"))[1]
    headers = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    address = f"https://localhost/clinic/s/{someone.session}/{path}"
    return someone.http.post(address, data={"csrf": token} | form, headers=headers)


def waiting(day, since, **about):
    return day.visit(patient={**HERE, "presence_since": since, "page_here_since": since}, **about)


def session_of(rooms, day, browser):
    with rooms.db.read() as tx:
        found = find_session(tx, day.sign_in(browser))
    assert found is not None
    return found[0]


def test_everybody_stands_where_they_are_the_longest_waiting_first(day, provider):
    to_come = day.visit(start=90)
    short, long = waiting(day, -2), waiting(day, -20)
    ready = waiting(day, -5, ready_at=day.rooms.clock.now(), ready_by="Kim Park", checked_in="[]")
    under_way = day.visit(state="in_progress", patient=IN_CALL, host=HOST_IN_CALL)
    done = day.visit(state="finished", closed_at=day.rooms.clock.now())

    assert columns(provider().read("board")) == {
        "to_come": [to_come],
        "here": [long, short],
        "ready": [ready],
        "with_provider": [under_way],
        "done": [done],
    }


def test_it_shows_one_providers_visits_where_that_is_asked(day, provider):
    mine, other = day.visit(), day.visit(doctor=DR_LEE)
    someone = provider()

    page = someone.read(f"board?provider={DR_LEE[1]}")

    assert other in page
    assert mine not in page
    assert someone.get("board/fragment?provider=nobody").status_code == 200


def test_nothing_new_is_not_sent_again(day, provider):
    day.visit()
    someone = provider()
    first = someone.get("board/fragment")

    again = someone.get("board/fragment", **{"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304


def test_an_assistant_checks_in_and_every_page_says_ready(day, provider, rooms):
    visit_id = waiting(day, -4)
    assistant = provider("assistant")

    answers = [post(assistant, f"visits/{visit_id}/check-in", step="Consent") for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    someone = provider()
    assert columns(someone.read("board"))["ready"] == [visit_id]
    assert 'data-note="ready"' in someone.read("schedule/fragment")
    assert 'data-check-in="ready"' in someone.read(f"visits/{visit_id}")

    post(assistant, f"visits/{visit_id}/check-in", undo="1")
    assert columns(someone.read("board"))["here"] == [visit_id]


def test_the_note_says_who_checked_in_and_what_was_done(day, rooms):
    visit_id = waiting(day, -4)
    session = session_of(rooms, day, "browser")

    check_in(rooms, session, visit_id, ["Consent", "something of somebody else's"])

    text = note_text(summary_of(rooms, visit_id), "en")
    assert re.search(r"^Checked in by Dr\. Amara Osei at .*\. Consent\.$", text, re.MULTILINE)
    assert "somebody else" not in text


def test_without_steps_there_is_nothing_to_check_in(day, provider, rooms):
    rooms.sites.site = replace(rooms.sites.site, default_policy=type(rooms.sites.site.default_policy)())
    visit_id = day.visit()

    assert "data-check-in" not in provider().read(f"visits/{visit_id}")


def test_a_visit_that_is_over_is_not_checked_in(day, provider, rooms):
    visit_id = day.visit(state="finished", closed_at=rooms.clock.now())

    assert post(provider(), f"visits/{visit_id}/check-in").status_code == 409


def test_a_provider_takes_whoever_has_waited_longest_without_one(day, provider, rooms):
    waiting(day, -30)  # who has a provider
    short, long = (waiting(day, since, doctor=("", "", ""), **free()) for since in (-2, -9))
    someone = provider()
    assert "Take the next patient" in someone.read("board")

    answer = post(someone, "board/take-next")

    assert answer.headers["Location"].endswith(f"/visits/{long}")
    with rooms.db.read() as tx:
        assert tx.get_one(Visit, long).practitioner_id == "dr-osei"
        assert tx.get_one(Visit, short).practitioner_id is None
    assert post(someone, "board/take-next").headers["Location"].endswith(f"/visits/{short}")
    assert post(someone, "board/take-next").headers["Location"].endswith("/board?nobody")


def free():
    """Nobody is named in the chart."""
    return {"practitioner_id": None, "practitioner_name": None, "host_key": None}


def test_two_providers_at_once_get_two_patients(day, rooms):
    waits = {waiting(day, since, **free()) for since in (-5, -6)}
    sessions = [session_of(rooms, day, f"browser-{number}") for number in range(2)]
    taken: list[str | None] = []

    threads = [Thread(target=lambda one=one: taken.append(take_next(rooms, one, None))) for one in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(taken) == waits


def test_who_is_no_provider_takes_nobody(day, provider, rooms):
    visit_id = waiting(day, -5, **free())
    local = provider("scheduler")

    post(local, "board/take-next")

    with rooms.db.read() as tx:
        assert tx.get_one(Visit, visit_id).practitioner_id is None
