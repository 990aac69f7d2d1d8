"""The second home walks: two web processes, two workers and one of event streams over one PostgreSQL."""

import pytest

from tests.deployment import EVENTS, WEB, WORKERS, deployed

pytestmark = pytest.mark.postgres


def test_a_visit_walks_over_many_processes(new_postgres, tmp_path):
    with deployed(tmp_path, new_postgres()) as deployment:
        deployment.visit.walk()

        logs = {name: deployment.log(name) for name in (*WEB, *WORKERS, EVENTS)}

    assert all('"route": "/clinic/s/<sid>/visits/<visit_id>"' in logs[name] for name in WEB)
    assert '"route": "/events/stream"' in logs[EVENTS]
    assert not any('"level": "error"' in log for log in logs.values()), logs
