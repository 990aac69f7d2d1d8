"""The pages of those who look after EHRs: who may see them, what they say, what is compared."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.factory import create_app
from app.ports import Rooms
from app.services.doctor import reach
from app.sites import ClinicSite
from app.web.cookies import NAME
from launch.sites import Site
from tests.app.conftest import OneSite
from tests.clinic_day import ClinicDay
from tests.ehr_answers import BASE, EhrAnswers, session_to

READ = ("Patient", "Practitioner", "Location", "Appointment", "Encounter")
SCOPES = (
    *("launch", "openid", "fhirUser", "online_access", "user/DocumentReference.cs"),
    *(f"user/{one}.rs" for one in READ),
)
LAUNCH = "https://visits.example/launch"


class Known:
    """What the doctor asks of the port Ehr: a public client needs no key."""

    def prove(self, who: Site, _endpoint: str, form: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        return {**form, "client_id": who.client_id}, {}

    def signing_kid(self) -> None:
        return None

    def public_jwks(self) -> dict[str, object]:
        return {"keys": []}

    def system_chart(self, _site: str) -> None:
        return None


@pytest.fixture
def answers(clock: Any) -> EhrAnswers:
    return EhrAnswers(clock)


@pytest.fixture
def rooms(rooms: Rooms, make_site: Callable[..., ClinicSite], answers: EhrAnswers, monkeypatch: Any) -> Rooms:
    monkeypatch.setattr(reach, "_certificate", lambda *_: (rooms.clock.now().replace(year=2090), "TLSv1.3"))
    site = make_site(launch=Site("sandbox", (BASE,), "generic", "client", "public", None, SCOPES))
    settings = replace(rooms.settings, base_url="https://visits.example")
    known: Any = Known()
    return replace(rooms, sites=OneSite(site), http=session_to(answers), ehr=known, settings=settings)


@pytest.fixture
def engineer(rooms: Rooms) -> Callable[..., Any]:
    def come(role: str = "engineer") -> Any:
        http: FlaskClient = create_app(rooms).test_client()
        session = ClinicDay(rooms).sign_in("browser", kind="local", role=role)
        http.set_cookie(NAME, "browser", secure=True, domain="localhost")
        base = f"https://localhost/clinic/s/{session}"

        def ask(path: str, **form: str) -> Any:
            if not form:
                return http.get(base + path, headers={"Accept": "text/html"})
            page = http.get(f"{base}/ehrs/sandbox").get_data(as_text=True)
            found = re.search(r'name="csrf" value="([^"]+)"', page)
            data = {**form, "csrf": found[1] if found else ""}
            origin = {"Origin": "https://visits.example", "Accept": "text/html"}
            return http.post(base + path, data=data, headers=origin)

        return ask

    return come


@pytest.mark.parametrize("role", ["engineer", "admin"])
def test_who_looks_after_ehrs_sees_them(engineer: Any, role: str) -> None:
    page = engineer(role)("/ehrs")

    assert page.status_code == 200
    assert BASE in page.text


@pytest.mark.parametrize("role", ["provider", "assistant", "scheduler"])
@pytest.mark.parametrize("path", ["/ehrs", "/ehrs/sandbox"])
def test_nobody_else_does(engineer: Any, role: str, path: str) -> None:
    answer = engineer(role)(path)

    assert answer.status_code == 403
    assert BASE not in answer.text


def test_an_ehr_that_is_not_there_is_no_page(engineer: Any) -> None:
    assert engineer()("/ehrs/elsewhere").status_code in (403, 404)


def test_all_is_well_in_words(engineer: Any) -> None:
    page = engineer()("/ehrs/sandbox/examine", go="1")

    assert page.status_code == 200
    assert "All that a launch needs is in order." in page.text


def test_the_page_begins_with_the_cause(engineer: Any, answers: EhrAnswers) -> None:
    answers.client = "invalid_client"

    page = engineer()("/ehrs/sandbox/examine", go="1").text

    first = re.search(r'data-field="first-line">([^<]+)<', page)
    assert first is not None and first[1] == "The EHR refuses this app as a public client."


def compared(page: str) -> dict[str, str]:
    rows = re.findall(r'data-difference="(\w+)"><div><b>([^<]+)</b>', page)
    return {field: difference for difference, field in rows}


@pytest.mark.parametrize(
    ("there", "difference"),
    [
        (LAUNCH, "same"),
        (f"{LAUNCH}/", "slash"),
        (LAUNCH.replace("https", "http"), "scheme"),
        (LAUNCH.replace("launch", "Launch"), "case"),
        (f"{LAUNCH}?patient=1", "query"),
        ("https://visits.example/", "plain"),
        ("https://visits.example/app/launch", "path"),
        ("https://elsewhere.example/launch", "missing"),
    ],
)
def test_what_stands_at_the_ehr_is_compared_sign_by_sign(engineer: Any, there: str, difference: str) -> None:
    page = engineer()("/ehrs/sandbox/compare", pasted=f"Launch: {there}, active since March").text

    assert compared(page)["Launch URL"] == difference


def test_scopes_that_are_not_there_are_named(engineer: Any) -> None:
    pasted = " ".join(scope for scope in SCOPES if scope != "user/Appointment.rs")

    page = engineer()("/ehrs/sandbox/compare", pasted=pasted).text

    assert compared(page)["Scopes"] == "missing"
    assert re.search(r"Missing: <code>user/Appointment.rs</code>", page)


def test_what_was_pasted_is_not_shown_again(engineer: Any) -> None:
    page = engineer()("/ehrs/sandbox/compare", pasted=f"{LAUNCH}?secret=hush client_secret: hush-hush").text

    assert "hush" not in page


def test_nothing_is_tried_without_consent(engineer: Any) -> None:
    answer = engineer()("/ehrs/sandbox/try", patient="p-1", mode="write")

    assert answer.status_code == 400
    assert "VB-1009" in answer.text


def test_where_nobody_could_write_the_page_says_so(engineer: Any) -> None:
    page = engineer()("/ehrs/sandbox/try", patient="p-1", consent="yes", mode="hold").text

    assert "nobody could write" in page
