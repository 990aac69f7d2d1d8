"""What a client without a screen reads from a page."""

import pytest

from sandbox.walk.pages import page_from

VISIT = """
<main data-page="visit" data-state="open" data-visit="v1">
  <input data-field="patient-link" value="http://localhost:8000/v/abc" readonly>
  <span data-participant="p1" data-presence="waiting">Rosa</span>
  <span data-participant="p2" data-presence="in_call">Amara</span>
  <form method="post" action="start" data-act="start" target="zoom">
    <input type="hidden" name="ticket" value="t&amp;1">
    <input type="checkbox" name="agree">
    <input type="checkbox" name="chat" checked>
    <select name="language"><option value="en">English<option value="zh" selected>中文</select>
    <button name="how" value="now">Start</button>
    <button name="how" value="later">Later</button>
    <button type="button" name="help" value="1">?</button>
  </form>
  <form method="post" action="/elsewhere"><button data-act="finish">Finish</button></form>
</main>
"""


@pytest.fixture
def page():
    return page_from("http://localhost:8000/clinic/s/s1/visits/v1/", 200, VISIT)


def test_the_page_says_what_it_is(page):
    assert (page.name, page.state, page.main["data-visit"]) == ("visit", "open", "v1")
    assert page.data_fields == {"patient-link": "http://localhost:8000/v/abc"}
    assert page.presence == ["waiting", "in_call"]


def test_a_form_is_sent_as_a_person_would_who_presses_its_first_button(page):
    form = page.form("start")

    assert form.action == "http://localhost:8000/clinic/s/s1/visits/v1/start"
    assert form.method == "post"
    assert form.fields == {"ticket": "t&1", "chat": "on", "language": "zh", "how": "now"}


def test_the_act_may_stand_on_the_button(page):
    assert page.form("finish").action == "http://localhost:8000/elsewhere"


def test_an_act_that_is_not_offered_has_no_form(page):
    assert page.form("join") is None


def test_an_error_page_is_described_by_its_code_and_reference():
    html = '<main data-page="error" data-code="VB-1103" data-reference="k7q2m9xw">'

    assert page_from("http://x/", 503, html).described() == (
        "page error, status 503, code VB-1103, reference k7q2m9xw"
    )
