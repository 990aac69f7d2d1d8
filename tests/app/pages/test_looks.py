"""Pages that show patients write down who opened them."""

import pytest

from app.factory import create_app
from app.store.audit import listed
from app.web.cookies import NAME


@pytest.fixture
def staff_page(rooms, day):
    """Opens a page of a provider's session; its status."""
    http, session = create_app(rooms).test_client(), day.sign_in("browser", kind="local")
    http.set_cookie(NAME, "browser", secure=True, domain="localhost")
    return lambda path: http.get(f"https://localhost/clinic/s/{session}/{path}").status_code


@pytest.fixture
def looks(rooms):
    def read():
        with rooms.db.read() as tx:
            return [(row.act, row.visit_id) for row in listed(tx, None, None)]

    return read


def test_the_page_of_a_visit_is_a_look_and_what_changes_on_it_is_not_another(day, staff_page, looks):
    visit_id = day.visit(state="open")

    pages = ("", "/fragment", "/fragment", "/finish", "")
    assert [staff_page(f"visits/{visit_id}{page}") for page in pages] == [200] * len(pages)

    assert looks() == [("seen", visit_id)]


def test_the_schedule_is_a_look_of_its_own(day, staff_page, looks):
    day.visit(state="open")

    assert [staff_page(page) for page in ("schedule", "schedule/fragment", "schedule")] == [200, 200, 200]

    assert looks() == [("listed", None)]


def test_a_page_that_was_refused_was_not_seen(staff_page, looks):
    assert staff_page("visits/nobody-s") == 403

    assert looks() == []
