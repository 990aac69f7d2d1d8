"""The limits of an account's plan: so many calls a second and a day, over all of its apps."""

from datetime import timedelta

import pytest

from sandbox.zoom.plans import PLANS, PlanLimits
from sandbox.zoom.refusals import Refusal
from sandbox.zoom.state import State
from tests.sandbox.zoom.conftest import AMARA, DAVID


class Real:
    """Seconds that pass when they are told to."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def real():
    return Real()


@pytest.fixture
def limits(real):
    return PlanLimits(State(), real)


def spent(limits, clock, plan, category, times):
    """How many of so many calls are let through, and the last refusal."""
    done, refused = 0, None
    for _ in range(times):
        try:
            limits.spend(plan, category, clock.now())
            done += 1
        except Refusal as no:
            refused = no
    return done, refused


@pytest.mark.parametrize(
    ("plan", "category", "most"),
    [("free", "Light", 4), ("pro", "Light", 30), ("pro", "Heavy", 10), ("business", "Medium", 60)],
)
def test_each_second_has_its_number_of_calls(limits, clock, real, plan, category, most):
    done, refused = spent(limits, clock, plan, category, most + 2)

    assert done == most
    assert refused.headers["X-RateLimit-Type"] == "QPS"
    assert refused.headers["X-RateLimit-Limit"] == str(most)
    real.now += 1
    assert spent(limits, clock, plan, category, most + 2)[0] == most


def test_one_label_takes_nothing_from_another_but_for_the_heavy_ones_of_a_day(limits, clock, real):
    for _ in range(30_000 // 10):
        assert spent(limits, clock, "pro", "Heavy", 10)[0] == 10
        real.now += 1

    _, refused = spent(limits, clock, "pro", "Resource-intensive", 1)

    assert refused.headers["X-RateLimit-Type"] == "Daily-limit"
    assert refused.headers["X-RateLimit-Limit"] == "30000"
    assert refused.headers["Retry-After"].endswith("T00:00:00Z")
    assert spent(limits, clock, "pro", "Light", 1)[0] == 1
    clock.forward(timedelta(days=1))
    assert spent(limits, clock, "pro", "Resource-intensive", 1)[0] == 1


def test_resource_intensive_calls_are_counted_by_the_minute(limits, clock, real):
    real.now = 6_000.0
    assert spent(limits, clock, "business", "Resource-intensive", 30)[0] == 20
    real.now += 59
    assert spent(limits, clock, "business", "Resource-intensive", 1)[0] == 0
    real.now += 1
    assert spent(limits, clock, "business", "Resource-intensive", 1)[0] == 1


def test_the_switch_gives_the_account_a_plan_and_takes_it_away(zoom, monkeypatch):
    zoom.world.limits = PlanLimits(zoom.world.state, lambda: 1_000.0)
    zoom.broken("plan", plan="free")

    statuses = [zoom.call("GET", "/users").status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    zoom.broken("plan", on=False)
    assert zoom.call("GET", "/users").status_code == 200


def test_an_unknown_plan_is_refused(zoom):
    answer = zoom.http.post("/_break", json={"name": "plan", "plan": "platinum"})

    assert answer.status_code == 400
    assert all(plan in answer.get_json()["error"] for plan in PLANS)


def test_a_host_may_be_given_fewer_meetings_a_day(zoom):
    zoom.broken("plan", plan="business", host_day=1)
    zoom.create()

    refused = zoom.call("POST", f"/users/{AMARA}/meetings", {"topic": "x"})

    assert refused.status_code == 429
    assert "Create/Update" in refused.get_json()["message"]
    assert zoom.create(DAVID)["host_email"] == DAVID
