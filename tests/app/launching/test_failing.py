"""Each way to fail: a page with a code, a cause, a next step and a reference that the log has too."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import func, select
from structlog.testing import capture_logs

from app.clock import FrozenClock
from app.errors import TABLES
from app.errors.requests import UNEXPECTED
from app.factory import create_app
from app.models import StaffSession
from app.ports import Rooms
from app.sites import ClinicSite, ClinicSites
from tests.app.launching.wire_ehr import DOWN, ISS, SLOW, WireEhr

SECRETS = ("Rosa", "Diaz", "1961", "MRN-771203", "p-1", "a-1", "secret-token", "secret-refresh", "rosa.diaz")
NO_JSON = (200, {}, "<html>")


def check_page(answer: Any, logs: list[Any], code: str, status: int) -> None:
    """The page says the code and a reference that is in the log, and nothing of the patient."""
    assert f'data-code="{code}"' in answer.text, answer.text
    assert answer.status_code == status
    [noted] = [line for line in logs if line["event"] == "request_failed"]
    assert noted["code"] == code
    assert re.fullmatch(r"\w{8}", noted["reference"])
    assert f'data-reference="{noted["reference"]}"' in answer.text
    known = [UNEXPECTED, *(entry for table in TABLES for entry in table.values())]
    said = next(entry for entry in known if entry.code == code)
    for words in (said.title, said.cause, said.next_step):
        assert str(words) in unescape(answer.text)
    for secret in SECRETS:
        assert secret not in answer.text
        assert secret not in repr(logs)
    assert answer.headers["Cache-Control"] == "no-store"


def fails(person: Any, code: str, status: int) -> Any:
    """Launch, and look at the page that comes."""
    with capture_logs() as logs:
        answer = person.launch()
    check_page(answer, logs, code, status)
    return answer


def main_of(answer: Any) -> str:
    """What the page is about, without its head and foot."""
    return str(answer.text.partition("<main")[2].partition("</main>")[0])


def ancestors(answer: Any) -> str:
    return str(answer.headers["Content-Security-Policy"].rpartition("frame-ancestors ")[2])


def test_an_unknown_issuer_is_refused_before_anything_is_fetched(person: Any, ehr: WireEhr) -> None:
    with capture_logs() as logs:
        answer = person.get("/launch?iss=https://elsewhere.example/fhir&launch=x")

    check_page(answer, logs, "VB-1101", 403)
    assert "elsewhere" not in answer.text
    assert "<a " not in main_of(answer)
    assert "<form" not in main_of(answer)
    assert ancestors(answer) == "*"


@pytest.mark.parametrize("query", ["", "?launch=x", f"?iss={ISS}", "?iss=&launch="])
def test_an_incomplete_launch_says_so(person: Any, query: str) -> None:
    with capture_logs() as logs:
        answer = person.get(f"/launch{query}")

    check_page(answer, logs, "VB-1140", 400)


@pytest.mark.parametrize(
    ("what", "answer", "code", "status"),
    [
        ("smart", DOWN, "VB-1102", 502),
        ("smart", (500, {}, ""), "VB-1102", 502),
        ("smart", SLOW, "VB-1103", 504),
        ("smart", NO_JSON, "VB-1104", 502),
        ("smart", (200, {}, '{"authorization_endpoint": "https://ehr.example/a"}'), "VB-1104", 502),
    ],
)
def test_an_ehr_that_is_down_slow_or_silent_at_the_click(
    person: Any, ehr: WireEhr, what: str, answer: Any, code: str, status: int
) -> None:
    ehr.spoiled[what] = answer

    with capture_logs() as logs:
        page = person.get(f"/launch?iss={ISS}&launch=x")

    check_page(page, logs, code, status)
    assert ancestors(page) == "'self' https://ehr.example"


@pytest.mark.parametrize(
    ("what", "answer", "code", "status"),
    [
        ("token", DOWN, "VB-1102", 502),
        ("token", (503, {}, ""), "VB-1102", 502),
        ("token", SLOW, "VB-1103", 504),
        ("token", (400, {}, '{"error": "invalid_grant"}'), "VB-1111", 502),
        ("token", (401, {}, '{"error": "invalid_client"}'), "VB-1112", 502),
        ("token", (400, {}, '{"error": "invalid_client"}'), "VB-1112", 502),
        ("token", (200, {}, "{}"), "VB-1113", 502),
        ("token", NO_JSON, "VB-1113", 502),
        ("openid", DOWN, "VB-1102", 502),
        ("openid", (200, {}, '{"issuer": "https://elsewhere.example"}'), "VB-1104", 502),
        ("jwks", SLOW, "VB-1103", 504),
        ("Patient", DOWN, "VB-1301", 502),
        ("Patient", (500, {}, ""), "VB-1301", 502),
        ("Patient", SLOW, "VB-1302", 504),
        ("Patient", (429, {"Retry-After": "30"}, ""), "VB-1303", 503),
        ("Patient", (401, {}, ""), "VB-1304", 403),
        ("Patient", (403, {}, ""), "VB-1305", 403),
        ("Patient", (404, {}, ""), "VB-1306", 404),
        ("Patient", NO_JSON, "VB-1308", 502),
        ("Patient", (418, {}, ""), "VB-1310", 502),
        ("Appointment", DOWN, "VB-1301", 502),
        ("Appointment", SLOW, "VB-1302", 504),
    ],
)
def test_an_ehr_that_fails_after_the_click(
    rooms: Rooms, person: Any, ehr: WireEhr, what: str, answer: Any, code: str, status: int
) -> None:
    ehr.spoiled[what] = answer

    fails(person, code, status)

    with rooms.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(StaffSession)) == 0


def test_an_appointment_without_a_start_is_a_named_gap(person: Any, ehr: WireEhr) -> None:
    del ehr.chart["Appointment/a-1"]["start"]

    fails(person, "VB-1307", 422)


def callback(person: Any, query: str) -> tuple[Any, list[Any]]:
    """The EHR's answer to a launch, `{state}` filled in."""
    person.click()
    with capture_logs() as logs:
        answer = person.get(f"/launch/callback?{query.format(state=person.ehr.asked['state'])}")
    return answer, logs


