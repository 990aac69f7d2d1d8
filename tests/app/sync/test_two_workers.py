"""Two workers over one PostgreSQL database: a search is made once, and so is a visit."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app.services.sync_appointments import sync_site
from app.store.database import Database
from tests.patience import PATIENCE

POSTGRES = "VISITBRIDGE_TEST_POSTGRES_URL"
pytestmark = [
    pytest.mark.wire,
    pytest.mark.postgres,
    pytest.mark.skipif(not os.environ.get(POSTGRES), reason=f"no PostgreSQL server ({POSTGRES} is not set)"),
]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_no_search_is_made_twice_and_no_visit_either(desk, database_url):
    for number in range(12):
        desk.book(number, minutes=number * 240)
    desk.clinic.switch("ehr_slow", what="fhir", seconds=0.1)
    others = [Database(database_url) for _ in range(2)]
    together = threading.Barrier(2)

    def work(db):
        rooms = replace(desk.rooms, db=db)
        together.wait(PATIENCE)
        turns = 0
        while sync_site(rooms, "sandbox"):
            turns += 1
        return turns

    with ThreadPoolExecutor(2) as pool:
        turns = list(pool.map(work, others))
    for one in others:
        one.dispose()

    searches = [path for path in desk.asked() if path.startswith("GET /fhir/Appointment?")]
    assert len(searches) == len(set(searches)) == len(desk.legs()) == 5
    assert sum(turns) == 5
    assert set(desk.visits()) == {f"sync-{number}" for number in range(12)}
    assert len([row for row in desk.owed() if row.kind == "send_link"]) == 12
