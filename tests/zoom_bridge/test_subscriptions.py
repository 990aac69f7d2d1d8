"""Event subscriptions: what is lacking, what would mend it, and the calls that do."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from zoom_bridge.catalogue import USED
from zoom_bridge.errors import ZoomAnswerMalformed
from zoom_bridge.subscriptions import NAME, EventSubscription, examined, order_json, scope_of

HERE, THERE = "https://visits.example/webhooks/zoom", "https://old.example/webhooks/zoom"
API = "https://api.zoom.us/v2/marketplace/app/event_subscription"
ALL = frozenset(USED)


def one(name="by hand", address=HERE, events=ALL, key="s-1"):
    return EventSubscription(key, name, address, frozenset(events))


def test_with_all_that_is_wanted_nothing_is_to_be_done():
    report = examined([one(events=[*ALL, "chat_message.sent"])], HERE + "/")

    assert report.is_good
    assert (report.missing, report.order, report.stale) == ((), (), ())


def test_without_any_everything_is_ordered_with_its_scopes():
    report = examined([], HERE)

    assert report.missing == report.order == tuple(sorted(ALL))
    assert {"meeting:read:participant:admin", "user:read:user:admin"} <= set(report.scopes)


def test_what_the_apps_pages_deliver_is_not_ordered_again():
    report = examined([one(events=ALL - {"meeting.alert"})], HERE)

    assert report.missing == report.order == ("meeting.alert",)
    assert report.scopes == ("meeting:read:alert:admin",)
    assert report.stale == ()


def test_an_incomplete_one_of_ours_is_made_anew_whole():
    report = examined([one(NAME, events=ALL - {"meeting.alert"})], HERE)

    assert report.missing == ("meeting.alert",)
    assert (report.order, report.stale) == (tuple(sorted(ALL)), ("s-1",))


def test_one_of_ours_at_an_old_address_goes_and_others_stay():
    found = [one(NAME, THERE, key="old"), one(address=THERE, key="theirs"), one(NAME, key="new")]

    report = examined(found, HERE)

    assert (report.missing, report.stale, report.elsewhere) == ((), ("old",), (THERE,))
    assert not report.is_good


def test_every_wanted_event_has_a_scope():
    assert all(map(scope_of, USED))


def test_scopes_are_those_that_zoom_documents(shared):
    said = {}
    for name in ("meetings", "users"):
        path = shared / "reference" / "zoom-spec" / f"webhooks-{name}.json"
        for event, hook in json.loads(path.read_text("utf-8"))["webhooks"].items():
            said[event] = hook["post"]["requestBody"]["description"]

    assert [event for event in USED if f"`{scope_of(event)}`" not in said[event]] == []


def test_the_order_has_the_fields_of_the_documented_example():
    # https://developers.zoom.us/docs/api/webhooks/#configure-webhooks-via-zoom-api
    documented = {
        "events",
        "event_subscription_name",
        "event_webhook_url",
        "subscription_scope",
        "account_id",
    }

    assert set(order_json("account", HERE, ["meeting.started"])) == documented


def row(key, name, events):
    return {
        "event_subscription_id": key,
        "event_subscription_name": name,
        "event_webhook_url": HERE,
        "events": events,
        "subscription_scope": "account",
        "created_source": "api",
    }


def test_subscriptions_are_listed_page_by_page(zoom, http):
    pages = [
        {"event_subscriptions": [row("s-1", NAME, ["meeting.started"])], "next_page_token": "more"},
        {"event_subscriptions": [row("s-2", "by hand", [])], "next_page_token": ""},
    ]
    for page in pages:
        http.get(API, json=page)

    found = list(zoom.list_subscriptions("account-1"))

    assert [(sub.id, sub.is_ours, sub.events) for sub in found] == [
        ("s-1", True, frozenset({"meeting.started"})),
        ("s-2", False, frozenset()),
    ]
    asked = parse_qs(urlsplit(http.calls[0].request.url).query)
    assert (asked["subscription_scope"], asked["account_id"]) == (["account"], ["account-1"])


def test_one_is_made_and_its_id_is_told(zoom, http):
    http.post(API, json={"event_subscription_id": "s-9"}, status=201)

    assert zoom.create_subscription("account-1", HERE, ["meeting.started"]) == "s-9"

    assert json.loads(http.calls[-1].request.body) == order_json("account-1", HERE, ["meeting.started"])


def test_an_answer_without_an_id_is_malformed(zoom, http):
    http.post(API, json={}, status=201)

    with pytest.raises(ZoomAnswerMalformed):
        zoom.create_subscription("account-1", HERE, [])


def test_one_is_taken_away(zoom, http):
    http.delete(f"{API}/s%2F1", status=204)

    zoom.delete_subscription("s/1")

    assert len(http.calls) == 1
