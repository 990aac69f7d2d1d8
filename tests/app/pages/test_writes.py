"""The outbox: who sees what, what pressing its buttons does, and that a typed note is never lost."""

import re

import pytest
from sqlalchemy import inspect as sa_inspect
from sqlalchemy import select

from app.models import OutboxRow, Visit
from app.services.chart_writes import MOST

NOTE = "Blood pressure at home is fine."


class Browser:
    """A provider's browser, with the form token of a page that it has open."""

    def __init__(self, provider) -> None:
        self.provider = provider()

    def press(self, page: str, act: str, **fields: str):
        shown = self.provider.read(page)
        token = re.search(r'name="csrf" value="([^"]+)"', shown)
        assert token is not None
        path = f"https://localhost/clinic/s/{self.provider.session}/{act}"
        headers = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        return self.provider.http.post(path, data={"csrf": token[1], **fields}, headers=headers)


@pytest.fixture
def browser_of(day, rooms, provider):
    """A browser whose person may open the visit, whose note stands in a state."""

    def make(state: str, **about: object) -> Browser:
        found = day.visit("Walter Brandt", start=-40, state="finished", closed_at=rooms.clock.now())
        day.write(found, "chart_note", state, **about)
        return Browser(provider)

    return make


def the_row(rooms) -> OutboxRow:
    with rooms.db.read() as tx:
        return tx.scalars(select(OutboxRow)).one()


def test_what_is_sent_again_is_due_at_once(rooms, browser_of):
    browser = browser_of("rejected", error_code="VB-1305")

    answer = browser.press("writes", f"writes/{the_row(rooms).id}/retry", then="list")

    assert (answer.status_code, answer.location.endswith("/writes")) == (303, True)
    assert (the_row(rooms).state, the_row(rooms).due_at) == ("pending", rooms.clock.now())


@pytest.mark.parametrize("state", ["pending", "needs_sign_in", "unknown", "rejected"])
def test_what_is_given_up_needs_a_reason_and_leaves_the_list(state, rooms, browser_of):
    browser = browser_of(state)
    row_id = the_row(rooms).id

    assert browser.press("writes", f"writes/{row_id}/give-up", reason=" ").status_code == 400
    assert browser.press("writes", f"writes/{row_id}/give-up", reason="By hand.").status_code == 303

    assert (the_row(rooms).state, the_row(rooms).reason) == ("given_up", "By hand.")
    assert "Nothing is left over" in browser.provider.read("writes")


def test_what_the_ehr_takes_of_nobody_hides_no_note(day, rooms, provider):
    found = day.visit("Walter Brandt", start=-40, state="finished", closed_at=rooms.clock.now())
    day.write(found, "chart_note", "rejected", error_code="VB-1305", created_at=-30)
    with rooms.db.write() as tx:
        note = tx.scalars(select(OutboxRow)).one()
        kept = {column.key: getattr(note, column.key) for column in sa_inspect(OutboxRow).column_attrs}
        for number in range(MOST + 10):
            quiet = {"id": f"quiet-{number}", "key": f"quiet-{number}", "kind": "chart_status"}
            tx.add(OutboxRow(**kept | quiet | {"error_code": "VB-1321", "created_at": rooms.clock.now()}))

    shown = provider().read("writes")

    assert shown.count("data-write=") == 1
    assert 'data-write="chart_note"' in shown


@pytest.mark.parametrize(("there", "state"), [("yes", "written"), ("no", "pending")])
def test_a_person_says_what_they_found(rooms, browser_of, there, state):
    browser = browser_of("unknown")

    browser.press("writes", f"writes/{the_row(rooms).id}/settle", there=there)

    assert the_row(rooms).state == state


def test_a_second_press_finds_it_settled(rooms, browser_of):
    browser = browser_of("unknown")
    press = f"writes/{the_row(rooms).id}/settle"
    browser.press("writes", press, there="yes")
    token_page = f"visits/{the_row(rooms).visit_id}"

    again = browser.press(token_page, press, there="no")

    assert (again.status_code, the_row(rooms).state) == (409, "written")


def test_the_outbox_holds_nothing_of_patients_whom_this_launch_did_not_open(day, rooms, provider):
    open_to_all = provider()
    found = day.visit("Walter Brandt", start=-40, state="finished")
    day.write(found, "chart_note", "rejected", error_code="VB-1305")

    assert "Walter Brandt" not in open_to_all.read("writes")


def test_a_note_whose_visit_was_closed_meanwhile_is_shown_again(day, rooms, provider):
    """Somebody else finished the visit while the note was typed."""
    found = day.visit("Walter Brandt", start=-40, state="in_progress", opened_at=rooms.clock.now())
    browser = Browser(provider)
    with rooms.db.write() as tx:
        tx.get_one(Visit, found).state = "finished"

    answer = browser.press(f"visits/{found}", f"visits/{found}/finish", seen="summary", file="yes", note=NOTE)

    assert answer.status_code == 409
    assert NOTE in answer.get_data(as_text=True)


def test_a_text_from_elsewhere_is_not_shown_by_us(day, rooms, provider):
    found = day.visit("Walter Brandt", start=-40, state="finished")
    person = provider()

    answer = person.http.post(
        f"https://localhost/clinic/s/{person.session}/visits/{found}/finish",
        data={"note": NOTE},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Accept": "text/html"},
    )

    assert answer.status_code in (400, 403)
    assert NOTE not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("minutes", "lang", "said"),
    [
        (20, "en", "trying again at 10:10"),
        (20 * 60, "en", "trying again on Tue, Nov 24 at 5:50"),
        (20 * 60, "zh_Hant", "將於 11月24日 週二"),
    ],
)
def test_what_is_tried_again_on_another_day_says_which(minutes, lang, said, day, rooms, provider):
    found = day.visit("Walter Brandt", state="open", opened_at=rooms.clock.now())
    day.write(found, "chart_status", "pending", due_at=minutes, attempts=3, error_code="VB-1302")

    assert said in provider().read(f"visits/{found}?lang={lang}").replace("\xa0", " ")
