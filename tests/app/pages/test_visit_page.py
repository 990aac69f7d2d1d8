"""The visit's page as staff read it."""

import json
import re

import pytest

from app.errors import explain
from app.services.deliver_outbox import deliver, due_rows
from app.services.send_link import send_link
from launch.errors import EhrUnreachable
from zoom_bridge.errors import ZoomScopeMissing


def field(page, name):
    """The words of a field, without what stands small below them."""
    return re.search(rf'data-field="{name}">([^<]*)<', page)[1]


@pytest.mark.parametrize(
    ("tag", "reader", "name"),
    [
        ("es", "en", "Spanish"),
        ("es-MX", "en", "Spanish (Mexico)"),
        ("zh-Hant", "en", "Chinese (Traditional)"),
        ("es", "zh_Hant", "西班牙文"),
        ("vi-x-local", "en", "Vietnamese"),
        ("qqx", "en", "qqx"),
    ],
)
def test_the_patients_language_is_told_in_the_readers_words(day, provider, tag, reader, name):
    visit_id = day.visit(patient={"language": tag})

    assert field(provider().read(f"visits/{visit_id}?lang={reader}"), "language") == name


def test_a_language_that_may_be_the_clinics_own_is_not_said_to_be_the_charts(day, provider):
    english, spanish = (day.visit(patient={"language": tag}) for tag in ("en", "es"))
    someone = provider()

    assert "unless the chart tells another" in someone.read(f"visits/{english}")
    assert "unless the chart tells another" not in someone.read(f"visits/{spanish}")


@pytest.mark.parametrize("needed", [True, False, None])
def test_a_patient_who_needs_an_interpreter_is_said_to(day, provider, rooms, needed):
    visit_id = day.visit(interpreter_needed=needed)

    assert ('data-field="interpreter">needed<' in provider().read(f"visits/{visit_id}")) is bool(needed)


class SilentEhr:
    """An EHR that answers nobody."""

    def chart(self, *_asked):
        raise EhrUnreachable


def test_the_question_before_the_start_names_the_patient(day, rooms, provider):
    object.__setattr__(rooms, "ehr", SilentEhr())
    visit_id, someone = day.visit("Walter Brandt"), provider()
    form = someone.read(f"visits/{visit_id}").split('data-act="start"')[1]
    ticket = re.search(r'name="ticket" value="([^"]+)"', form)[1]

    asked = someone.http.post(
        f"https://localhost/clinic/s/{someone.session}/visits/{visit_id}/start",
        data={"ticket": ticket},
        headers={"Origin": "http://localhost:8000"},
    )

    assert 'data-page="ask-first"' in asked.text
    assert field(asked.text, "patient-name") == "Walter Brandt"


def notice(page, key):
    """The words of a notice."""
    found = re.search(rf'data-notice="{key}".*?<p>(.*?)</p>', page, re.DOTALL)
    return found and found[1]


DRIFT = json.dumps([{"setting": "waiting_room", "asked": "true", "got": "false"}])


@pytest.mark.parametrize(
    ("meeting", "said"),
    [
        ({"state": "ready"}, "The visit can go on."),
        ({"state": "failed", "error_code": "drift"}, "So the visit was not started."),
    ],
)
def test_settings_that_zoom_has_otherwise_are_said_in_plain_words_with_what_to_do(
    day, provider, meeting, said
):
    visit_id = day.visit(state="open")
    day.meeting(visit_id, drift=DRIFT, **meeting)

    page = provider().read(f"visits/{visit_id}")

    assert said in notice(page, "drift")
    assert "Ask whoever manages Zoom" in notice(page, "drift")
    assert notice(page, "meeting") is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("ZoomQuotaSpent", "(VB-1515). Start tries again. Zoom lets one host make a hundred meetings a day"),
        ("never_made", "could not be made. Start tries again."),
    ],
)
def test_a_meeting_that_failed_says_why_where_that_is_known(day, provider, error, said):
    visit_id = day.visit(state="open")
    day.meeting(visit_id, state="failed", error_code=error, room_id=None)

    page = notice(provider().read(f"visits/{visit_id}"), "meeting")

    assert said in page
    assert error not in page


def test_who_only_waited_is_not_said_to_have_stayed_away(day, provider):
    waited, away = (day.visit(start=-20, state="finished") for _ in range(2))
    for visit_id in (waited, away):
        day.meeting(visit_id)
        day.fact(visit_id, "joined", -18, "host", "c-host")
    day.fact(waited, "waiting", -17, "patient", "c-patient")
    someone = provider()

    assert "in the waiting room, never in the call" in someone.read(f"visits/{waited}")
    assert "was not in the call" in someone.read(f"visits/{away}")


def test_a_link_that_was_just_sent_says_that_it_is_not_sent_twice(rooms, clock, day, provider):
    visit_id = day.visit()
    someone = provider()
    send_link(rooms, visit_id, f"{visit_id}-patient", "email")

    assert "under way: it is not sent twice" in someone.read(f"visits/{visit_id}")

    for row_id in due_rows(rooms):
        deliver(rooms, row_id)
    assert "a moment ago: it is not sent twice" in someone.read(f"visits/{visit_id}")

    clock.forward(seconds=31)
    assert "not sent twice" not in someone.read(f"visits/{visit_id}")


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        (
            ("meeting:write:meeting", "meeting:write:meeting:admin"),
            "It lacks a scope: meeting:write:meeting / ",
        ),
        (("jane:planted",), "It lacks a scope."),
        ((), "It lacks a scope."),
    ],
)
def test_a_missing_scope_is_named_if_it_has_the_shape_of_one(scopes, said):
    cause = str(explain(ZoomScopeMissing(scopes)).cause)

    assert said in cause
    assert "jane" not in cause
