"""Every page of the product in every state that it can be seen in."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from app.models import DirectoryReading, HostQuota, PractitionerHost, StaffSession, VideoUser
from app.services.give_account import give_account
from app.signin.launch_note import Candidate, LaunchNote
from app.signin.roles import Grant, StaffRole
from app.store.launch_traces import Trace, keep_trace
from app.traces.exchange import Exchange
from app.visits.strip import patient_strip
from fhir.errors import ChartUnreachable
from tests.browser import event_scenes
from tests.clinic_day import (
    AWAY,
    DR_LEE,
    DR_OSEI,
    HERE,
    HOST_IN_CALL,
    HOST_LEFT,
    IN_CALL,
    LEFT,
    WAITING,
    ClinicDay,
    forty_rows,
)

BROWSER = "the-browser-of-these-tests"
DRIFT = json.dumps([{"setting": "waiting_room", "asked": "true", "got": "false"}])


@dataclass(frozen=True)
class Scene:
    """A page in a state: `arrange` makes the rows and answers the path. `also` names its further pictures.

    `settled` is a selector that appears once the page's own script has done what it does at first.
    `press` is a button that leads there from the path, where no address does.
    """

    name: str
    arrange: Callable[[ClinicDay], str]
    settled: str = "main"
    also: tuple[str, ...] = ()
    status: int = 200
    press: str | None = None

    @property
    def page(self) -> str:
        """The page, of which this is one state."""
        return self.name.partition("-")[0]


def _schedule(day: ClinicDay) -> str:
    return f"/clinic/s/{day.sign_in(BROWSER)}/schedule"


def _schedule_normal(day: ClinicDay) -> str:
    day.visit("Walter Brandt", start=-12, patient=WAITING, state="open", host=HOST_IN_CALL)
    day.visit("Mei-Ling Chen", start=5, patient=HERE)
    for number, name in enumerate(("Aisha Rahman", "Tomasz Nowak", "Grace Okafor")):
        day.visit(name, start=40 + 30 * number)
    day.visit("Henry Walker", start=-80, state="finished", closed_at=day.rooms.clock.now())
    return _schedule(day)


def _schedule_forty(day: ClinicDay) -> str:
    forty_rows(day)
    return _schedule(day)


def _schedule_overdue(day: ClinicDay) -> str:
    day.visit("Walter Brandt", start=-45, patient=AWAY)
    day.visit("Mei-Ling Chen", start=-35, chart_status="fulfilled")
    day.visit("Aisha Rahman", start=25)
    return _schedule(day)


def _schedule_unread(day: ClinicDay) -> str:
    day.rooms.ehr.fault = ChartUnreachable()  # type: ignore[attr-defined]  # the chart of these tests
    return _schedule_normal(day)


def _planned(day: ClinicDay) -> str:
    found = day.visit()
    day.message(found, "email", "written")
    day.message(found, "sms", "written")
    return f"/clinic/s/{day.sign_in(BROWSER, found_by='context')}/visits/{found}"


def _outlook(day: ClinicDay) -> str:
    return f"{_planned(day)}/outlook"


def _others_wait(day: ClinicDay) -> str:
    found = day.visit(start=50)
    day.visit("Walter Brandt", start=-3, patient=HERE)
    return f"/clinic/s/{day.sign_in(BROWSER, found_by='encounter')}/visits/{found}"


def _started(day: ClinicDay, **about: object) -> str:
    """A visit with its call, in which host and patient met."""
    found = day.visit(start=-9, opened_at=day.rooms.clock.now(), **about)  # type: ignore[arg-type]  # columns
    day.meeting(found)
    day.fact(found, "started", -9, None, "")
    day.fact(found, "joined", -8, "host", "c-host")
    day.fact(found, "joined", -6, "patient", "c-patient")
    return found


def _shown(day: ClinicDay, found: str, tail: str = "") -> str:
    return f"/clinic/s/{day.sign_in(BROWSER, found_by='context')}/visits/{found}{tail}"


def _together(day: ClinicDay) -> str:
    return _shown(day, _started(day, state="in_progress", patient=IN_CALL, host=HOST_IN_CALL))


def _in_the_waiting_room(day: ClinicDay) -> str:
    found = day.visit(start=-3, state="open", patient=WAITING, host=HOST_IN_CALL)
    day.meeting(found)
    day.fact(found, "joined", -8, "host", "c-host")
    return _shown(day, found)


def _patient_left(day: ClinicDay) -> str:
    found = _started(day, state="in_progress", patient=LEFT, host=HOST_IN_CALL)
    day.fact(found, "left", -1, "patient", "c-patient")
    return _shown(day, found)


def _finished(day: ClinicDay) -> str:
    now = day.rooms.clock.now()
    found = _started(day, state="finished", patient=LEFT, host=HOST_LEFT, closed_at=now)
    day.fact(found, "left", -1, "patient", "c-patient")
    day.fact(found, "left", -1, "host", "c-host")
    day.act(found, "finish", "in_progress", "finished")
    return _shown(day, found)


def _filed(day: ClinicDay) -> str:
    path = _finished(day)
    day.write(day.made[-1], "chart_presence", "written", settled_at=-20, confirmed_at=-20)
    day.write(day.made[-1], "chart_status", "written", "fulfilled", settled_at=-4)
    day.write(day.made[-1], "chart_note", "written", settled_at=-4, confirmed_at=-3)
    return path


def _not_filed(day: ClinicDay) -> str:
    path = _finished(day)
    day.write(day.made[-1], "chart_status", "rejected", "fulfilled", error_code="VB-1321")
    day.write(day.made[-1], "chart_note", "pending", due_at=12, error_code="VB-1301")
    return path


def _for_the_chart(day: ClinicDay) -> str:
    for number, (state, about) in enumerate(LEFT_OVER):
        found = day.visit(
            ("Rosa Diaz", "Walter Brandt", "Mei-Ling Chen", "Aisha Rahman", "Minh Tran")[number]
        )
        day.write(found, "chart_note", state, **about)  # type: ignore[arg-type]  # columns
    return f"/clinic/s/{day.sign_in(BROWSER)}/writes"


def _all_in_the_chart(day: ClinicDay) -> str:
    return f"/clinic/s/{day.sign_in(BROWSER)}/writes"


def _wait_for_sign_in(day: ClinicDay) -> str:
    found = day.visit("Walter Brandt", start=-80, state="finished", closed_at=day.rooms.clock.now())
    session = day.sign_in(BROWSER)
    with day.rooms.db.read() as tx:
        staff_id = tx.get_one(StaffSession, session).staff_id
    day.write(found, "chart_note", "needs_sign_in", staff_id=staff_id, error_code="VB-1320")
    return f"/clinic/s/{session}/schedule"


def _finish_without_chart(day: ClinicDay) -> str:
    found = _started(day, state="in_progress", patient=LEFT, host=HOST_LEFT)
    return f"/clinic/s/{day.sign_in(BROWSER, kind='local')}/visits/{found}/finish"


def _about_to_finish(day: ClinicDay) -> str:
    return _shown(day, _started(day, state="in_progress", patient=IN_CALL, host=HOST_IN_CALL), "/finish")


def _nobody_left(day: ClinicDay) -> str:
    found = _started(day, state="in_progress", patient=LEFT, host=HOST_LEFT)
    day.fact(found, "left", -1, "patient", "c-patient")
    day.fact(found, "left", -1, "host", "c-host")
    return _shown(day, found, "/finish")


def _settings_changed(day: ClinicDay) -> str:
    before = day.rooms.clock.now() - timedelta(hours=2)
    found = day.visit(start=-4, state="open", patient=WAITING, host=HOST_IN_CALL, moved_from=before)
    day.meeting(found, drift=DRIFT)
    return _shown(day, found)


def _no_meeting(day: ClinicDay) -> str:
    found = day.visit(start=-4, patient=HERE, doctor=DR_LEE, chart_status="cancelled")
    day.meeting(found, state="failed", error_code="ZoomQuotaSpent", room_id=None)
    return _shown(day, found)


def _visit_in(**about: object) -> Callable[[ClinicDay], str]:
    return lambda day: _shown(day, day.visit(**about))  # type: ignore[arg-type]  # columns


def _no_show(day: ClinicDay) -> str:
    return _shown(day, day.visit(start=-40, state="no_show", closed_at=day.rooms.clock.now()))


def _of_no_session(day: ClinicDay) -> str:
    return f"/clinic/s/{day.sign_in('another-browser')}/schedule"


def _sign_in(day: ClinicDay) -> str:
    link = give_account(day.rooms, "rlee", "Robin Lee", [Grant(StaffRole.SCHEDULER)]).link
    return link.removeprefix(day.rooms.settings.base_url)


def _choose(day: ClinicDay, *candidates: Candidate) -> str:
    note = LaunchNote(
        candidates=candidates, patient=patient_strip("Rosa Diaz", date(1961, 3, 4), "MRN-004170")
    )
    session = day.sign_in(BROWSER, patient_id="p-1", context=note.as_json())
    return f"/clinic/s/{session}/choose"


def _choose_of_three(day: ClinicDay) -> str:
    now, place = day.rooms.clock.now(), "Harbor Clinic, Internal Medicine"
    return _choose(
        day,
        Candidate("a-1", now - timedelta(minutes=20), 30, "Follow-up by video", place),
        Candidate("a-2", now + timedelta(minutes=70), 20, "Medication review by video", "Harbor Clinic West"),
        Candidate("a-3", now + timedelta(hours=5), 60, None, None),
    )


def _asked_first(**told: object) -> Callable[[ClinicDay], str]:
    """The chart says otherwise now; if it says nothing, only the host is asked after."""

    def arrange(day: ClinicDay) -> str:
        found = day.visit()
        if told:
            start = day.rooms.clock.now() + timedelta(minutes=10)
            held = {
                "resourceType": "Appointment",
                "id": "appt-0",
                "status": "booked",
                "start": start.isoformat(),
            }
            day.rooms.ehr.appointments["appt-0"] = {**held, "minutesDuration": 30, **told}  # type: ignore[attr-defined]  # as above
        return _shown(day, found)

    return arrange


def _door(**about: object) -> Callable[[ClinicDay], str]:
    return lambda day: f"/v/{day.token_of(day.visit(**about))}"  # type: ignore[arg-type]  # columns


def _after_meeting(*gone: str) -> Callable[[ClinicDay], str]:
    def arrange(day: ClinicDay) -> str:
        clicked = IN_CALL | {"join_clicked_at": -7}
        found = _started(day, state="in_progress", patient=clicked, host=HOST_IN_CALL)
        for person in gone:
            day.fact(found, "left", -1, person, f"c-{person}")
        return f"/v/{day.token_of(found)}"

    return arrange


def _moved(day: ClinicDay) -> str:
    before = day.rooms.clock.now() - timedelta(minutes=30)
    return f"/v/{day.token_of(day.visit(start=120, moved_from=before))}"


def _patient(state: str, arrange: Callable[[ClinicDay], str], also: tuple[str, ...] = ()) -> Scene:
    return Scene(f"patient-{state}", arrange, f"main[data-state={state}]", also)


LEFT_OVER: tuple[tuple[str, dict[str, object]], ...] = (
    ("unknown", {"error_code": "VB-1328"}),
    ("rejected", {"error_code": "VB-1305"}),
    ("given_up", {"error_code": "not_stored"}),
    ("pending", {"due_at": 12, "error_code": "VB-1303"}),
    ("needs_sign_in", {"error_code": "VB-1320"}),
)
START, ASKED = "[data-act=start] button", "main[data-page=ask-first]"
TOLD = HERE | {"told_at": -2}


def _ehrs(tail: str = "") -> Callable[[ClinicDay], str]:
    return lambda day: f"/clinic/s/{day.sign_in(BROWSER, kind='local', role='engineer')}/ehrs{tail}"


def _hosts(day: ClinicDay) -> str:
    """One host in order, one without licence who has visits tomorrow, and one with too many."""
    now = day.rooms.clock.now()
    with day.rooms.db.write() as tx:
        for who in (DR_OSEI, DR_LEE):
            row = PractitionerHost(
                site="sandbox", practitioner_id=who[0], name=who[1], emails=who[2], seen_at=now
            )
            tx.add(row)
            licence = "licensed" if who is DR_OSEI else "basic"
            user = VideoUser(vendor="zoom", user_id=f"u-{who[0]}", email=who[2], licence=licence, seen_at=now)
            user.status = "active"
            tx.add(user)
        tx.add(DirectoryReading(vendor="zoom", next_at=now, read_at=now))
        tx.add(HostQuota(host_key=f"u-{DR_OSEI[0]}", day=now.date(), spent=100))
    day.visit(start=24 * 60, doctor=DR_LEE)
    day.visit(start=60)
    return f"/clinic/s/{day.sign_in(BROWSER, kind='local', role='engineer')}/hosts"


def _trace(day: ClinicDay, number: int, outcome: str, exchanges: tuple[Exchange, ...]) -> Trace:
    at = day.rooms.wall.now() - timedelta(minutes=10 * number)
    failed = outcome == "failed"
    trace = Trace(
        id=f"trace-{number}",
        at=at,
        site="sandbox",
        outcome=outcome,
        code="VB-1112" if failed else None,
        reference="K7Q2M9XW" if failed else None,
        asked="launch openid fhirUser user/Patient.rs user/Appointment.rs",
        granted="" if failed else "launch openid fhirUser user/Patient.rs user/Appointment.rs",
        exchanges=exchanges,
    )
    with day.rooms.db.write() as tx:
        keep_trace(tx, trace, None)
    return trace


def _launches(tail: str = "") -> Callable[[ClinicDay], str]:
    def arrange(day: ClinicDay) -> str:
        at = "2026-11-23T14:50:01.250+00:00"
        token, us = "https://ehr.example/oauth2/token", "http://localhost:8000/launch"
        click = Exchange("in", at, 31.4, "GET", us, 302, {}, {"iss": "https://ehr.example/fhir"}, {}, {})
        sent = {"grant_type": "authorization_code", "code": "(cut)", "client_id": "client"}
        headers = {"accept": "application/json"}
        good = Exchange("out", at, 84.0, "POST", token, 200, headers, sent, {}, {"access_token": "(cut)"})
        bad = Exchange("out", at, 51.7, "POST", token, 401, headers, sent, {}, {"error": "invalid_client"})
        _trace(day, 2, "entered", (click, good))
        _trace(day, 1, "failed", (click, bad))
        return f"/clinic/s/{day.sign_in(BROWSER, kind='local', role='engineer')}/launches{tail}"

    return arrange


STAFF = (
    Scene("schedule-empty", _schedule, ".empty"),
    Scene("schedule-normal", _schedule_normal, also=("dark", "zh")),
    Scene("schedule-forty", _schedule_forty),
    Scene("schedule-overdue", _schedule_overdue, ".group-overdue"),
    Scene("schedule-error", _schedule_unread, ".notice-bad"),
    Scene("visit-planned", _planned, also=("zh",)),
    Scene("visit-outlook", _planned, settled="#outlook[data-outlook]"),
    Scene("outlook-some", _outlook, settled="#outlook[open]", also=("zh", "dark")),
    Scene("visit-early", _visit_in(start=200)),
    Scene("visit-here", _visit_in(patient=HERE), ".told", also=("dark",)),
    Scene("visit-others", _others_wait, ".banner"),
    Scene("visit-gone", _visit_in(start=-5, patient=AWAY)),
    Scene("visit-waiting", _in_the_waiting_room, ".told"),
    Scene("visit-together", _together),
    Scene("visit-left", _patient_left),
    Scene("visit-finished", _finished),
    Scene("visit-filed", _filed, "[data-write]", also=("zh",)),
    Scene("visit-unfiled", _not_filed, "[data-write]"),
    Scene("visit-late", _visit_in(start=-20)),
    Scene("visit-noshow", _no_show),
    Scene("visit-cancelled", _visit_in(state="cancelled")),
    Scene("visit-changed", _settings_changed, ".told"),
    Scene("visit-failed", _no_meeting, ".told"),
    Scene("finish-together", _about_to_finish, also=("dark",)),
    Scene("finish-alone", _nobody_left),
    Scene("finish-copy", _finish_without_chart),
    Scene("schedule-signin", _wait_for_sign_in, ".banner"),
    Scene("writes-some", _for_the_chart, "[data-write]", also=("dark", "zh")),
    Scene("writes-empty", _all_in_the_chart, ".empty"),
    Scene("choose-several", _choose_of_three, ".picks", also=("dark", "zh")),
    Scene("choose-none", _choose, ".empty"),
    Scene("ask_first-host", _asked_first(), ASKED, also=("dark", "zh"), press=START),
    Scene("ask_first-moved", _asked_first(start="2026-11-23T20:30:00Z"), ASKED, press=START),
    Scene("ask_first-cancelled", _asked_first(status="cancelled"), ASKED, press=START),
    Scene("ehrs-one", _ehrs(), ".card"),
    Scene("ehr-sheet", _ehrs("/sandbox"), ".card", also=("zh",)),
    Scene(
        "ehr-examined", _ehrs("/sandbox"), ".notice", also=("dark", "zh"), press="[data-act=examine] button"
    ),
    Scene("ehr-compared", _ehrs("/sandbox"), "[data-field=compared]", press="[data-act=compare] button"),
    Scene("deliveries-some", event_scenes.deliveries(BROWSER), "[data-effect]", also=("dark", "zh")),
    Scene("delivery-one", event_scenes.deliveries(BROWSER, "/2"), "pre"),
    Scene("timeline-late", event_scenes.of_visit(BROWSER, "/timeline"), "[data-why]", also=("zh",)),
    Scene("visit-recording", event_scenes.of_visit(BROWSER), "[data-notice=recording]"),
    Scene("hosts-some", _hosts, "[data-practitioner]", also=("dark", "zh")),
    Scene("launches-some", _launches(), "[data-outcome]", also=("zh",)),
    Scene("launches-empty", lambda day: _ehrs()(day).replace("/ehrs", "/launches"), ".empty"),
    Scene("launch-failed", _launches("/trace-1"), "[data-step]", also=("dark", "zh")),
    Scene("home", lambda day: "/", also=("zh",)),
    Scene("signin", _sign_in),
    Scene("signin-unknown", lambda day: "/signin/nothing-of-ours", status=404),
    Scene("error-session", _of_no_session, status=403, also=("dark", "zh")),
    Scene("error-launch", lambda day: "/launch", status=400),
)
PATIENT = (
    _patient("too_early", _door(start=200)),
    _patient("wait", _door()),
    _patient("told", _door(patient=TOLD), also=("dark", "zh")),
    _patient("join", _door(start=-2, state="open", patient=TOLD), also=("dark", "zh")),
    _patient(
        "on_the_way",
        _door(start=-2, state="open", patient=TOLD | {"presence": "on_the_way", "join_clicked_at": -1}),
    ),
    _patient("in_call", _after_meeting()),
    _patient("dropped", _after_meeting("patient")),
    _patient("provider_left", _after_meeting("patient", "host")),
    Scene("patient-moved", _moved, "main[data-state=too_early]"),
    _patient("finished", _door(start=-40, state="finished", patient=LEFT)),
    _patient("no_show", _door(start=-40, state="no_show")),
    _patient("cancelled", _door(state="cancelled")),
    Scene("patient-unknown", lambda day: "/v/nothing-of-ours", status=404, also=("zh",)),
)