def test_access_denied(person: Any) -> None:
    answer, logs = callback(person, "error=access_denied&state={state}")

    check_page(answer, logs, "VB-1105", 403)
    assert 'href="/launch/standalone/sandbox"' in answer.text


def test_any_other_refusal_of_the_ehr_leads_to_the_stand_alone_way(person: Any) -> None:
    answer, logs = callback(person, "error=invalid_request&error_description=Rosa+Diaz&state={state}")

    check_page(answer, logs, "VB-1106", 403)
    assert 'href="/launch/standalone/sandbox"' in answer.text


@pytest.mark.parametrize("query", ["", "code=x", "state={state}", "error=access_denied"])
def test_an_incomplete_answer_says_so(person: Any, query: str) -> None:
    answer, logs = callback(person, query)

    check_page(answer, logs, "VB-1140", 400)


@pytest.mark.smart(4, 60)
@pytest.mark.parametrize("query", ["code=x&state=made-up", "error=access_denied&state=made-up"])
def test_a_state_that_we_never_gave(person: Any, query: str) -> None:
    answer, logs = callback(person, query)

    check_page(answer, logs, "VB-1107", 400)


@pytest.mark.smart(4, 39, 60)
def test_a_state_is_used_once(person: Any, ehr: WireEhr) -> None:
    path = person.click()
    person.get(path)

    with capture_logs() as logs:
        again = person.get(path)

    check_page(again, logs, "VB-1108", 409)
    assert len(ehr.forms) == 1, "the code is not spent again"


def test_a_refused_launch_cannot_be_finished_later(person: Any) -> None:
    path = person.click()
    person.get(f"/launch/callback?error=access_denied&state={person.ehr.asked['state']}")

    assert 'data-code="VB-1108"' in person.get(path).text


