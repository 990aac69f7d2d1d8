"""Inviting people on the visit's page, and what their own pages say."""

import json
import re

import pytest

from app.store.directory import note_practitioners
from app.store.visits import find_visit
from fhir.practitioners import ChartPractitioner
from tests.clinic_day import HOST_IN_CALL, WAITING

LIN = {"role": "interpreter", "name": "Lin Wei", "language": "en"}


@pytest.fixture
def visit(day):
    made = day.visit(state="open", host=HOST_IN_CALL)
    day.meeting(made)
    return made


def field(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def send(who, path, **fields):
    page = who.read(f"visits/{path.split('/')[0]}")
    address = f"https://localhost/clinic/s/{who.session}/visits/{path}"
    data = {"csrf": re.search(r'data-csrf="([^"]+)"', page)[1]} | fields
    return who.http.post(address, data=data, headers={"Sec-Fetch-Site": "same-origin"})


def invite(who, visit, **changes):
    """Fills the form in and sends it."""
    form = who.read(f"visits/{visit}/invite")
    fields = {"csrf": field(form, "csrf"), "key": field(form, "key")} | LIN | changes
    address = f"https://localhost/clinic/s/{who.session}/visits/{visit}/invite"
    return who.http.post(address, data=fields, headers={"Sec-Fetch-Site": "same-origin"})


def guests(rooms, visit):
    with rooms.db.read() as tx:
        return [person for person in find_visit(tx, visit).people if person.invited_at]


def test_whoever_is_invited_stands_on_the_page_with_a_link_to_copy(rooms, provider, visit):
    who = provider()

    assert invite(who, visit).status_code == 303

    (guest,) = guests(rooms, visit)
    page = who.read(f"visits/{visit}")
    assert f"/v/{guest.token}" in page
    assert "Interpreter K7Q2" in page and "Lin Wei" in page
    assert 'data-act="take-back"' in page


def test_a_form_that_was_sent_twice_invites_once(rooms, provider, visit):
    who = provider()

    invite(who, visit, key="one-form")
    invite(who, visit, key="one-form")

    assert len(guests(rooms, visit)) == 1


def test_what_is_wrong_is_said_in_the_form_and_what_was_typed_stays(rooms, provider, visit):
    answer = invite(provider(), visit, email="lin.wei at agency", name="Lin Wei")

    assert answer.status_code == 400
    assert 'data-code="VB-1341"' in answer.text
    assert 'value="lin.wei at agency"' in answer.text and 'value="Lin Wei"' in answer.text
    assert guests(rooms, visit) == []


def test_whoever_may_only_look_invites_nobody(rooms, provider, visit):
    who = provider("scheduler")

    assert 'data-act="invite"' not in who.read(f"visits/{visit}")
    assert who.get(f"visits/{visit}/invite").status_code == 403
    assert send(who, f"{visit}/invite", key="k", **LIN).status_code == 403
    assert guests(rooms, visit) == []


@pytest.mark.parametrize(
    ("role", "said"),
    [("interpreter", "You interpret."), ("family", "You join the patient."), ("colleague", "as a colleague")],
)
def test_who_waits_reads_words_for_their_role(rooms, day, provider, phone, role, said):
    visit = day.visit()
    invite(provider(), visit, role=role)
    (guest,) = guests(rooms, visit)

    page = phone.get(f"/v/{guest.token}").text

    assert said in page
    assert 'data-state="wait"' in page


def test_their_page_speaks_the_language_that_was_chosen(rooms, provider, phone, visit):
    invite(provider(), visit, language="zh_Hant")
    (guest,) = guests(rooms, visit)

    assert '<html lang="zh-Hant"' in phone.get(f"/v/{guest.token}").text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("finished", "Thank you for interpreting."),
        ("no_show", "The visit did not take place"),
        ("cancelled", "You need not come."),
    ],
)
def test_what_the_link_says_when_the_visit_is_closed(rooms, provider, phone, visit, state, said):
    invite(provider(), visit)
    (guest,) = guests(rooms, visit)
    with rooms.db.write() as tx:
        found = find_visit(tx, visit)
        found.state, found.closed_at = state, rooms.clock.now()

    page = phone.get(f"/v/{guest.token}").text

    assert said in page
    assert 'data-act="join"' not in page


def test_a_link_that_was_taken_back_tells_nothing_of_the_visit(rooms, provider, phone, visit):
    who = provider()
    invite(who, visit)
    (guest,) = guests(rooms, visit)

    assert send(who, f"{visit}/people/{guest.id}/take-back").status_code == 303

    page = phone.get(f"/v/{guest.token}")
    assert page.status_code == 200 and 'data-state="taken_back"' in page.text
    assert "Dr. Amara Osei" not in page.text and "K7Q2" not in page.text
    assert f"/v/{guest.token}" not in who.read(f"visits/{visit}")

    assert send(who, f"{visit}/people/{guest.id}/new-link").status_code == 303
    assert guests(rooms, visit)[0].token != guest.token


