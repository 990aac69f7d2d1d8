"""A launch that is about no one appointment: one is picked, or a visit without one is made."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

from app.errors.session import NotAllowed
from app.ports import Rooms
from app.services.chart_reader import ChartReader
from app.services.read_launch import AT_ONCE, Around, read_around
from app.services.see_appointment import see_appointment
from app.signin.launch_note import LaunchNote
from app.signin.roles import may
from app.signin.session_view import SessionView
from app.store.sessions import find_launch_note
from fhir.appointments import read_appointment


def launch_note(rooms: Rooms, session: SessionView) -> LaunchNote:
    """What the launch told: what could not be read, and what there is to pick from."""
    with rooms.db.read() as tx:
        return find_launch_note(tx, session.id)


def choose_appointment(rooms: Rooms, session: SessionView, appointment_id: str) -> str:
    """The visit of one of the launch's candidates. Raises NotAllowed for any other appointment."""
    note = launch_note(rooms, session)
    if appointment_id not in {found.appointment_id for found in note.candidates}:
        raise NotAllowed
    return _see(rooms, session, note, appointment_id)


def open_ad_hoc_visit(rooms: Rooms, session: SessionView) -> str:
    """A visit of the launch's patient that has no appointment, at this moment. Raises StillAtIt."""
    return _see(rooms, session, launch_note(rooms, session), None)


def _see(rooms: Rooms, session: SessionView, note: LaunchNote, appointment_id: str | None) -> str:
    if session.site is None or session.patient_id is None or not may(session.roles, "act", session.site, ""):
        raise NotAllowed
    chart, now = rooms.ehr.chart(session.id), rooms.clock.now()
    around = Around(session.patient_id, session.practitioner_id, note.location)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        reader = ChartReader(chart, pool, now)
        reader.patient(session.patient_id)
        encounter = reader.encounter(note.encounter) if note.encounter else None
        appointment = read_appointment(chart, appointment_id) if appointment_id else None
        seen = read_around(reader, appointment, encounter.result() if encounter else None, around, now)
    # No key tells two visits without appointment apart: whoever comes second finds what the first one made.
    one_by_one = rooms.db.alone.doing(f"ad_hoc:{session.site}:{session.patient_id}")
    with nullcontext() if appointment_id else one_by_one:
        return see_appointment(rooms, rooms.sites.by_name(session.site), seen, session_id=session.id)