def test_a_state_lives_for_ten_minutes(person: Any, clock: FrozenClock) -> None:
    path = person.click()
    clock.forward(minutes=10)

    with capture_logs() as logs:
        answer = person.get(path)

    check_page(answer, logs, "VB-1109", 400)


@pytest.mark.smart(39, 61)
def test_a_state_of_another_browser_is_refused_and_stays_good_for_its_own(
    person: Any, new_person: Callable[[], Any], ehr: WireEhr
) -> None:
    mine = person.click()
    asked = ehr.asked
    thief = new_person()
    thief.click()

    with capture_logs() as logs:
        answer = thief.get(mine)

    check_page(answer, logs, "VB-1110", 403)
    ehr.asked = asked
    assert person.get(mine).status_code == 303


def test_another_sites_callback_takes_no_answer_of_this_one(person: Any) -> None:
    path = person.click().replace("/callback?", "/callback/other?")

    with capture_logs() as logs:
        answer = person.get(path)

    check_page(answer, logs, "VB-1107", 400)


def test_the_shared_callback_takes_no_answer_of_an_ehr_with_its_own(
    rooms: Rooms, site: ClinicSite, person: Any, ehr: WireEhr
) -> None:
    sites = ClinicSites((replace(site, own_callback=True),))
    person = replace(person, app=create_app(replace(rooms, sites=sites)))
    path = person.click()

    with capture_logs() as logs:
        answer = person.get(path)

    assert ehr.asked["redirect_uri"] == "http://localhost:8000/launch/callback/sandbox"
    check_page(answer, logs, "VB-1107", 400)
    assert person.get(path.replace("/callback?", "/callback/sandbox?")).status_code == 303


@pytest.mark.parametrize("answer_with", ["code=the-code", "error=access_denied"])
def test_an_answer_that_another_issuer_signs_is_not_spent(
    person: Any, ehr: WireEhr, answer_with: str
) -> None:
    path = person.click()

    with capture_logs() as logs:
        mixed_up = path.replace("code=the-code", answer_with)
        answer = person.get(f"{mixed_up}&iss=https%3A%2F%2Felsewhere.example")

    check_page(answer, logs, "VB-1107", 400)
    assert ehr.forms == []
    assert person.get(f"{path}&iss=https%3A%2F%2Fehr.example%2Foauth2").status_code == 303


def test_an_answer_may_be_signed_with_the_fhir_base(person: Any) -> None:
    assert person.get(f"{person.click()}&iss=https%3A%2F%2Fehr.example%2Ffhir").status_code == 303


def test_an_unknown_stand_alone_site_says_so(person: Any) -> None:
    with capture_logs() as logs:
        answer = person.get("/launch/standalone/elsewhere")

    check_page(answer, logs, "VB-1001", 404)


def hours(clock: FrozenClock, count: float) -> int:
    return int((clock.now() + timedelta(hours=count)).timestamp())


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"sub": None}, "VB-1122"),
        ({"exp": None}, "VB-1122"),
        ({"iss": "https://elsewhere.example"}, "VB-1125"),
        ({"iss": ISS}, "VB-1125"),
        ({"aud": "another-app"}, "VB-1126"),
        ({"aud": ["client", "another"], "azp": "another"}, "VB-1126"),
        ({"exp": 1_700_000_000}, "VB-1127"),
        ({"iat": 4_000_000_000}, "VB-1127"),
        ({"nonce": "another-launch"}, "VB-1128"),
        ({"nonce": None}, "VB-1128"),
        ({"fhirUser": None}, "VB-1130"),
        ({"fhirUser": "https://elsewhere.example/fhir/Practitioner/dr-1"}, "VB-1130"),
    ],
)
def test_a_fault_of_the_id_token(person: Any, ehr: WireEhr, claims: dict[str, Any], code: str) -> None:
    ehr.claims = claims

    fails(person, code, 502)


