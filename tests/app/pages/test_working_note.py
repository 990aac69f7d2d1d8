"""The finish page keeps what is typed, with scripts and without; a sign-in tells how long it lasts."""

import re
from datetime import timedelta

import pytest

from app.store.sessions import IDLE, LIFE

TYPED = "Blood pressure at home is fine."
OURS = {"Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"}


class Typist:
    """A provider before the finish page of a visit."""

    def __init__(self, provider, visit: str) -> None:
        self.provider, self.visit = provider, visit
        self.path = f"https://localhost/clinic/s/{provider.session}"

    def page(self) -> str:
        return self.provider.read(f"visits/{self.visit}/finish")

    def token(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.page())
        assert found is not None
        return found[1]

    def keep(self, note: str, revision: int = 0, accept: str = "application/json", token: str | None = None):
        fields = {"note": note, "revision": str(revision), "csrf": token or self.token()}
        address = f"{self.path}/visits/{self.visit}/note"
        return self.provider.http.post(address, data=fields, headers=OURS | {"Accept": accept})

    def kept(self):
        return self.provider.get(f"visits/{self.visit}/note").get_json()


@pytest.fixture
def typist(day, provider):
    visit = day.visit("Walter Brandt", start=-20, state="in_progress")
    day.meeting(visit)
    who = provider()
    # By an account of our own: no EHR is asked how it takes notes.
    who.session = day.sign_in("browser", kind="local")
    return Typist(who, visit)


def test_a_script_is_told_what_was_kept_and_the_page_brings_it_back(typist, rooms):
    answer = typist.keep(TYPED)

    assert answer.get_json() == {
        "revision": 1,
        "saved_at": rooms.clock.now().isoformat().replace("+00:00", "Z"),
    }
    assert typist.kept()["text"] == TYPED
    page = typist.page()
    assert TYPED in page
    assert 'data-revision="1"' in page
    assert "Kept at" in page


def test_without_scripts_a_button_keeps_it_and_leads_back_to_the_visit(typist):
    answer = typist.keep(TYPED, accept="text/html")

    assert answer.status_code == 303
    assert answer.location.endswith(f"/visits/{typist.visit}")
    assert typist.kept()["text"] == TYPED


def test_another_window_s_text_is_told_with_a_code(typist):
    typist.keep("One")

    answer = typist.keep("Other")

    assert (answer.status_code, answer.get_json()["code"]) == (409, "VB-1333")
    assert "One" not in answer.get_data(as_text=True)


def test_without_scripts_the_text_that_was_refused_is_shown_to_be_copied(typist):
    typist.keep("One")

    answer = typist.keep("Other", accept="text/html")

    assert answer.status_code == 409
    assert "Other</textarea>" in answer.get_data(as_text=True)


def test_whoever_begins_anew_sees_what_the_call_tells_and_loses_nothing(typist):
    typist.keep(TYPED)

    page = typist.provider.read(f"visits/{typist.visit}/finish?begin=anew")

    assert TYPED not in page
    assert typist.kept()["text"] == TYPED


def test_nothing_is_kept_for_a_form_of_another_page(typist):
    assert typist.keep(TYPED, token="made-up").status_code == 400
    assert typist.kept()["text"] is None


def test_nobody_keeps_a_note_of_a_visit_that_is_not_open_to_them(typist):
    token, typist.visit = typist.token(), "nobody"

    assert typist.keep(TYPED, token=token).status_code == 403


def test_asking_how_long_a_sign_in_lasts_keeps_nobody_awake(typist, rooms):
    first = typist.provider.get("left").get_json()
    rooms.wall.forward(minutes=20)
    later = typist.provider.get("left").get_json()
    rooms.wall.forward(minutes=11)

    assert first == {"seconds": IDLE.total_seconds(), "last": False}
    assert later["seconds"] == timedelta(minutes=10).total_seconds()
    assert typist.provider.get("left").status_code == 403


def test_whoever_says_that_they_are_there_stays_half_an_hour_more(typist, rooms):
    token = typist.token()
    rooms.wall.forward(minutes=29)

    answer = typist.provider.http.post(f"{typist.path}/stay", headers=OURS | {"X-CSRF-Token": token})

    assert answer.get_json() == {"seconds": IDLE.total_seconds(), "last": False}


def test_after_twelve_hours_nothing_helps(typist, rooms):
    for _ in range(35):
        rooms.wall.forward(minutes=20)
        typist.token()
    rooms.wall.forward(minutes=10)

    told = typist.provider.get("left").get_json()

    assert told == {"seconds": (LIFE - timedelta(minutes=710)).total_seconds(), "last": True}