def test_a_person_of_another_visit_is_not_reached_through_this_one(rooms, day, provider, visit):
    other = day.visit("Walter Brandt")
    who = provider()
    invite(who, other)
    (guest,) = guests(rooms, other)

    assert send(who, f"{visit}/people/{guest.id}/take-back").status_code == 404

    assert guests(rooms, other)[0].revoked_at is None


def test_an_open_page_acknowledges_an_interpreter_who_waits(rooms, provider, phone, visit):
    who = provider()
    invite(who, visit)
    (guest,) = guests(rooms, visit)
    assert 'data-ack=""' in who.read(f"visits/{visit}")

    phone.get(f"/v/{guest.token}")

    assert f'data-ack="{visit}"' in who.read(f"visits/{visit}")


def test_how_late_it_is_stands_on_the_patients_page_and_on_the_staffs(day, provider, phone, visit):
    who, link = provider(), f"/v/{day.token_of(visit)}"

    assert send(who, f"{visit}/wait", minutes="10").status_code == 303

    assert "Your clinic is about 10 minutes late, as of" in phone.get(f"{link}/live").text
    assert "About 10 minutes late, as of" in who.read(f"visits/{visit}")
    assert "10 minutes late" in who.read("schedule/fragment")
    assert send(who, f"{visit}/wait", text="<b>soon</b>").status_code == 303
    assert "&lt;b&gt;soon&lt;/b&gt;" in phone.get(f"{link}/live").text
    assert send(who, f"{visit}/wait/clear").status_code == 303
    assert "data-wait=" not in phone.get(f"{link}/live").text


def test_words_that_cannot_be_shown_are_refused_with_a_code(provider, phone, visit):
    answer = send(provider(), f"{visit}/wait", text="x" * 121)

    assert (answer.status_code, "VB-1347" in answer.text) == (400, True)
    assert send(provider("scheduler"), f"{visit}/wait", minutes="10").status_code == 403


def test_whoever_was_put_back_reads_it_and_staff_see_since_when(day, provider, phone):
    put_back = {**WAITING, "put_back_at": -3, "was_in_call": True}
    visit = day.visit(state="in_progress", patient=put_back, host=HOST_IN_CALL)
    day.meeting(visit)

    page = phone.get(f"/v/{day.token_of(visit)}/live").text
    staff = provider().read(f"visits/{visit}")

    assert 'data-state="held"' in page and "has asked you to wait for a moment" in page
    assert "put back at" in staff and "3 min ago" in staff and 'id="put-back"' in staff


def test_a_visit_is_handed_over_by_its_page_and_everybody_reads_it(rooms, day, provider, phone, visit):
    with rooms.db.write() as tx:
        lee = ChartPractitioner("dr-lee", "Dr. David Lee", None, (), ())
        note_practitioners(tx, "sandbox", [lee], rooms.clock.now())
    who = provider()
    assert "Dr. David Lee" in who.read(f"visits/{visit}/hand-over")

    assert send(who, f"{visit}/hand-over", to="dr-lee", reason="Emergency").status_code == 303

    assert "Dr. Amara Osei handed this visit to Dr. David Lee" in who.read(f"visits/{visit}")
    assert (
        "Dr. David Lee comes next, in place of Dr. Amara Osei." in phone.get(f"/v/{day.token_of(visit)}").text
    )
    assert 'data-note="handed"' in who.read("schedule/fragment")


def test_whoever_may_only_look_hands_nothing_over(provider, visit):
    assert send(provider("scheduler"), f"{visit}/hand-over", to="dr-lee", reason="x").status_code == 403


def test_whoever_has_no_device_joins_by_telephone(rooms, day, phone, make_site):
    rooms.sites.site = make_site(policy={"dial_in": True})
    visit = day.visit(state="open", host=HOST_IN_CALL)
    numbers = [{"number": "+1 2125550190", "country": "US", "free": False}]
    offered = {"numbers": numbers, "meeting": "92674392836", "passcode": "428117"}
    day.meeting(visit, dial_in=json.dumps(offered))

    page = phone.get(f"/v/{day.token_of(visit)}").text

    assert 'href="tel:+12125550190,,92674392836%23,,,,*428117%23"' in page
    assert "926 7439 2836" in page


def test_what_a_patient_is_to_prepare_is_not_said_to_an_interpreter(rooms, day, provider, phone, make_site):
    rooms.sites.site = make_site(policy={"early_message": {"en": "Have your medicines at hand."}})
    visit = day.visit()
    who = provider()
    invite(who, visit)
    (guest,) = guests(rooms, visit)

    assert "Have your medicines" not in phone.get(f"/v/{guest.token}").text
    assert "Have your medicines" in phone.get(f"/v/{day.token_of(visit)}").text


@pytest.mark.parametrize("form", ["invite", "hand-over"])
def test_a_closed_visit_has_no_form_to_invite_or_hand_over(day, provider, form):
    visit = day.visit(state="finished")

    assert provider().get(f"visits/{visit}/{form}").status_code == 303
