"""PostgreSQL stops under load and comes back: nothing that was answered is lost, and nobody helps."""

import hashlib
import hmac
import json
import threading
import time
from datetime import datetime

import pytest
import requests
from sqlalchemy import create_engine, text

from sandbox.walk.people import Person
from sandbox.walk.stream import EventStream
from tests.deployment import EVENTS, WEB, WORKERS, deployed, until
from tests.journeys.troubles import an_appointment
from tests.postgres_cluster import own_cluster

SECRET = b"sandbox-webhook-secret"
LOAD_EVERY = 0.05
AWAY_SECONDS = 8
ALL = (*WEB, *WORKERS, EVENTS)


class Load:
    """Deliveries at a steady pace; one that is not taken is sent again at the end, as Zoom does."""

    def __init__(self, deployment):
        self._deployment = deployment
        self._stopped = threading.Event()
        self.taken, self.refused, self.statuses = [], [], []
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self._stopped.set()
        self._thread.join()

    def deliver(self, body):
        """The status that it was answered, 0 for none."""
        now = self._deployment.ask(f"{self._deployment.addresses.ehr}/clock")["now"]
        stamp = str(int(datetime.fromisoformat(now).timestamp()))
        signed = hmac.new(SECRET, f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signed}"}
        url = f"{self._deployment.addresses.app}/webhooks/zoom"
        try:
            answer = requests.post(url, data=body.encode(), headers=headers, timeout=30)
        except requests.RequestException:
            return 0
        return answer.status_code

    def _run(self):
        n = 0
        while not self._stopped.wait(LOAD_EVERY):
            n += 1
            told = {"object": {"id": str(900_000 + n), "uuid": f"u{n}"}}
            body = json.dumps({"event": "meeting.started", "event_ts": n, "payload": told})
            status = self.deliver(body)
            self.statuses.append(status)
            (self.taken if status == 204 else self.refused).append(body)


@pytest.fixture(scope="module")
def cluster():
    with own_cluster() as found:
        yield found


def hashes_and_unread(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT body_hash, projected_at IS NULL FROM inbox")).all()
    engine.dispose()
    return [row[0] for row in rows], any(row[1] for row in rows)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_all_processes_go_on_after_the_database_was_away(mode, cluster, tmp_path):
    url = cluster.new_database()
    with deployed(tmp_path, url) as deployment:
        provider = Person(deployment.addresses.app)
        context = an_appointment(deployment.ask(f"{deployment.addresses.ehr}/_day"))
        order = {"app": f"{deployment.addresses.app}/launch", "context": context}
        page = provider.open(deployment.ask(f"{deployment.addresses.ehr}/_launch", order)["url"])
        streaming = EventStream(provider.browser, f"{deployment.addresses.app}/events/stream")
        with streaming as stream, Load(deployment) as load:
            assert stream.wait_open(10)
            until(lambda: len(load.taken) > 20, what="a load")

            cluster.stop(mode)
            began = time.monotonic()
            until(lambda: 503 in load.statuses[-3:], what="a refused delivery")
            red = {part: deployment.ready(part) for part in ALL}
            time.sleep(max(0.0, AWAY_SECONDS - (time.monotonic() - began)))
            while_away = load.statuses[-5:]
            cluster.start()

            until(lambda: all(deployment.ready(part) == (200, []) for part in ALL), what="readiness")
            until(lambda: load.statuses[-20:] == [204] * 20, what="deliveries that are taken")
            mark = stream.mark()
            Person("null").open(page.data_fields["patient-link"])
            stream.wait_news(mark, 10)
            heard = stream.lines(mark)

        again = [load.deliver(body) for body in load.refused]
        sent = {hashlib.sha256(body.encode()).hexdigest() for body in (*load.taken, *load.refused)}
        until(lambda: not hashes_and_unread(url)[1], what="reading")
        kept = hashes_and_unread(url)[0]
        deployment.visit.walk()
        streams = deployment.log(EVENTS).count('"route": "/events/stream"')

    assert red == {part: (503, ["database"]) for part in ALL}
    assert set(while_away) == {503}
    assert heard, "the page that was open all the time heard nothing"
    assert set(again) <= {204}
    assert sent <= set(kept)
    assert len(kept) == len(set(kept))
    # The page's, which was not closed meanwhile, and that of the visit that was walked afterwards.
    assert streams == 2


def test_a_database_that_hangs_makes_all_processes_unready_and_they_go_on_when_it_wakes(cluster, tmp_path):
    url = cluster.new_database()
    with deployed(tmp_path, url) as deployment:
        with Load(deployment) as load:
            until(lambda: len(load.taken) > 20, what="a load")
            cluster.freeze()
            red = {part: deployment.ready(part) for part in ALL}
            cluster.wake()
            until(lambda: all(deployment.ready(part) == (200, []) for part in ALL), what="readiness")
            until(lambda: load.statuses[-20:] == [204] * 20, what="deliveries that are taken")
        again = [load.deliver(body) for body in load.refused]
        sent = {hashlib.sha256(body.encode()).hexdigest() for body in (*load.taken, *load.refused)}
        until(lambda: not hashes_and_unread(url)[1], what="reading")
        deployment.visit.walk()

    assert red == {part: (503, ["database"]) for part in ALL}
    assert set(again) <= {204}
    assert sent <= set(hashes_and_unread(url)[0])
