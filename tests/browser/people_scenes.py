"""Pages with people whom staff invited, who wait for long, were put back or handed on."""

from datetime import timedelta

from app.crypto import digest, new_token
from app.models import Participant, Visit
from app.store.directory import note_practitioners
from fhir.practitioners import ChartPractitioner
from tests.browser.scenes import BROWSER, Scene
from tests.clinic_day import DR_LEE, DR_OSEI, HOST_IN_CALL, WAITING, ClinicDay

PUT_BACK = {**WAITING, "was_in_call": True, "put_back_at": -3}


def _guest(day: ClinicDay, visit: str, role: str, name: str, **about: object) -> str:
    """Somebody whom staff invited; their link's token."""
    now, token = day.rooms.clock.now(), new_token()
    plain = {
        "id": new_token(),
        "visit_id": visit,
        "position": len(name) + 2,
        "role": role,
        "name": name,
        "language": "en",
        "token": token,
        "token_hash": digest(token),
        "invited_at": now - timedelta(minutes=30),
        "invitation": token,
    }
    with day.rooms.db.write() as tx:
        tx.add(Participant(**(plain | about)))
    return token


def _said(day: ClinicDay, visit: str, **columns: object) -> None:
    with day.rooms.db.write() as tx:
        found = tx.get_one(Visit, visit)
        for name, value in columns.items():
            setattr(found, name, value)


def _full(day: ClinicDay) -> str:
    """Somebody of each role: one in order, one whose link was taken back, a patient who was put back."""
    now = day.rooms.clock.now()
    visit = day.visit(state="in_progress", start=-9, patient=PUT_BACK, host=HOST_IN_CALL, met_at=now)
    day.meeting(visit)
    _guest(day, visit, "interpreter", "Lin Wei", email="lin.wei@agency.example", phone="+12125550147")
    _guest(day, visit, "family", "Maximiliana Featherstonehaugh-Okonkwo", revoked_at=now)
    _guest(day, visit, "colleague", "Dr. Jonas Brandt")
    handed = {"handed_from_id": DR_LEE[0], "handed_from_name": DR_LEE[1], "handed_at": now}
    _said(day, visit, late_minutes=10, wait_said_at=now, **handed)
    return f"/clinic/s/{day.sign_in(BROWSER, found_by='context')}/visits/{visit}"


def _invite(day: ClinicDay) -> str:
    visit = day.visit()
    return f"/clinic/s/{day.sign_in(BROWSER)}/visits/{visit}/invite"


def _hand_over(day: ClinicDay) -> str:
    visit = day.visit()
    with day.rooms.db.write() as tx:
        known = [ChartPractitioner(one[0], one[1], None, (one[2],), ()) for one in (DR_OSEI, DR_LEE)]
        note_practitioners(tx, "sandbox", known, day.rooms.clock.now())
    return f"/clinic/s/{day.sign_in(BROWSER)}/visits/{visit}/hand-over"


def _held(day: ClinicDay) -> str:
    visit = day.visit(state="in_progress", start=-9, patient=PUT_BACK, host=HOST_IN_CALL)
    day.meeting(visit)
    for kind, since, who in (("started", -9, None), ("joined", -8, "host"), ("joined", -6, "patient")):
        day.fact(visit, kind, since, who, f"c-{who}")
    day.fact(visit, "put_back", -3, "patient", "c-patient")
    _said(day, visit, late_minutes=15, wait_said_at=day.rooms.clock.now())
    return f"/v/{day.token_of(visit)}"


def _interpreter(day: ClinicDay) -> str:
    visit = day.visit()
    _said(day, visit, wait_text="We are looking for your chart.", wait_said_at=day.rooms.clock.now())
    return f"/v/{_guest(day, visit, 'interpreter', 'Lin Wei')}"


def _taken_back(day: ClinicDay) -> str:
    return f"/v/{_guest(day, day.visit(), 'family', 'Ines Vega', revoked_at=day.rooms.clock.now())}"


PEOPLE = (
    Scene("visit-people", _full, "[data-guest]", also=("dark", "zh")),
    Scene("invite-form", _invite, "[data-act=invite]", also=("zh",)),
    Scene("hand_over-form", _hand_over, "[data-act=hand-over]"),
    Scene("patient-held", _held, "main[data-state=held]", also=("zh",)),
    Scene("patient-interpreter", _interpreter, "main[data-state=wait]"),
    Scene("patient-taken_back", _taken_back, "main[data-state=taken_back]"),
)
