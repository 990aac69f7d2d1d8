"""What was delivered, a visit's story, and a call of which more is known than who is in it."""

import json
from collections.abc import Callable
from datetime import timedelta

from app.models import CallNoteRow, InboxRow, VisitMoment
from tests.clinic_day import HOST_IN_CALL, IN_CALL, ClinicDay

OF_A_PERSON = {"user_name": "Rosa Diaz", "email": "rosa@mail.example", "participant_uuid": "c-1"}
TOLD = (
    ("meeting.started", "applied", 4),
    ("meeting.participant_joined_waiting_room", "applied", 250),
    ("meeting.participant_joined", "repeated", 1),
    ("meeting.chat_message_sent", "no_facts", 1),
    ("meeting.participant_admitted", "failed", 2),
)


def _call(day: ClinicDay) -> str:
    """A visit whose call was told of, partly late. Answers the visit's id."""
    now = day.rooms.clock.now()
    visit_id = day.visit(start=-6, state="in_progress", patient=IN_CALL, host=HOST_IN_CALL)
    day.meeting(visit_id, room_id="84000000001")
    day.fact(visit_id, "started", -5, None, "")
    day.fact(visit_id, "joined", -5, "host", "h-1")
    day.fact(visit_id, "joined", -4, "patient", "c-1")
    meeting = {"id": "84000000001", "uuid": "run-1", "topic": "Video visit", "participant": OF_A_PERSON}
    with day.rooms.db.write() as tx:
        for number, (event, effect, late) in enumerate(TOLD):
            came = now - timedelta(minutes=5 - number)
            told_ms = int((came - timedelta(seconds=late)).timestamp() * 1000)
            body = {"event": event, "event_ts": told_ms, "payload": {"object": meeting}}
            tx.add(
                InboxRow(
                    body_hash=f"{number}",
                    vendor="zoom",
                    body=json.dumps(body),
                    received_at=came,
                    received_ms=told_ms,
                    projected_at=came,
                    effect=effect,
                    event=event,
                    told_ms=told_ms,
                    told_room="84000000001",
                    request_id="6009d653_d487_445d_8406_42b654974899",
                    attempts=20 if effect == "failed" else 0,
                )
            )
        for minutes, presence, source in (
            (-12, "here", "page"),
            (-8, "waiting", "zoom"),
            (-4, "in_call", "zoom"),
        ):
            at = now + timedelta(minutes=minutes)
            moment = {"participant_id": f"{visit_id}-patient", "kind": "presence", "presence": presence}
            tx.add(VisitMoment(visit_id=visit_id, at=at, known_at=at, source=source, **moment))
        for kind, detail in (
            ("recording", "started"),
            ("trouble", "audio reconnect"),
            ("tested", "camera:works speaker:untested microphone:fails"),
            ("role", "co-host"),
        ):
            tx.add(
                CallNoteRow(
                    key=kind,
                    meeting_id=f"meeting-{visit_id}",
                    kind=kind,
                    at=now - timedelta(minutes=2),
                    told_ms=0,
                    instance="run-1",
                    person=f"{visit_id}-patient",
                    detail=detail,
                )
            )
    return visit_id


def deliveries(browser: str, tail: str = "") -> Callable[[ClinicDay], str]:
    """The journal, or one delivery, before an engineer."""

    def arrange(day: ClinicDay) -> str:
        _call(day)
        return f"/clinic/s/{day.sign_in(browser, kind='local', role='engineer')}/deliveries{tail}"

    return arrange


def of_visit(browser: str, tail: str = "") -> Callable[[ClinicDay], str]:
    """The visit's page, or what hangs on it, before its provider."""

    def arrange(day: ClinicDay) -> str:
        visit_id = _call(day)
        return f"/clinic/s/{day.sign_in(browser)}/visits/{visit_id}{tail}"

    return arrange


def recorded(day: ClinicDay) -> str:
    """The patient's page of a visit that is recorded."""
    return f"/v/{day.token_of(_call(day))}"
