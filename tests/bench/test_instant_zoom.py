"""The stand-in answers in the shape that the product reads, and counts."""

import json
from dataclasses import dataclass

from bench.instant_zoom import HOST, InstantZoom
from zoom_bridge.hosts import ZoomUser
from zoom_bridge.meetings import Meeting
from zoom_bridge.participants import LiveParticipant
from zoom_bridge.registrants import Registrant


@dataclass
class Ask:
    """A request's first line."""

    line: str

    @property
    def head(self) -> bytes:
        return f"{self.line} HTTP/1.1\r\n".encode()


def test_a_registrant_is_one_that_the_product_understands():
    status, told = InstantZoom().answer(Ask("POST /v2/meetings/8765/registrants").head)

    registrant = Registrant.from_json(json.loads(json.dumps(told)))
    assert status == 201
    assert registrant.join_url is not None
    assert registrant.join_url.reveal().startswith("http://localhost:1/w/8765?tk=")


def test_a_meeting_is_one_that_the_product_understands_and_has_the_topic_that_was_asked_for():
    zoom, order = InstantZoom(), json.dumps({"topic": "Video visit AB12", "settings": {"waiting_room": True}})

    status, told = zoom.answer(Ask("POST /v2/users/host-1/meetings").head, order.encode())

    made, there = (
        Meeting.from_json(told),
        Meeting.from_json(zoom.answer(Ask("GET /v2/meetings/8765").head)[1]),
    )
    assert (status, made.topic, made.is_live) == (201, "Video visit AB12", False)
    assert there.id == "8765"
    assert there.start_url is not None


def test_its_only_host_may_host():
    _, told = InstantZoom().answer(Ask("GET /v2/users/amara.osei@clinic.example").head)

    host = ZoomUser.from_json(told)
    assert host.licensed
    assert host.active


def test_each_registrant_is_another():
    zoom, ask = InstantZoom(), Ask("POST /v2/meetings/8765/registrants")

    first, second = (zoom.answer(ask.head)[1] for _ in range(2))

    assert first["registrant_id"] != second["registrant_id"]


def test_every_call_is_counted_known_or_not():
    zoom = InstantZoom()
    for line in ("POST /oauth/token", "POST /v2/meetings/1/registrants", "GET /v2/users"):
        zoom.answer(Ask(line).head)

    _, counted = zoom.answer(Ask("GET /counts").head)

    assert counted == {"token": 1, "registrant": 1, "unknown": 1}


def test_who_is_in_a_call_is_told_to_who_looks():
    zoom, row = InstantZoom(), {"email": "guest@visits.invalid", "status": "in_waiting_room"}
    look = Ask("GET /v2/metrics/meetings/8765/participants?type=live").head
    call = json.dumps({"room": "8765", "participants": [{"email": HOST}, row]})
    before, _ = zoom.answer(look)

    zoom.answer(Ask("POST /call").head, call.encode())

    host, guest = map(LiveParticipant.from_json, zoom.answer(look)[1]["participants"])
    assert before == 404
    assert (host.email, host.in_waiting_room) == (HOST, False)
    assert (guest.email, guest.in_waiting_room) == ("guest@visits.invalid", True)
    assert Meeting.from_json(zoom.answer(Ask("GET /v2/meetings/8765").head)[1]).is_live
