"""Booked, moved, called off, booked again, in any order, seen or not in between: rows are what a model says.

The model is of its own, written over what the front desk did and when somebody looked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.sync_plan import SyncPlan
from tests.app.conftest import NOW
from tests.app.sync.conftest import PLACE

pytestmark = pytest.mark.wire
DEEDS = st.one_of(
    st.tuples(st.just("book"), st.integers(0, 1), st.sampled_from((150, 300, 600))),
    st.tuples(st.just("cancel"), st.integers(0, 1), st.just(0)),
    st.tuples(st.just("look"), st.just(0), st.just(0)),
)
DAYS, NUMBERS = count(1), count(1, 2)


@dataclass
class Row:
    """An appointment at the EHR, and what our row should say. `state` is None until there is a row."""

    start: datetime
    is_off: bool = False
    state: str | None = None
    row_start: datetime | None = None
    warning: str | None = None

    def look(self) -> None:
        """What one look at the chart leaves."""
        if self.state is None and self.is_off:
            return
        if self.state != "cancelled":
            self.state, self.row_start = "planned", self.start
        if self.is_off:
            self.state, self.warning = "cancelled", None
        elif self.state == "cancelled":
            self.warning = "booked"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(deeds=st.lists(DEEDS, min_size=1, max_size=8))
def test_rows_are_what_the_front_desk_did_and_nobody_gets_a_second_link(desk, make_site, deeds):
    plan = SyncPlan(locations=(PLACE,), horizon_days=1, requests_per_hour=100_000)
    desk.rooms.sites.site = make_site(sync=plan, send_links=True)
    desk.clock.instant = begin = NOW + timedelta(days=next(DAYS))
    first, known = next(NUMBERS), {}

    for deed, which, minutes in [*deeds, ("look", 0, 0)]:
        number = first + which
        if deed == "book":
            start = begin + timedelta(minutes=minutes)
            known.setdefault(number, Row(start)).start = start
            known[number].is_off = False
            desk.book(number, start=start)
        elif deed == "cancel" and number in known:
            known[number].is_off = True
            why = {"cancelationReason": {"text": "x"}}
            desk.book(number, start=known[number].start, status="cancelled", **why)
        elif deed == "look":
            desk.later(minutes=11)
            for row in known.values():
                row.look()

    visits = desk.visits()
    for number, row in known.items():
        visit = visits.get(f"sync-{number}")
        told = (visit.state, visit.start, visit.chart_warning) if visit else (None, None, None)
        assert told == (row.state, row.row_start, row.warning)
        if visit:
            sent = [one for one in desk.owed() if one.kind == "send_link" and one.visit_id == visit.id]
            assert len(sent) == 1
