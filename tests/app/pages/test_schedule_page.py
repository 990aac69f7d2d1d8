"""The schedule as staff read it: what the chart did not tell, and whose time is over."""

import re
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from fhir.errors import ChartUnauthorized, ChartUnreachable
from tests.clinic_day import HERE


class DeafEhr:
    """Its chart cannot be read."""

    def __init__(self, fault):
        self.fault = fault

    def chart(self, session_id, patience=None):
        raise self.fault


@pytest.fixture
def deaf(rooms):
    """The same rooms with an EHR whose chart fails so."""

    def make(fault):
        return replace(rooms, ehr=DeafEhr(fault))

    return make


def notice(page):
    return re.search(r'data-notice="unread-chart".*?</section>', page, re.DOTALL)[0]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (ChartUnreachable(), ("VB-1301", "does not answer", "Try again in a minute")),
        (ChartUnauthorized(), ("VB-1304", "no longer accepts", "Open the app again from the EHR")),
    ],
)
def test_a_chart_that_could_not_be_read_says_why_and_what_to_do(deaf, day, provider, fault, said):
    day.visit()

    page = notice(provider(rooms=deaf(fault)).read("schedule"))

    assert all(words in page for words in said)


def test_the_log_finds_it_by_the_reference_on_the_page(deaf, day, provider):
    someone = provider(rooms=deaf(ChartUnreachable()))

    with capture_logs() as logs:
        page = someone.read("schedule")

    noted = next(line for line in logs if line["event"] == "schedule_not_read")
    assert noted["code"] == "VB-1301"
    assert f"<code>{noted['reference']}</code>" in notice(page)


def test_what_is_shown_all_the_same_has_the_time_of_its_oldest_reading(deaf, day, provider, clock):
    day.visit()
    clock.forward(minutes=20)
    day.visit("Walter Brandt")

    page = notice(provider(rooms=deaf(ChartUnreachable())).read("schedule"))

    assert "on Mon, Nov 23 at 9:46\u00a0AM or later" in page


def test_without_a_row_no_earlier_reading_is_claimed(deaf, provider):
    page = notice(provider(rooms=deaf(ChartUnreachable())).read("schedule"))

    assert "No earlier reading is known" in page


def group_of(page, visit_id):
    """The group in which the visit's row stands, and the row."""
    for key, rows in re.findall(r'<section class="group group-([\w-]+)"(.*?)</section>', page, re.DOTALL):
        row = re.search(rf'<li class="visit-row" data-visit="{visit_id}".*?</li>', rows, re.DOTALL)
        if row:
            return key, row[0]
    return None


@pytest.mark.parametrize(
    ("about", "group"),
    [
        ({"start": -31}, "overdue"),
        ({"start": -29}, "coming"),
        ({"start": -31, "patient": HERE}, "now"),
        ({"start": -31, "state": "open"}, "now"),
        ({"start": -31, "state": "no_show"}, "done"),
    ],
)
def test_whose_time_is_over_and_never_began_does_not_come_up_any_more(day, provider, about, group):
    visit_id = day.visit(**about)

    found, _row = group_of(provider().read("schedule/fragment"), visit_id)

    assert found == group


def test_whose_time_is_over_can_still_be_started_or_be_closed(day, provider):
    visit_id = day.visit(start=-40)
    someone = provider()

    _group, row = group_of(someone.read("schedule/fragment"), visit_id)

    assert f"visits/{visit_id}/start" in row
    assert f'visits/{visit_id}#acts"' in row
    assert {"no-show", "cancel"} <= set(
        re.findall(r'data-act="([\w-]+)"', someone.read(f"visits/{visit_id}"))
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("planned", "is not closed here"),
        ("in_progress", "is not closed here"),
        ("no_show", "closed without a visit"),
        ("finished", None),
    ],
)
def test_what_took_place_by_the_chart_is_said_unless_it_did_here(day, provider, state, said):
    visit_id = day.visit(start=-40, state=state, chart_status="fulfilled")
    someone = provider()

    _group, row = group_of(someone.read("schedule/fragment"), visit_id)
    page = someone.read(f"visits/{visit_id}")

    assert ("chart: took place" in row) is (said is not None)
    assert ('data-notice="took-place"' in page) is (said is not None)
    assert said is None or said in page


def test_who_may_only_look_is_offered_no_act(day, provider):
    visits = [day.visit(start=start) for start in (-24 * 60, -40, 10, 200)]
    someone = provider(role="scheduler")

    schedule = someone.read("schedule/fragment?view=all")
    pages = [someone.read(f"visits/{visit_id}") for visit_id in visits]

    assert all(group_of(schedule, visit_id) for visit_id in visits)
    for act in ('data-act="start"', "Start from", "Close it"):
        assert act not in schedule
    for page in pages:
        assert "Your role lets you look, not start." in page
        assert not {"start", "finish", "cancel", "no-show"} & set(re.findall(r'data-act="([\w-]+)"', page))