@pytest.mark.parametrize(
    ("id_token", "code"),
    [(None, "VB-1121"), ("no.jwt", "VB-1122"), ("a.b.c", "VB-1122"), ("", "VB-1121")],
)
def test_an_id_token_that_is_missing_or_cannot_be_read(
    person: Any, ehr: WireEhr, id_token: str | None, code: str
) -> None:
    ehr.token = {"id_token": id_token}

    fails(person, code, 502)


def test_an_id_token_signed_with_another_key_of_the_same_name(person: Any, ehr: WireEhr) -> None:
    ehr.sign_with = RSAKey.generate_key(2048, {"kid": "ehr-1"}, private=True)  # type: ignore[arg-type]

    fails(person, "VB-1123", 502)


def test_an_id_token_signed_with_a_key_that_is_not_published(person: Any, ehr: WireEhr) -> None:
    ehr.sign_as = "ehr-2"

    fails(person, "VB-1124", 502)


def test_a_patient_who_was_asked_for_and_is_not_in_context(person: Any, ehr: WireEhr) -> None:
    ehr.context = {}

    path = person.say_yes(person.get("/launch/standalone/sandbox"))
    with capture_logs() as logs:
        answer = person.get(path)

    check_page(answer, logs, "VB-1132", 502)


@pytest.mark.parametrize(
    "scope",
    [
        "launch openid fhirUser",
        "openid fhirUser user/Appointment.rs user/Encounter.rs",
        "openid fhirUser user/Patient.rs user/Practitioner.rs",
        "openid fhirUser user/Patient.s user/Appointment.rs",
    ],
)
def test_scopes_that_are_too_few_to_read(person: Any, ehr: WireEhr, scope: str) -> None:
    ehr.token = {"scope": scope}

    fails(person, "VB-1133", 403)


@pytest.mark.parametrize(
    "scope", ["user/Patient.read user/Appointment.read", "user/Patient.r user/Encounter.r"]
)
def test_scopes_that_are_enough(person: Any, ehr: WireEhr, scope: str) -> None:
    ehr.token = {"scope": f"openid fhirUser {scope}"}

    assert person.launch().status_code == 303


def test_no_cookie_offers_the_same_launch_in_its_own_window(person: Any, ehr: WireEhr) -> None:
    path = person.click()
    person.forget_cookies()

    with capture_logs() as logs:
        answer = person.get(path, Sec_Fetch_Dest="iframe")

    check_page(answer, logs, "VB-1201", 403)
    links = re.findall(r'<a [^>]*href="([^"]+)"[^>]*target="_blank"', main_of(answer))
    assert links == [
        "/launch?iss=https%3A%2F%2Fehr.example%2Ffhir&amp;launch=handle-1",
        "/launch/standalone/sandbox",
    ]
    assert "<form" not in main_of(answer)
    assert ancestors(answer) == "'self' https://ehr.example"
    assert ehr.forms == [], "the code is not spent"


def test_no_cookie_at_top_level_is_the_browsers_setting(person: Any) -> None:
    path = person.click()
    person.forget_cookies()

    with capture_logs() as logs:
        answer = person.get(path, Sec_Fetch_Dest="document")

    check_page(answer, logs, "VB-1211", 403)


def test_no_cookie_and_no_launch_of_ours_gives_nothing_away(person: Any) -> None:
    with capture_logs() as logs:
        answer = person.get("/launch/callback?code=x&state=made-up")

    check_page(answer, logs, "VB-1107", 400)


def test_a_fault_of_our_own_says_where_and_not_what(person: Any, ehr: WireEhr) -> None:
    ehr.spoiled["Patient"] = RuntimeError("Rosa Diaz, p-1")

    with capture_logs() as logs:
        answer = person.launch()

    check_page(answer, logs, "VB-1000", 500)
    [noted] = [line for line in logs if line["event"] == "request_failed"]
    assert re.fullmatch(r"wire_ehr\.py:\d+:_answer", noted["where"])
