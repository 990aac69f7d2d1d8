"""The page that says how appointments flow in: for those who look after EHRs, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest

from app.factory import create_app
from app.ports import Rooms
from app.store.backfills import Progress, go_on, note_done
from app.store.sync import claim_leg, note_failure, spend
from app.sync_plan import SyncPlan
from app.visits.windows import Band
from app.web.cookies import NAME
from tests.clinic_day import ClinicDay


@pytest.fixture
def page(rooms: Rooms, make_site: Any) -> Any:
    def ask(role: str = "engineer", **changes: Any) -> Any:
        rooms.sites.site = make_site(**changes)  # type: ignore[attr-defined]  # a test's own registry
        session = ClinicDay(rooms).sign_in("browser", kind="local", role=role)
        http = create_app(rooms).test_client()
        http.set_cookie(NAME, "browser", secure=True, domain="localhost")
        path = f"https://localhost/clinic/s/{session}/appointments"
        return http.get(path, headers={"Accept": "text/html"})

    return ask


@pytest.mark.parametrize("role", ["provider", "assistant", "scheduler"])
def test_nobody_else_sees_it(page: Any, role: str) -> None:
    assert page(role).status_code == 403


def test_a_site_that_is_not_read_says_so(page: Any) -> None:
    told = page("admin")

    assert told.status_code == 200
    assert "the file has no [sync]" in told.text


def test_it_tells_each_search_the_budget_and_the_back_fill(page: Any, rooms: Rooms) -> None:
    now, today = rooms.clock.now(), rooms.clock.now().date()
    with rooms.db.write() as tx:
        claim_leg(tx, "sandbox", "near:location/place-1", Band.NEAR, now, now)
        note_failure(tx, "sandbox", "near:location/place-1", now, "VB-1301")
        spend(tx, "sandbox", Band.NEAR, 600, now)
        go_on(tx, "sandbox", today, today + timedelta(days=9), now)
        note_done(tx, "sandbox", Progress(4, {"read": 31, "not_by_video": 7}), now, is_over=False)

    told = page(sync=SyncPlan(locations=("place-1",))).text

    assert 'data-freshness="failed"' in told
    assert "<code>VB-1301</code>" in told
    assert "59 of 60 requests may be made at once, 600 in an hour; 1 were made so far." in told
    assert '<progress max="10" value="4"' in told
    assert "31 · visits made or brought up to date" in told
    assert "the same command goes on where it was" in told


def test_the_list_of_ehrs_leads_there(page: Any, rooms: Rooms) -> None:
    session = ClinicDay(rooms).sign_in("browser", kind="local", role="engineer")
    http = create_app(rooms).test_client()
    http.set_cookie(NAME, "browser", secure=True, domain="localhost")

    told = http.get(f"https://localhost/clinic/s/{session}/ehrs", headers={"Accept": "text/html"})

    assert f'href="/clinic/s/{session}/appointments"' in told.text
