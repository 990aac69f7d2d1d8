"""Who may open what: sessions, visits, tickets and forms, on routes made for the purpose."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, g

from app.clock import FrozenClock
from app.factory import create_app
from app.ports import Rooms
from app.store.sessions import NewSession, add_session, find_session, grant_visits
from app.store.staff import Identity, meet_staff
from app.web import tickets
from app.web.csrf import csrf_token
from app.web.guards import (
    Unguarded,
    needs_browser,
    needs_csrf,
    needs_link,
    needs_session,
    needs_ticket,
    needs_visit,
    public,
    refuse_unguarded,
)

ROUTES = Blueprint("tried", __name__)


@ROUTES.get("/try/s/<sid>")
@needs_session
def a_page(sid: str) -> str:
    return csrf_token()


@ROUTES.post("/try/s/<sid>")
@needs_csrf
@needs_session
def a_change(sid: str) -> str:
    return "done"


@ROUTES.get("/try/s/<sid>/visits/<visit_id>")
@needs_visit("see")
def a_visit_page(sid: str, visit_id: str) -> str:
    return tickets.ticket_for(g.session, visit_id, "start")


@ROUTES.get("/try/s/<sid>/visits/<visit_id>/act")
@needs_visit("act")
def an_act(sid: str, visit_id: str) -> str:
    return "done"


@ROUTES.post("/try/s/<sid>/visits/<visit_id>/start")
@needs_ticket("start")
def a_start(sid: str, visit_id: str) -> str:
    return f"started by {g.session.staff_name}"


@ROUTES.get("/try/browser")
@needs_browser
def a_stream() -> str:
    return str(g.browser_hash)


@ROUTES.get("/try/v/<token>")
@needs_link
def a_link(token: str) -> str:
    return csrf_token()


@ROUTES.post("/try/v/<token>")
@needs_link
@needs_csrf
def a_join(token: str) -> str:
    return "joined"


@pytest.fixture
def app(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> Flask:
    from app import factory, web

    def with_ours(app: Flask) -> None:
        web.register(app)
        app.register_blueprint(ROUTES)

    monkeypatch.setattr(factory, "register", with_ours)
    return create_app(rooms)


def code_of(answer: Any) -> str:
    return str(answer.text.partition('data-code="')[2].partition('"')[0])


def test_a_session_opens_in_its_own_browser_only(
    browser: Any, new_browser: Callable[[], Any], stranger: Any, sign_in: Callable[..., str]
) -> None:
    sid = sign_in(browser)

    assert browser.get(f"/try/s/{sid}").status_code == 200
    assert code_of(new_browser().get(f"/try/s/{sid}")) == "VB-1202"
    assert code_of(stranger.get(f"/try/s/{sid}")) == "VB-1202"


def test_no_address_or_form_brings_what_a_database_cannot_be_asked_for(
    browser: Any, sign_in: Callable[..., str]
) -> None:
    sid = sign_in(browser)
    token = browser.get(f"/try/s/{sid}").text

    assert code_of(browser.get("/try/s/a%00b")) == "VB-1002"
    assert code_of(browser.get(f"/try/s/{sid}/visits/a%00b")) == "VB-1002"
    assert code_of(browser.post(f"/try/s/{sid}", {"csrf": token, "visit": "a\0b"})) == "VB-1005"


def test_no_redirect_leads_to_the_host_that_a_request_names(stranger: Any) -> None:
    answer = stranger.get("/try//v/abc", Host="evil.example")

    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_made_up_methods_are_counted_as_one(app: Flask) -> None:
    http = app.test_client()
    for method in ("AAAB", "AAAC"):
        http.open("/healthz", method=method)

    counted = http.get("/metrics").text
    assert 'method="other"' in counted
    assert 'method="AAA' not in counted


def test_a_new_session_leaves_the_other_tabs_alone(browser: Any, sign_in: Callable[..., str]) -> None:
    first, second = sign_in(browser), sign_in(browser)

    assert browser.get(f"/try/s/{first}").status_code == 200
    assert browser.get(f"/try/s/{second}").status_code == 200


def test_a_session_dies_after_half_an_hour_without_use(
    browser: Any, sign_in: Callable[..., str], clock: FrozenClock
) -> None:
    sid = sign_in(browser)
    clock.forward(minutes=29)
    browser.get(f"/try/s/{sid}")
    clock.forward(minutes=29)
    assert browser.get(f"/try/s/{sid}").status_code == 200

    clock.forward(minutes=30)

    assert code_of(browser.get(f"/try/s/{sid}")) == "VB-1203"


def test_a_session_dies_after_twelve_hours_of_use(
    browser: Any, sign_in: Callable[..., str], clock: FrozenClock
) -> None:
    sid = sign_in(browser)

    for _ in range(12 * 3 - 1):
        clock.forward(minutes=20)
        assert browser.get(f"/try/s/{sid}").status_code == 200
    clock.forward(minutes=20)

    assert code_of(browser.get(f"/try/s/{sid}")) == "VB-1203"


def test_signing_out_ends_this_session_and_no_other(browser: Any, sign_in: Callable[..., str]) -> None:
    first, second = sign_in(browser), sign_in(browser)
    token = browser.get(f"/try/s/{first}").text

    browser.post(f"/clinic/s/{first}/sign-out", {"csrf": token})

    assert code_of(browser.get(f"/try/s/{first}")) == "VB-1203"
    assert browser.get(f"/try/s/{second}").status_code == 200


def test_a_launch_opens_the_visits_it_brought_and_no_others(
    rooms: Rooms, browser: Any, sign_in: Callable[..., str], a_visit: Callable[..., str]
) -> None:
    sid, mine, other = sign_in(browser), a_visit(), a_visit()
    with rooms.db.write() as tx:
        grant_visits(tx, sid, [mine])

    assert browser.get(f"/try/s/{sid}/visits/{mine}").status_code == 200
    assert code_of(browser.get(f"/try/s/{sid}/visits/{other}")) == "VB-1204"
    assert code_of(browser.get(f"/try/s/{sid}/visits/unknown")) == "VB-1204"


def test_nobody_is_the_practitioner_of_another_ehr(rooms: Rooms, clock: FrozenClock) -> None:
    ids = {"harbor": "Practitioner/1", "riverside": "Practitioner/999"}
    with rooms.db.write() as tx:
        for site, fhir_user in ids.items():
            person = Identity("https://one-idp.example", "subject", site, fhir_user)
            staff_id = meet_staff(tx, person, "Amara Osei", [], f"staff-{site}", clock.now())
            tx.flush()
            add_session(tx, NewSession(f"at-{site}", "launch", "browser", staff_id, site), clock.now())
        add_session(tx, NewSession("mixed", "launch", "browser", "staff-harbor", "riverside"), clock.now())

    with rooms.db.read() as tx:
        found = [find_session(tx, session_id) for session_id in ("at-harbor", "at-riverside", "mixed")]

    assert [one and one[0].practitioner_id for one in found] == ["1", "999", None]


def test_granting_a_visit_twice_grants_it_once(
    rooms: Rooms, browser: Any, sign_in: Callable[..., str], a_visit: Callable[..., str]
) -> None:
    sid, visit = sign_in(browser), a_visit()

    for _ in range(2):
        with rooms.db.write() as tx:
            grant_visits(tx, sid, [visit, visit])

    assert browser.get(f"/try/s/{sid}/visits/{visit}").status_code == 200


@pytest.mark.parametrize(
    ("role", "sees", "acts"),
    [
        ("provider", True, True),
        ("assistant", True, True),
        ("scheduler", True, False),
        ("admin", False, False),
    ],
)
def test_a_local_account_sees_by_role(
    browser: Any, sign_in: Callable[..., str], a_visit: Callable[..., str], role: str, sees: bool, acts: bool
) -> None:
    sid, visit = sign_in(browser, role, kind="local"), a_visit()

    assert (browser.get(f"/try/s/{sid}/visits/{visit}").status_code == 200) is sees
    assert (browser.get(f"/try/s/{sid}/visits/{visit}/act").status_code == 200) is acts


def test_a_form_works_with_its_pages_token_from_our_origin(browser: Any, sign_in: Callable[..., str]) -> None:
    sid = sign_in(browser)
    token = browser.get(f"/try/s/{sid}").text

    assert browser.post(f"/try/s/{sid}", {"csrf": token}).text == "done"
    assert browser.post(f"/try/s/{sid}", {}, X_CSRF_Token=token).text == "done"


def test_a_form_without_or_with_another_sessions_token_does_nothing(
    browser: Any, sign_in: Callable[..., str]
) -> None:
    sid, other = sign_in(browser), sign_in(browser)
    token = browser.get(f"/try/s/{other}").text

    assert code_of(browser.post(f"/try/s/{sid}")) == "VB-1205"
    assert code_of(browser.post(f"/try/s/{sid}", {"csrf": token})) == "VB-1205"
    assert code_of(browser.post(f"/try/s/{sid}", {"csrf": "made-up"})) == "VB-1205"


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:8001"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_form_from_another_origin_does_nothing(
    browser: Any, sign_in: Callable[..., str], sent: dict[str, str]
) -> None:
    sid = sign_in(browser)
    token = browser.get(f"/try/s/{sid}").text

    assert code_of(browser.post(f"/try/s/{sid}", {"csrf": token}, **sent)) == "VB-1206"


def test_a_ticket_works_without_a_cookie_and_as_often_as_wanted(
    rooms: Rooms, browser: Any, stranger: Any, sign_in: Callable[..., str], a_visit: Callable[..., str]
) -> None:
    sid, visit = sign_in(browser), a_visit()
    with rooms.db.write() as tx:
        grant_visits(tx, sid, [visit])
    ticket = browser.get(f"/try/s/{sid}/visits/{visit}").text

    for _ in range(2):
        answer = stranger.post(f"/try/s/{sid}/visits/{visit}/start", {"ticket": ticket})
        assert answer.text == "started by Amara Osei"


def test_a_ticket_is_for_one_session_one_visit_one_action(
    rooms: Rooms,
    browser: Any,
    stranger: Any,
    sign_in: Callable[..., str],
    a_visit: Callable[..., str],
    app: Flask,
) -> None:
    sid, other_sid, visit, other = sign_in(browser), sign_in(browser), a_visit(), a_visit()
    with rooms.db.write() as tx:
        grant_visits(tx, sid, [visit, other])
        grant_visits(tx, other_sid, [visit])
    ticket = browser.get(f"/try/s/{sid}/visits/{visit}").text

    assert code_of(stranger.post(f"/try/s/{sid}/visits/{other}/start", {"ticket": ticket})) == "VB-1207"
    assert code_of(stranger.post(f"/try/s/{other_sid}/visits/{visit}/start", {"ticket": ticket})) == "VB-1207"
    assert code_of(stranger.post(f"/try/s/{sid}/visits/{visit}/start", {"ticket": ticket + "x"})) == "VB-1207"
    assert code_of(stranger.post(f"/try/s/{sid}/visits/{visit}/start")) == "VB-1207"


def test_a_ticket_dies_with_its_session_and_names_no_patient(
    rooms: Rooms,
    browser: Any,
    stranger: Any,
    sign_in: Callable[..., str],
    a_visit: Callable[..., str],
    clock: FrozenClock,
) -> None:
    sid, visit = sign_in(browser), a_visit()
    with rooms.db.write() as tx:
        grant_visits(tx, sid, [visit])
    ticket = browser.get(f"/try/s/{sid}/visits/{visit}").text
    clock.forward(minutes=31)

    answer = stranger.post(f"/try/s/{sid}/visits/{visit}/start", {"ticket": ticket})

    assert code_of(answer) == "VB-1203"
    assert "Rosa" not in answer.text


def test_a_ticket_from_another_origin_does_nothing(
    rooms: Rooms, browser: Any, sign_in: Callable[..., str], a_visit: Callable[..., str]
) -> None:
    sid, visit = sign_in(browser), a_visit()
    with rooms.db.write() as tx:
        grant_visits(tx, sid, [visit])
    ticket = browser.get(f"/try/s/{sid}/visits/{visit}").text

    answer = browser.post(
        f"/try/s/{sid}/visits/{visit}/start", {"ticket": ticket}, Origin="https://evil.example"
    )

    assert code_of(answer) == "VB-1206"


def test_a_browser_that_we_do_not_know_gets_no_stream(browser: Any, stranger: Any) -> None:
    assert browser.get("/try/browser").status_code == 200
    assert stranger.get("/try/browser").status_code == 403


@pytest.mark.parametrize("origin", ["null", "http://localhost:8000"])
def test_a_patients_form_needs_no_referrer(stranger: Any, origin: str) -> None:
    page = stranger.get("/try/v/abc")

    answer = stranger.post("/try/v/abc", {"csrf": page.text}, Origin=origin)

    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert answer.text == "joined"


def test_a_patients_form_from_elsewhere_or_of_another_link_does_nothing(stranger: Any) -> None:
    token = stranger.get("/try/v/abc").text

    assert code_of(stranger.post("/try/v/abc", {"csrf": token}, Origin="https://evil.example")) == "VB-1206"
    assert code_of(stranger.post("/try/v/abc", {"csrf": token}, Sec_Fetch_Site="cross-site")) == "VB-1206"
    assert code_of(stranger.post("/try/v/other", {"csrf": token})) == "VB-1205"


def test_only_the_sites_ehr_may_frame_a_page(browser: Any, sign_in: Callable[..., str]) -> None:
    launched, local = sign_in(browser), sign_in(browser, kind="local")

    in_frame = browser.get(f"/try/s/{launched}").headers["Content-Security-Policy"]
    alone = browser.get(f"/try/s/{local}").headers["Content-Security-Policy"]

    assert "frame-ancestors 'self' https://ehr.example" in in_frame
    assert "frame-ancestors 'none'" in alone
    assert "form-action 'self' https://video.example" in in_frame


def test_a_lost_session_is_explained_inside_the_frame(browser: Any) -> None:
    answer = browser.get("/try/s/unknown")

    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]


def test_a_route_without_a_guard_stops_the_start(app: Flask) -> None:
    app = Flask("unguarded", static_folder=None)
    app.add_url_rule("/open", view_func=lambda: "anybody")

    with pytest.raises(Unguarded, match="/open: no guard"):
        refuse_unguarded(app)


def test_a_form_without_a_token_stops_the_start() -> None:
    app = Flask("unguarded", static_folder=None)

    @app.post("/change")
    @public
    def change() -> str:
        return "done"

    with pytest.raises(Unguarded, match="takes changes"):
        refuse_unguarded(app)


def test_two_guards_on_one_route_are_refused() -> None:
    with pytest.raises(Unguarded, match="two guards"):

        @public
        @needs_session
        def view(sid: str) -> str:
            return sid
