"""The EHR sent somebody back: they get a session, and the visit that the launch is about."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from app.metrics import CHART_SECONDS, LAUNCHES
from app.ports import Entered, Rooms
from app.services.enter_portal import enter_portal
from app.services.read_launch import LaunchReading, read_launch
from app.services.ring import telling
from app.services.see_appointment import see_appointment
from app.signin.launch_note import Candidate, LaunchNote
from app.signin.roles import Grant
from app.sites import ClinicSite
from app.store.audit import Entry, Who, append, session_mark
from app.store.directory import note_practitioners
from app.store.outbox import release_for
from app.store.sessions import NewSession, add_session
from app.store.staff import Identity, meet_staff
from app.store.tokens import save_tokens
from app.visits.deeds import Deed
from app.visits.strip import patient_strip
from launch.errors import AccessDenied, AuthorizationRefused, StateUnknown
from launch.scopes import reading_gaps
from launch.style import EhrStyle


@dataclass(frozen=True)
class Arrival:
    """Where a launch ends: at a visit, at a choice of appointments, or at the schedule.

    A patient's, or their proxy's, ends at their own link: no session begins.
    """

    session_id: str = ""
    visit_id: str | None = None
    must_choose: bool = False
    link: str | None = field(default=None, repr=False)


def check_answer(rooms: Rooms, state: str, site_name: str | None, issuer: str | None) -> None:
    """Whether the answer came from where the launch went, before it is spent. Raises StateUnknown.

    `site_name`: the EHR whose own callback it came to, None at the shared one. `issuer`: who says to have
    sent it, if anybody. https://www.rfc-editor.org/rfc/rfc9700#section-4.4, https://www.rfc-editor.org/rfc/rfc9207
    """
    pending = rooms.ehr.peek(state)
    if pending is None:
        raise StateUnknown
    has_its_own = rooms.sites.by_name(pending.site).own_callback
    if site_name != pending.site and (site_name is not None or has_its_own):
        raise StateUnknown
    if issuer is not None and issuer not in rooms.ehr.issuers_of(pending):
        raise StateUnknown


def finish_launch(rooms: Rooms, state: str, code: str, browser: str) -> Arrival:
    """Spend the EHR's answer, once it is checked.

    Raises the errors of the launch room and of the chart; no session begins then.
    """
    entered = rooms.ehr.enter(state, code, browser)
    if entered.context.is_patients_side:
        link = enter_portal(rooms, entered)
        LAUNCHES.labels(entered.site, "portal").inc()
        return Arrival(link=link)
    unread = reading_gaps(entered.context.granted)
    site = rooms.sites.by_name(entered.site)
    with CHART_SECONDS.labels(site.name, "launch").time(), ThreadPoolExecutor(1) as beside:
        style = beside.submit(rooms.ehr.style, entered)
        reading = read_launch(rooms.ehr.chart_of(entered), entered.context, site, rooms.clock.now())
    note = _note(entered, reading, unread, style.result())
    session_id = _begin_session(rooms, site, entered, reading, browser, note)
    visit_id = None
    if reading.seen is not None:
        visit_id = see_appointment(rooms, site, reading.seen, session_id=session_id)
    LAUNCHES.labels(site.name, str(reading.resolution.found_by)).inc()
    about_somebody = entered.context.patient is not None
    return Arrival(session_id, visit_id, must_choose=visit_id is None and about_somebody)


def end_refused_launch(rooms: Rooms, state: str, error: str, error_uri: str | None, browser: str) -> None:
    """The EHR answered with an error: always raises AccessDenied, AuthorizationRefused or a state's error."""
    rooms.ehr.take(state, browser)
    if error == "access_denied":
        raise AccessDenied
    raise AuthorizationRefused(error, error_uri)


def _begin_session(
    rooms: Rooms,
    site: ClinicSite,
    entered: Entered,
    reading: LaunchReading,
    browser: str,
    note: LaunchNote,
) -> str:
    context, now, session_id = entered.context, rooms.wall.now(), rooms.random.token()
    user = f"Practitioner/{reading.user.id}" if reading.user else str(context.user)
    person = Identity(context.id_issuer, context.subject, site.name, user)
    name = (reading.user.name if reading.user else "") or context.name or ""
    roles = [Grant(role, site.name) for role in site.roles]
    with telling(rooms) as told:
        tx = told.tx
        note_practitioners(tx, site.name, [reading.user], now)
        staff_id = meet_staff(tx, person, name, roles, rooms.random.token(), now)
        new = NewSession(
            id=session_id,
            kind="launch",
            browser_hash=browser,
            staff_id=staff_id,
            site=site.name,
            iss=context.iss,
            patient_id=context.patient,
            context=note.as_json(),
            found_by=str(reading.resolution.found_by),
            banner_needed=context.need_patient_banner,
        )
        add_session(tx, new, now)
        tx.flush()
        save_tokens(tx, session_id, entered.tokens)
        # Writes in this person's name, of any patient, have waited for these tokens.
        for visit_id in release_for(tx, staff_id, told.now):
            told.tell(visit_id, "state")
        who = Who(staff_id, session_mark(session_id), new.kind, site.name)
        append(tx, [Entry(who, Deed.SIGN_IN)], now)
    return session_id


def _note(
    entered: Entered, reading: LaunchReading, unread: tuple[str, ...], style: EhrStyle | None
) -> LaunchNote:
    context = entered.context
    candidates = tuple(
        Candidate(found.id, found.start, found.minutes, found.service, found.location_name)
        for found in reading.resolution.candidates
        if found.start is not None
    )
    patient = reading.patient
    strip = patient_strip(patient.name, patient.birth_date, patient.mrn) if patient else None
    return LaunchNote(context.encounter, context.location, context.intent, unread, candidates, strip, style)
