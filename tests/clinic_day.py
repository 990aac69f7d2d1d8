"""A clinic's day in the database, for tests of pages: visits in any state, and somebody signed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.crypto import digest, new_token
from app.models import Meeting, OutboxRow, Participant, Visit, VisitAct, VisitMeeting, VisitNote
from app.models.inbox import CallFactRow
from app.ports import Rooms
from app.signin.roles import Grant, StaffRole
from app.store.sessions import NewSession, add_session, grant_visits
from app.store.staff import Identity, meet_staff

DR_OSEI = ("dr-osei", "Dr. Amara Osei", "amara.osei@clinic.example")
DR_LEE = ("dr-lee", "Dr. David Lee", "david.lee@clinic.example")
NAMES = (
    *("Rosa Diaz", "Walter Brandt", "Mei-Ling Chen", "Aisha Rahman", "Tomasz Nowak", "Grace Okafor"),
    *("Henry Walker", "Lucía Fernández", "Noah Goldberg", "Ingrid Sørensen", "Minh Tran"),
    "Eleanor Whitfield-Montgomery",
)


@dataclass
class ClinicDay:
    """Makes rows as of `rooms.clock`; minutes are from now."""

    rooms: Rooms
    site: str = "sandbox"
    made: list[str] = field(default_factory=list)

    def visit(
        self,
        name: str = "Rosa Diaz",
        *,
        start: float = 10,
        state: str = "planned",
        patient: Mapping[str, Any] | None = None,
        host: Mapping[str, Any] | None = None,
        doctor: tuple[str, str, str] = DR_OSEI,
        **changes: Any,
    ) -> str:
        """A visit's id. `patient` and `host` hold columns of their participants; instants in minutes."""
        now, number = self.rooms.clock.now(), len(self.made)
        visit_id = f"visit-{number:03d}-{new_token()[:6]}"
        plain: dict[str, Any] = {
            "id": visit_id,
            "site": self.site,
            "appointment_id": f"appt-{number}",
            "patient_id": f"p-{name}",
            "practitioner_id": doctor[0],
            "practitioner_name": doctor[1],
            "department": "harbor",
            "department_name": "Harbor Clinic, Internal Medicine",
            "service": "Follow-up by video",
            "code": "K7Q2" if number == 0 else f"{'BCDFGHJK'[number % 8]}{number % 10 or 7}XM",
            "state": state,
            "start": now + timedelta(minutes=start),
            "minutes": 30,
            "time_zone": "America/New_York",
            "patient_name": name,
            "patient_birth_date": f"{1938 + number * 7 % 60}-{number % 12 + 1:02d}-{number * 3 % 27 + 1:02d}",
            "patient_mrn": f"MRN-{4170 + number * 37:06d}",
            "chart_status": "booked",
            "chart_read_at": now - timedelta(minutes=4),
            "host_key": doctor[2],
            "created_at": now - timedelta(hours=2),
            "revision": 1,
        }
        with self.rooms.db.write() as tx:
            tx.add(Visit(**(plain | changes)))
            tx.flush()
            tx.add(self._person(visit_id, "patient", name, 0, dict(patient or {}), now))
            tx.add(self._person(visit_id, "host", doctor[1], 1, dict(host or {}), now))
        self.made.append(visit_id)
        return visit_id

    def token_of(self, visit_id: str) -> str:
        """The patient's link's token."""
        return f"token-of-{visit_id}"

    def meeting(self, visit_id: str, **changes: Any) -> str:
        """A meeting that serves the visit."""
        now = self.rooms.clock.now()
        plain: dict[str, Any] = {
            "id": f"meeting-{visit_id}", "vendor": "zoom", "reference": f"K7Q2{new_token()[:4].upper()}",
            "state": "live", "host_key": DR_OSEI[2], "host_id": "z-osei", "host_email": DR_OSEI[2],
            "room_id": new_token(), "created_at": now, "ready_at": now,
        }  # fmt: skip
        with self.rooms.db.write() as tx:
            tx.add(Meeting(**(plain | changes)))
            tx.flush()
            tx.add(VisitMeeting(visit_id=visit_id, meeting_id=plain["id"], active=True))
        return str(plain["id"])

    def fact(self, visit_id: str, kind: str, minutes: float, person: str | None, connection: str) -> None:
        """The call told this, so many minutes from now; `person` is `patient`, `host` or None."""
        at = self.rooms.clock.now() + timedelta(minutes=minutes)
        named = f"{visit_id}-patient" if person == "patient" else person
        with self.rooms.db.write() as tx:
            tx.add(
                CallFactRow(
                    key=new_token(),
                    meeting_id=f"meeting-{visit_id}",
                    kind=kind,
                    at=at,
                    told_ms=0,
                    instance="run-1",
                    connection=connection,
                    person=named,
                )
            )

    def message(self, visit_id: str, channel: str, state: str, error_code: str | None = None) -> None:
        """The link was, or is being, sent."""
        now = self.rooms.clock.now() - timedelta(minutes=40)
        with self.rooms.db.write() as tx:
            tx.add(
                OutboxRow(
                    id=new_token(),
                    key=new_token(),
                    visit_id=visit_id,
                    kind="send_link",
                    subject=f"{visit_id}-patient",
                    channel=channel,
                    identity="system",
                    state=state,
                    attempts=1,
                    created_at=now,
                    due_at=now,
                    sent_at=now,
                    settled_at=now,
                    error_code=error_code,
                )
            )

    def write(self, visit_id: str, kind: str, state: str, subject: str = "note", **changes: Any) -> None:
        """Something for the chart stands in this state. `…_at` are minutes from now."""
        now, row_id = self.rooms.clock.now(), new_token()
        minutes = {"created_at": -6, "due_at": -6, "sent_at": -5} | {
            key: changes.pop(key) for key in list(changes) if key.endswith("_at")
        }
        plain: dict[str, Any] = {
            "id": row_id,
            "key": row_id,
            "visit_id": visit_id,
            "kind": kind,
            "subject": subject,
            "identity": "user",
            "staff_id": None,
            "state": state,
            "attempts": 1,
            "refused": "",
            "looks": 0,
        }
        instants = {key: now + timedelta(minutes=value) for key, value in minutes.items()}
        with self.rooms.db.write() as tx:
            tx.add(OutboxRow(**(plain | changes | instants)))
            if kind == "chart_note":
                tx.add(self._note(row_id, visit_id, now))

    def _note(self, row_id: str, visit_id: str, now: datetime) -> VisitNote:
        return VisitNote(
            id=row_id,
            visit_id=visit_id,
            author=f"Practitioner/{DR_OSEI[0]}",
            text="Telehealth visit by video.\nBlood pressure at home is fine.",
            is_draft=True,
            start=now,
            end=now,
            written_at=now,
        )

    def act(self, visit_id: str, act: str, before: str, after: str, reason: str | None = None) -> None:
        """Somebody moved the visit."""
        with self.rooms.db.write() as tx:
            at = self.rooms.clock.now()
            tx.add(
                VisitAct(visit_id=visit_id, act=act, from_state=before, to_state=after, reason=reason, at=at)
            )

    def sign_in(self, browser: str, *, kind: str = "launch", role: str = "provider", **about: Any) -> str:
        """A session's id, bound to the browser's token; it may open every visit made so far."""
        session_id, wall = new_token(), self.rooms.wall.now()
        grants = [Grant(StaffRole(role), self.site)]
        confirmed = about.pop("host_confirmed_at", None)
        person = Identity(f"https://idp.example/{kind}", role, self.site, f"Practitioner/{DR_OSEI[0]}")
        with self.rooms.db.write() as tx:
            staff_id = meet_staff(tx, person, DR_OSEI[1], grants, new_token(), wall)
            tx.flush()
            site = self.site if kind == "launch" else None
            new = NewSession(session_id, kind, digest(browser), staff_id, site, **about)  # type: ignore[arg-type]  # by value
            add_session(tx, new, wall)
            tx.flush()
            grant_visits(tx, session_id, self.made)
            if confirmed:
                from app.store.sessions import confirm_host

                confirm_host(tx, session_id, confirmed)
        return session_id

    def _person(
        self, visit_id: str, role: str, name: str, position: int, said: dict[str, Any], now: datetime
    ) -> Participant:
        token = self.token_of(visit_id) if role == "patient" else None
        minutes = {
            key: said.pop(key)
            for key in list(said)
            if isinstance(said[key], int | float) and key.endswith(("_at", "_since"))
        }
        plain: dict[str, Any] = {
            "id": f"{visit_id}-{role}",
            "visit_id": visit_id,
            "position": position,
            "role": role,
            "name": name,
            "email": "rosa.diaz@mail.example" if role == "patient" else None,
            "phone": "+1 212-555-0123" if role == "patient" else None,
            "language": "en",
            "token": token,
            "token_hash": digest(token) if token else None,
        }
        instants = {key: now + timedelta(minutes=value) for key, value in minutes.items()}
        return Participant(**(plain | said | instants))


