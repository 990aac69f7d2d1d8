"""The stand-in pages: what a person sees and can do."""

import re
from html import unescape

import pytest


def main_of(page):
    found = re.search(r'<main data-page="([\w-]+)"(?: data-role="(\w+)" data-place="(\w+)")?', page.text)
    return found.groups()


def path_of(url):
    return url.replace("http://127.0.0.1:8002", "")


@pytest.fixture
def host_page(visit):
    return path_of(visit["start_url"])


@pytest.fixture
def patient_page(zoom, visit):
    return path_of(zoom.register(visit)["join_url"])


def press(zoom, page, act, person=None):
    answer = zoom.http.post(page, data={"act": act, **({"person": person} if person else {})})
    assert answer.status_code == 303, answer.text
    return zoom.http.get(page)


def people_in(page, act):
    return re.findall(rf'name="person" value="(\d+)">\s*<button[^>]*value="{act}"', page.text)


def test_opening_a_link_does_nothing_by_itself(zoom, visit, host_page, patient_page):
    assert main_of(zoom.http.get(host_page)) == ("zoom", "host", "outside")
    assert main_of(zoom.http.get(patient_page)) == ("zoom", "guest", "outside")
    assert zoom.call("GET", f"/meetings/{visit['id']}").get_json()["status"] == "waiting"


def test_a_whole_visit_by_hand(zoom, host_page, patient_page):
    assert main_of(press(zoom, patient_page, "enter")) == ("zoom", "guest", "waiting")
    started = press(zoom, host_page, "enter")
    assert main_of(started) == ("zoom", "host", "in_call")
    assert "Patient K7Q2" in started.text

    admitted = press(zoom, host_page, "admit", *people_in(started, "admit"))
    assert main_of(zoom.http.get(patient_page)) == ("zoom", "guest", "in_call")
    press(zoom, host_page, "put-back", *people_in(admitted, "put-back"))
    assert main_of(zoom.http.get(patient_page)) == ("zoom", "guest", "waiting")
    press(zoom, host_page, "admit-all")
    assert main_of(press(zoom, patient_page, "leave")) == ("zoom", "guest", "left")
    assert main_of(press(zoom, patient_page, "enter")) == ("zoom", "guest", "waiting")
    assert main_of(press(zoom, host_page, "end")) == ("zoom", "host", "ended")
    assert main_of(zoom.http.get(patient_page)) == ("zoom", "guest", "ended")


def test_a_guest_has_no_hosts_buttons(zoom, host_page, patient_page):
    press(zoom, host_page, "enter")
    page = press(zoom, patient_page, "enter")

    refused = zoom.http.post(patient_page, data={"act": "end"})

    assert 'data-act="end"' not in page.text
    assert (refused.status_code, main_of(refused)[2]) == (409, "waiting")
    assert "Only the host" in refused.text


def test_the_plain_link_shows_a_form_and_the_form_gives_a_link(zoom, visit):
    plain = path_of(visit["join_url"])

    form = zoom.http.get(plain, follow_redirects=True)
    empty = zoom.http.post(f"/meeting/register/{visit['id']}", data={"first_name": "", "email": "x"})
    sent = zoom.http.post(
        f"/meeting/register/{visit['id']}", data={"first_name": "Aunt May", "email": "may@guests.example"}
    )

    assert main_of(form)[0] == "zoom-register"
    assert empty.status_code == 400
    assert sent.status_code == 303
    assert "Aunt May" in zoom.http.get(path_of(sent.location)).text


def test_without_registration_a_guest_says_a_name(zoom):
    meeting = zoom.create(settings={"approval_type": 2})
    plain = path_of(meeting["join_url"])

    assert main_of(zoom.http.get(plain))[0] == "zoom-name"
    assert main_of(press(zoom, f"{plain}&name=Aunt+May", "enter")) == ("zoom", "guest", "waiting")


def test_a_host_who_is_not_signed_in_signs_in_and_starts(zoom, visit, host_page):
    zoom.broken("host_not_signed_in")
    first = zoom.http.get(host_page)
    refused = zoom.http.post(host_page, data={"act": "enter"})
    back = unescape(re.search(r'href="(/signin\?back=[^"]+)"', first.text)[1])

    assert main_of(first)[0] == main_of(refused)[0] == "zoom-signin-first"
    assert main_of(zoom.http.get(back))[0] == "zoom-signin"
    signed_in = zoom.http.post("/signin", data={"user": visit["host_id"], "back": host_page})
    assert signed_in.location == host_page
    assert main_of(press(zoom, host_page, "enter")) == ("zoom", "host", "in_call")


def test_somebody_signed_in_as_another_is_warned(zoom, host_page):
    zoom.http.post("/signin", data={"user": "dAv1dLeeQw8eRt5YuI0oPa"})

    page = zoom.http.get(host_page)

    assert "You are signed in to Zoom as David Lee" in page.text


@pytest.mark.parametrize("back", ["https://evil.test/", "//evil.test/", ""])
def test_the_sign_in_leads_nowhere_else(zoom, back):
    assert zoom.http.post("/signin", data={"user": "", "back": back}).location == "/"


@pytest.mark.parametrize(
    "path", ["/s/{id}?zak=x", "/w/{id}?tk=x", "/w/1?tk=x", "/meeting/register/1", "/j/1?pwd=x"]
)
def test_a_bad_link_says_so(zoom, visit, path):
    page = zoom.http.get(path.format(id=visit["id"]))

    assert (page.status_code, main_of(page)[0]) == (403, "zoom-refused")


def test_an_old_start_link_says_that_it_is_old(zoom, host_page):
    zoom.later(hours=3)

    assert "expired" in zoom.http.get(host_page).text


def test_names_are_text_and_never_markup(zoom):
    meeting = zoom.create(topic="<b>Visit</b>")

    page = zoom.http.get(path_of(meeting["start_url"]))

    assert "<b>Visit</b>" not in page.text
    assert "&lt;b&gt;Visit&lt;/b&gt;" in page.text


def test_the_home_page_lists_meetings(zoom, visit):
    assert f'data-meeting="{visit["id"]}"' in zoom.http.get("/").text
    assert main_of(zoom.http.get("/"))[0] == "zoom-home"
