"""Whoever subscribed is told of changed appointments, as the guide says; anything else is refused."""

import pytest

from sandbox.ehr.notifier import BACKPORT
from tests.patience import until
from tests.sandbox.ehr.told import as_back_end, listening, status, subscribed, wanted


@pytest.fixture
def ear():
    with listening() as found:
        yield found


def filtered(criteria):
    return {"extension": [{"url": f"{BACKPORT}/backport-filter-criteria", "valueString": criteria}]}


def move(app):
    """The front desk moves the next visit; its id."""
    appointment = app.appointment()["id"]
    assert app.http.post(f"/_appointments/{appointment}", json={"move_minutes": 10}).status_code == 200
    return appointment


def test_a_handshake_comes_first_and_then_each_change_with_its_number(app, ear):
    made = subscribed(app, ear)
    moved = [move(app), move(app)]

    until(lambda: len(ear.heard) == 3, what="both changes")
    assert status(app, made) == "active"
    assert ear.heard == [
        ("handshake", 0, []),
        ("event-notification", 1, moved[:1]),
        ("event-notification", 2, moved[1:]),
    ]
    assert set(ear.headers) == {"Bearer a-secret"}


def test_nobody_is_told_whose_address_refused_the_handshake(app, ear):
    ear.answer = 500
    made = subscribed(app, ear)
    move(app)

    assert status(app, made) == "error"
    assert ear.kinds() == ["handshake"]


def test_a_heartbeat_comes_by_the_ehr_s_clock(app, ear):
    subscribed(app, ear)

    app.http.post("/clock", json={"forward_minutes": 2})

    until(lambda: "heartbeat" in ear.kinds(), what="a heartbeat")


def test_it_is_over_at_its_end(app, ear, world):
    made = subscribed(app, ear, end=world.clock.now().isoformat())

    until(lambda: status(app, made) == "off", what="the end")


def test_only_what_the_filter_wants_is_told(app, ear):
    told = {
        "url": f"{BACKPORT}/backport-filter-criteria",
        "valueString": "Appointment?location=Location/none",
    }
    subscribed(app, ear, _criteria={"extension": [told]})
    with listening() as other:
        subscribed(app, other)
        move(app)
        until(lambda: len(other.heard) == 2, what="the change")

    assert ear.kinds() == ["handshake"]


def test_what_was_deleted_tells_nothing(app, ear):
    made = subscribed(app, ear)

    assert as_back_end(app, "DELETE", f"Subscription/{made}").status_code == 204

    move(app)
    assert as_back_end(app, "GET", f"Subscription/{made}").status_code == 404
    assert ear.kinds() == ["handshake"]


def test_it_is_found_by_its_address(app, ear):
    made = subscribed(app, ear)

    found = as_back_end(app, "GET", f"Subscription?url={ear.url}").json

    assert [one["resource"]["id"] for one in found["entry"]] == [made]


@pytest.mark.parametrize(
    "changes",
    [
        {"criteria": "Appointment?status=booked"},
        {"status": "active"},
        {"meta": {}},
        {
            "_criteria": {
                "extension": [{"url": f"{BACKPORT}/backport-filter-criteria", "valueString": "Patient?_id=1"}]
            }
        },
        {"channel": {**wanted("http://127.0.0.1:1/x")["channel"], "type": "email"}},
        {"channel": {**wanted("http://127.0.0.1:1/x")["channel"], "_payload": {}}},
        {"channel": {**wanted("http://127.0.0.1:1/x")["channel"], "endpoint": "ftp://x"}},
    ],
)
def test_a_subscription_that_is_not_as_the_guide_says_is_refused(app, changes):
    answer = as_back_end(app, "POST", "Subscription", wanted("http://127.0.0.1:1/x", **changes))

    assert answer.status_code in (400, 422)


def test_who_may_not_subscribe_may_not(app):
    answer = app.http.post(
        "/fhir/Subscription",
        json=wanted("http://127.0.0.1:1/x"),
        headers=app.bearer(),
        content_type="application/fhir+json",
    )

    assert answer.status_code == 403
