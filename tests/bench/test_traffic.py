"""What the bench sends is what Zoom and patients would send, and what it hears is counted right."""

from datetime import UTC, datetime, timedelta

import pytest

from app.crypto import KEYRING
from bench.clinic import OpenVisit
from bench.deliveries import MOVES, WHOLE_CALL, mixed, signed_request
from bench.deployment import WEBHOOK_SECRET
from bench.http_lines import ConnectionBroke, Framing, request_bytes
from bench.open_page import OpenPage
from bench.rows.join import join_request
from bench.rows.stream import days_of, delays
from zoom_bridge.events import facts_of, parse_event
from zoom_bridge.secret import Secret
from zoom_bridge.signature import verify


def visit(name: str) -> OpenVisit:
    return OpenVisit(name, f"patient-of-{name}", f"token-of-{name}", f"meeting-of-{name}", "8765", "guest-1")


def test_a_delivery_proves_itself():
    _, body = next(mixed([visit("a")], WHOLE_CALL, 1, timedelta(seconds=20)))

    head, _, sent = signed_request("http://127.0.0.1:1", body).partition(b"\r\n\r\n")

    headers = dict(line.split(": ", 1) for line in head.decode().splitlines()[1:])
    timestamp, signature = headers["x-zm-request-timestamp"], headers["x-zm-signature"]
    verify(Secret(WEBHOOK_SECRET), timestamp, signature, sent, datetime.now(UTC))


@pytest.mark.parametrize("steps", [WHOLE_CALL, MOVES])
def test_each_event_of_a_call_tells_one_fact_later_than_the_one_before(steps):
    bodies = [body for _, body in mixed([visit("a")], steps, 1, timedelta(seconds=20))]

    facts = [facts_of(parse_event(body)) for body in bodies]

    assert [len(told) for told in facts] == [1] * len(steps)
    times = [told[0].at for told in facts]
    assert times == sorted(set(times))


def test_calls_are_mixed_and_each_keeps_its_order():
    order = [one.id for one, _ in mixed([visit("a"), visit("b"), visit("c")], MOVES, 2, timedelta(seconds=2))]

    assert order == ["a", "b"] * 4 + ["c"] * 4


def test_a_click_on_join_carries_the_token_of_its_page():
    KEYRING.load(["a key for tests that is long enough to be one"])

    request = join_request("http://127.0.0.1:1", visit("a"))

    assert request.startswith(b"POST /v/token-of-a/join HTTP/1.1\r\nHost: 127.0.0.1:1\r\n")
    assert b"\r\n\r\ncsrf=" in request


def test_a_line_belongs_to_the_oldest_event_of_its_visit_that_is_still_waiting():
    page = OpenPage(
        "cookie", frozenset("ab"), [("a", "presence", 10.1), ("a", "state", 10.2), ("a", "presence", 12.3)]
    )

    took = delays([("a", 10.0), ("b", 10.0), ("a", 12.0)], page)

    assert took == pytest.approx([100, 300])


def test_each_page_shows_a_day_of_its_own_spread_over_all_calls():
    visits = [visit(str(number)) for number in range(400)]

    days = days_of(visits, 3)

    assert [len(day) for day in days] == [40, 40, 40]
    assert len({one.id for day in days for one in day}) == 120
    assert [one.id for one in days[0][:3]] == ["0", "10", "20"]


def test_few_calls_are_all_on_the_page():
    visits = [visit(str(number)) for number in range(3)]

    assert days_of(visits, 1) == [visits]


def test_answers_are_cut_out_of_what_arrives_in_pieces():
    framing = Framing()
    framing.feed(b"HTTP/1.1 200 OK\r\nContent-Le")
    assert framing.next(is_answer=True) is None
    framing.feed(b"ngth: 5\r\n\r\nhel")
    assert framing.next(is_answer=True) is None
    framing.feed(b"loHTTP/1.1 204 No Content\r\n\r\n")

    first, second = framing.next(is_answer=True), framing.next(is_answer=True)

    assert first is not None and first[1] == b"hello"
    assert second is not None and second[1] == b""


def test_an_answer_without_a_length_is_refused():
    framing = Framing()
    framing.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")

    with pytest.raises(ConnectionBroke):
        framing.next(is_answer=True)


def test_a_request_says_its_length():
    assert b"Content-Length: 2\r\n\r\nhi" in request_bytes("POST", "http://127.0.0.1:1/x", {}, b"hi")
    assert b"Content-Length" not in request_bytes("GET", "http://127.0.0.1:1/x", {})
