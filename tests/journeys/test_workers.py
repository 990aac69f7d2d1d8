"""Several workers at once: each message goes once, and what a dead one held is delivered by another."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select

from app.clock import SystemClock
from app.jobs.deliverer import AT_ONCE as ONE_WORKER_AT_ONCE
from app.models import OutboxRow, Participant
from app.store.database import Database
from app.store.outbox import Promise, promise
from sandbox.run.demo_keys import demo_keys
from sandbox.walk.people import Person
from tests.deployment import deployed, until
from tests.journeys.troubles import an_appointment
from tests.keyring import keys_of
from tests.patience import PATIENCE
from tests.ports import free_port

pytestmark = pytest.mark.postgres


class Gateway:
    """An SMS gateway, which answers nothing while it is held."""

    def __init__(self):
        self.free = threading.Event()
        self.free.set()
        self.references, self.most_at_once = [], 0
        self._at_once, self._guard = 0, threading.Lock()

    def take(self, message):
        with self._guard:
            self.references.append(message["reference"])
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        self.free.wait(PATIENCE)
        with self._guard:
            self._at_once -= 1


@contextmanager
def gateway_on(port: int) -> Iterator[Gateway]:
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            gateway.take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = b'{"id": "taken"}'
            try:
                self.send_response(202)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *told):
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield gateway
    finally:
        gateway.free.set()
        server.shutdown()
        server.server_close()


class Ward:
    """A deployment without workers, a patient to write to, and workers that nobody starts again."""

    def __init__(self, deployment, gateway, database, root):
        self.gateway, self.database = gateway, database
        self._deployment, self._root = deployment, root
        self.visit_id, self.person_id = self._somebody()
        self.started = []

    def _somebody(self):
        at = self._deployment.addresses
        context = an_appointment(self._deployment.ask(f"{at.ehr}/_day"))
        order = {"app": f"{at.app}/launch", "context": context}
        Person(at.app).open(self._deployment.ask(f"{at.ehr}/_launch", order)["url"])
        with self.database.write() as tx:
            patient = tx.scalars(select(Participant).where(Participant.role == "patient")).one()
            patient.phone = "+1 212-555-0104"
            tx.execute(OutboxRow.__table__.delete())
            return patient.visit_id, patient.id

    def owe(self, count):
        """So many messages to the patient; their ids."""
        with self.database.write() as tx:
            ids = [f"message-{os.urandom(6).hex()}" for _ in range(count)]
            for one in ids:
                owed = Promise(one, one, self.visit_id, "send_link", self.person_id, "sms")
                promise(tx, owed, SystemClock().now())
        return ids

    def worker(self):
        """Another one."""
        command = [sys.executable, "-m", "app", "worker", "--port", str(free_port())]
        out = subprocess.PIPE
        process = subprocess.Popen(
            command, cwd=self._root, env=self._deployment.environment, stdout=out, text=True
        )
        self.started.append(process)
        assert '"working"' in next(line for line in process.stdout if "working" in line)
        return process

    def states(self, ids):
        with self.database.read() as tx:
            return set(tx.scalars(select(OutboxRow.state).where(OutboxRow.id.in_(ids))))

    def forward(self, minutes):
        self._deployment.ask(f"{self._deployment.addresses.ehr}/clock", {"forward_minutes": minutes})

    def end(self):
        self.gateway.free.set()
        for process in self.started:
            process.kill()
            process.wait()
            process.stdout.close()


@pytest.fixture(scope="module")
def place(new_postgres, tmp_path_factory, root):
    folder, url, port = tmp_path_factory.mktemp("ward"), new_postgres(), free_port()
    words = {"VISITBRIDGE_SMS_URL": f"http://127.0.0.1:{port}/sms"}
    with gateway_on(port) as gateway, deployed(folder, url, words=words, workers=()) as deployment:
        database = Database(url)
        with keys_of(demo_keys(folder).secret_keys.split(",")):
            yield deployment, gateway, database, root
        database.dispose()


@pytest.fixture(scope="module")
def one_ward(place):
    return Ward(*place)


@pytest.fixture
def ward(one_ward):
    one_ward.gateway.references.clear()
    one_ward.gateway.most_at_once = 0
    one_ward.gateway.free.set()
    yield one_ward
    one_ward.end()
    one_ward.started.clear()


def test_two_workers_deliver_everything_once(ward):
    ward.gateway.free.clear()
    ward.worker(), ward.worker()

    owed = ward.owe(24)

    until(lambda: ward.gateway.most_at_once > ONE_WORKER_AT_ONCE, what="both at work")
    ward.gateway.free.set()
    until(lambda: ward.states(owed) == {"written"}, what="all messages")
    assert Counter(ward.gateway.references) == Counter(owed)


def test_what_a_killed_worker_held_is_delivered_after_its_lease(ward):
    ward.gateway.free.clear()
    doomed = ward.worker()
    owed = ward.owe(1)
    until(lambda: ward.gateway.references == owed, what="the first try")
    doomed.send_signal(signal.SIGKILL)
    doomed.wait()
    ward.gateway.free.set()

    heir = ward.worker()
    time.sleep(2)
    held_back = (ward.states(owed), list(ward.gateway.references))
    ward.forward(3)

    until(lambda: ward.states(owed) == {"written"}, what="the second try")
    assert held_back == ({"sending"}, owed)
    assert ward.gateway.references == owed * 2
    assert heir.poll() is None


def test_a_worker_that_is_told_to_stop_ends_what_is_at_hand(ward):
    ward.gateway.free.clear()
    worker = ward.worker()
    owed = ward.owe(1)
    until(lambda: ward.gateway.references == owed, what="the try")

    worker.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    ward.gateway.free.set()

    assert worker.wait(timeout=PATIENCE) == 0
    assert ward.states(owed) == {"written"}
    assert '"stopped"' in worker.stdout.read()