HERE = {
    "presence": "here",
    "presence_since": -4,
    "page_here_since": -4,
    "page_opened_at": -4,
    "page_seen_at": 0,
    "page_scripted": True,
}
WAITING = {
    **HERE,
    "presence": "waiting",
    "presence_since": -2,
    "presence_source": "zoom",
    "join_clicked_at": -3,
}
IN_CALL = {
    **HERE,
    "presence": "in_call",
    "presence_since": -6,
    "presence_source": "zoom",
    "was_in_call": True,
    "page_here_since": -14,
}
LEFT = {**IN_CALL, "presence": "left", "presence_since": -1}
AWAY = {**HERE, "presence": "stale", "presence_since": -3, "page_seen_at": -5}
HOST_IN_CALL = {"presence": "in_call", "presence_since": -8, "presence_source": "zoom", "was_in_call": True}
HOST_LEFT = {**HOST_IN_CALL, "presence": "left", "presence_since": -1}


def forty_rows(day: ClinicDay) -> None:
    """A full day: some wait, some are in, many come, some are done, two are left over of yesterday."""
    day.visit(
        NAMES[1], start=-12, patient=WAITING | {"page_here_since": -14}, state="open", host=HOST_IN_CALL
    )
    day.visit(NAMES[2], start=-5, patient=HERE)
    day.visit(NAMES[3], start=0, patient=IN_CALL, state="in_progress", host=HOST_IN_CALL)
    for number in range(28):
        day.visit(
            NAMES[(number + 4) % 12], start=10 + 15 * number, service=("Follow-up", "New patient")[number % 2]
        )
    for number, state in enumerate(
        ("finished", "finished", "no_show", "cancelled", "finished", "finished", "finished")
    ):
        day.visit(NAMES[number], start=-30 - 12 * number, state=state, closed_at=day.rooms.clock.now())
    for number in range(2):
        day.visit(
            NAMES[number + 6], start=-24 * 60 + 40 * number, state=("open", "planned")[number], patient=LEFT
        )
