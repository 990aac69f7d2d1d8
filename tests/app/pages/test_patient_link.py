"""The patient's link over HTTP: who counts as looking, and what a Join must be."""

import re

import pytest

from app.models import Participant
from tests.clinic_day import HOST_IN_CALL

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 12_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
IMESSAGE = "Mozilla/5.0 (Macintosh) AppleWebKit/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0"


@pytest.fixture
def open_visit(day):
    """A visit whose provider is in the call: its link's path, and its patient's id."""
    visit = day.visit(state="open", host=HOST_IN_CALL)
    day.meeting(visit)
    return f"/v/{day.token_of(visit)}", f"{visit}-patient"


def presence_of(rooms, participant):
    with rooms.db.read() as tx:
        return tx.get_one(Participant, participant).presence


def form_token(page):
    return re.search(r'name="csrf" value="([^"]+)"', page)[1]


def test_who_opens_the_link_is_here(rooms, phone, open_visit):
    path, patient = open_visit

    answer = phone.get(path, headers={"User-Agent": IPHONE})

    assert answer.status_code == 200
    assert presence_of(rooms, patient) == "here"


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": IMESSAGE},
        {"User-Agent": "WhatsApp/2.23.20.0"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"User-Agent": "SkypeUriPreview Preview/0.5"},
        {"User-Agent": IPHONE, "Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_a_program_that_looks_ahead_is_nobody_and_sees_the_same_page(rooms, phone, open_visit, headers):
    path, patient = open_visit

    answer = phone.get(path, headers=headers)

    assert 'data-page="patient"' in answer.text
    assert presence_of(rooms, patient) == "invited"


def test_the_head_of_the_page_is_asked_for_by_nobody(rooms, phone, open_visit):
    path, patient = open_visit

    assert phone.head(path, headers={"User-Agent": IPHONE}).status_code == 200
    assert presence_of(rooms, patient) == "invited"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_join_is_never_got(rooms, phone, video, open_visit, method):
    path, _ = open_visit

    assert phone.open(f"{path}/join", method=method).status_code == 405
    assert video.calls == []


def test_join_needs_the_form_of_this_very_link(phone, video, day, open_visit):
    path, _ = open_visit
    others = form_token(phone.get(f"/v/{day.token_of(day.visit(state='open', host=HOST_IN_CALL))}").text)

    assert phone.post(f"{path}/join", headers={"Origin": "null"}).status_code == 400
    assert phone.post(f"{path}/join", data={"csrf": others}, headers={"Origin": "null"}).status_code == 400
    assert video.calls == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}]
)
def test_no_other_site_joins_for_the_patient(phone, open_visit, headers):
    path, _ = open_visit
    csrf = form_token(phone.get(path).text)

    assert phone.post(f"{path}/join", data={"csrf": csrf}, headers=headers).status_code == 403
