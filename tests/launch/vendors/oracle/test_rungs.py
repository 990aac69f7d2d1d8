"""Each rung against the sandbox as Oracle Health: chosen by what it says, written, looked for."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fhir.errors import ChartAnswerMalformed, ChartBusy, ChartConflict, ChartDisagrees, ChartUnreachable
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference
from fhir.times import format_instant, parse_instant
from fhir.writers.join_link import JoinLink
from fhir.writers.presence import Presence
from fhir.writers.status import VisitStatus
from fhir.writers.visit_note import VisitNote
from fhir.writers.waiting import Waiting
from launch.scopes import GrantedScopes
from launch.vendors.ladder import Standing, Why, choose
from launch.vendors.oracle import PROFILE
from launch.vendors.registry import profile_of
from tests.fhir.clinic import SCOPE

pytestmark = pytest.mark.wire
OURS = OwnIdentifier("urn:visitbridge:write", "K7Q2M9XW")
NOW = datetime.now(UTC).replace(microsecond=0)
ON = {"video-visit-link": True, "appointment-status": True, "appointment-arrived": True}
RUNGS = {rung.name: rung for ladder in vars(PROFILE.rungs).values() for rung in ladder}
LINK, STATUS = RUNGS["video-visit-link"], RUNGS["appointment-status"]
NOTE, MESSAGE, END = RUNGS["document-reference"], RUNGS["communication"], RUNGS["encounter-end"]


def link(visit, code="x"):
    return JoinLink(
        visit["id"],
        f"https://v.test/v/{code}",
        "https://v.test/v/",
        provider_url="https://v.test/launch/standalone/harbor",
    )


def note(visit, **changes):
    written = VisitNote(
        OURS,
        visit["patient"],
        Reference("Practitioner", visit["practitioner"]),
        NOW,
        NOW - timedelta(minutes=20),
        NOW,
        "Together in the call: 18 minutes.",
        visit["encounter"],
        is_draft=False,
    )
    return replace(written, **changes)


def waiting(visit, **changes):
    told = Waiting(
        OURS,
        visit["patient"],
        (Reference("Practitioner", visit["practitioner"]), Reference("Group", "6345478364")),
        NOW,
        "The patient is waiting.",
        visit["encounter"],
        visit["id"],
        Reference("Practitioner", visit["practitioner"]),
    )
    return replace(told, **changes)


# Each with a visit that it suits: of the second the encounter is under way.
FACTS = {
    "video-visit-link": (4, link),
    "appointment-status": (4, lambda visit: VisitStatus("fulfilled", NOW, visit["id"])),
    "appointment-arrived": (
        4,
        lambda visit: Presence(visit["id"], Reference("Patient", visit["patient"]), NOW),
    ),
    "encounter-end": (4, lambda visit: VisitStatus("fulfilled", LATER, None, visit["encounter"])),
    "communication": (4, waiting),
    "document-reference": (4, note),
}
LATER = NOW + timedelta(hours=12)
CHANGES = ("video-visit-link", "appointment-arrived", "encounter-end")


def standing(clinic):
    granted = GrantedScopes.parse(SCOPE)
    user = GrantedScopes.parse(SCOPE.replace("system/", "user/"))
    return Standing(clinic.can(), {"system": granted, "user": user}, switches=ON)


def rooms(clinic, visit):
    raw = clinic.chart().read("Appointment", visit["id"])
    return {room["type"][0]["text"]: room.get("telecom", [{}])[0] for room in raw["contained"]}


def status(clinic, visit):
    return clinic.chart().read("Appointment", visit["id"])["status"]


def begun(clinic):
    """A visit whose encounter is under way."""
    return next(
        found
        for number in range(1, 19)
        if (found := clinic.visit(number))["encounter"]
        and "start" in clinic.chart().read("Encounter", found["encounter"]).get("period", {})
        and "end" not in clinic.chart().read("Encounter", found["encounter"])["period"]
    )


def fact_for(clinic, name):
    number, fact = FACTS[name]
    return fact(begun(clinic) if name == "encounter-end" else clinic.visit(number))


def test_every_rung_has_its_fact_here():
    assert profile_of("oracle") is PROFILE
    assert set(FACTS) == set(RUNGS)


def test_what_moves_the_tracking_board_or_shows_a_link_is_off_until_a_site_wants_it():
    assert {name for name, rung in RUNGS.items() if not rung.on_by_default} == set(ON)


@pytest.mark.parametrize("name", FACTS)
def test_a_rung_is_chosen_by_what_the_server_says(clinic, name):
    fact = fact_for(clinic, name)

    choice = choose((RUNGS[name],), standing(clinic), fact)

    assert choice.rung is RUNGS[name], choice.passed_over
    assert choice.can_look is (name != "communication")


@pytest.mark.parametrize("name", [name for name in FACTS if name != "communication"])
def test_a_rung_writes_and_finds_it_again(clinic, name):
    fact, rung = fact_for(clinic, name), RUNGS[name]
    assert rung.look(clinic.chart(), fact, None) is None

    written = rung.write(clinic.chart(), fact, clinic.can())
    found = rung.look(clinic.chart(), fact, None)

    assert written.is_done
    assert written.reference == found.reference
    assert found.copies == 1


@pytest.mark.parametrize("name", [*CHANGES, "appointment-status"])
def test_what_stands_is_not_written_again(clinic, name):
    fact, rung = fact_for(clinic, name), RUNGS[name]
    rung.write(clinic.chart(), fact, clinic.can())
    before = len(clinic.written())

    again = rung.write(clinic.chart(), fact, clinic.can())

    assert again.is_done
    assert len(clinic.written()) == before


@pytest.mark.parametrize("name", [*CHANGES, "document-reference"])
@pytest.mark.parametrize("switch", ["drop_after_write", "fail_after_write"])
def test_an_unknown_outcome_is_settled_by_a_look(clinic, name, switch):
    fact = fact_for(clinic, name)
    clinic.switch(switch, times=1)

    with pytest.raises(ChartUnreachable) as caught:
        RUNGS[name].write(clinic.chart(), fact, clinic.can())

    assert not caught.value.outcome_known
    assert RUNGS[name].look(clinic.chart(), fact, None).reference == clinic.written()[0]["reference"]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("switch", ["resource_locked", "failed_dependency"])
def test_a_lock_and_a_dependency_pass(clinic, name, switch):
    fact = fact_for(clinic, name)
    clinic.switch(switch, times=1)

    with pytest.raises(ChartBusy) as caught:
        RUNGS[name].write(clinic.chart(), fact, clinic.can())

    assert caught.value.retryable
    assert caught.value.outcome_known
    assert RUNGS[name].write(clinic.chart(), fact, clinic.can()).is_done


def test_links_are_added_once_and_replaced_later(clinic):
    visit = clinic.visit(4)

    LINK.write(clinic.chart(), link(visit), clinic.can())
    LINK.write(clinic.chart(), link(visit, "y"), clinic.can())

    assert rooms(clinic, visit)["Patient Virtual Meeting Room"]["value"] == "https://v.test/v/y"
    provider = rooms(clinic, visit)["Provider Virtual Meeting Room"]
    assert provider["value"] == "https://v.test/launch/standalone/harbor"
    raw = clinic.chart().read("Appointment", visit["id"])
    assert parse_instant(provider["period"]["start"]) == parse_instant(raw["start"])
    assert parse_instant(provider["period"]["end"]) == parse_instant(raw["end"])
    assert len(clinic.written()) == 2


def test_a_link_of_somebody_elses_stays(clinic):
    visit = clinic.visit(4)
    foreign = replace(link(visit), url="https://other.test/room", host_url="https://other.test/")
    LINK.write(clinic.chart(), foreign, clinic.can())

    with pytest.raises(ChartDisagrees):
        LINK.write(clinic.chart(), link(visit), clinic.can())

    assert rooms(clinic, visit)["Patient Virtual Meeting Room"]["value"] == "https://other.test/room"


def test_a_link_that_is_too_long_goes_another_way(clinic):
    fits = replace(link(clinic.visit(4)), url="https://v.test/v/".ljust(255, "x"))
    too_long = replace(fits, url=fits.url + "x")

    assert choose((LINK,), standing(clinic), fits).rung is LINK
    assert choose((LINK,), standing(clinic), too_long).passed_over[0].why is Why.NOT_SUITED


def test_a_visit_ends_step_by_step_on_the_tracking_board(clinic):
    visit = clinic.visit(4)

    STATUS.write(clinic.chart(), VisitStatus("fulfilled", NOW, visit["id"]), clinic.can())

    assert status(clinic, visit) == "fulfilled"
    assert [row["resource"]["status"] for row in clinic.written()] == ["checked-in", "fulfilled"]


def test_a_step_whose_answer_was_lost_is_not_taken_twice(clinic):
    visit = clinic.visit(4)
    fact = VisitStatus("fulfilled", NOW, visit["id"])
    clinic.switch("drop_after_write", times=1)
    with pytest.raises(ChartUnreachable):
        STATUS.write(clinic.chart(), fact, clinic.can())
    assert STATUS.look(clinic.chart(), fact, None) is None

    STATUS.write(clinic.chart(), fact, clinic.can())

    assert [row["resource"]["status"] for row in clinic.written()] == ["checked-in", "fulfilled"]


def test_what_the_front_desk_cancelled_stays_cancelled(clinic):
    visit = clinic.visit(4)
    clinic.front_desk(visit["id"], status="cancelled")

    for act in (
        lambda: STATUS.write(clinic.chart(), VisitStatus("fulfilled", NOW, visit["id"]), clinic.can()),
        lambda: STATUS.look(clinic.chart(), VisitStatus("fulfilled", NOW, visit["id"]), None),
    ):
        with pytest.raises(ChartDisagrees):
            act()

    assert clinic.written() == []


@pytest.mark.parametrize(
    "fact",
    [VisitStatus("noshow", NOW, "a", "e"), VisitStatus("in-progress", NOW, "a", "e", reopened=True)],
)
def test_no_way_leads_to_a_no_show_or_back(clinic, fact):
    choice = choose(PROFILE.rungs.status, standing(clinic), fact)

    assert choice.rung is None
    assert {one.why for one in choice.passed_over} == {Why.NOT_SUITED}


def test_an_encounter_that_has_ended_keeps_its_end(clinic):
    visit = begun(clinic)
    END.write(clinic.chart(), VisitStatus("fulfilled", LATER, None, visit["encounter"]), clinic.can())

    END.write(
        clinic.chart(),
        VisitStatus("fulfilled", LATER + timedelta(hours=1), None, visit["encounter"]),
        clinic.can(),
    )

    raw = clinic.chart().read("Encounter", visit["encounter"])
    assert parse_instant(raw["period"]["end"]) == LATER
    assert raw["status"] != "finished"


def test_an_encounter_does_not_end_before_it_began(clinic):
    visit = begun(clinic)
    fact = VisitStatus("fulfilled", NOW - timedelta(days=30), None, visit["encounter"])

    with pytest.raises(ChartDisagrees):
        END.write(clinic.chart(), fact, clinic.can())


def test_a_message_reaches_a_practitioner_and_a_pool(clinic):
    visit = clinic.visit(4)

    written = MESSAGE.write(clinic.chart(), waiting(visit), clinic.can())

    held = clinic.written()[0]["resource"]
    assert written.is_done
    assert [one["reference"] for one in held["recipient"]] == [
        f"Practitioner/{visit['practitioner']}",
        "Group/6345478364",
    ]
    data = held["payload"][0]["contentAttachment"]["data"]
    assert base64.b64decode(data) == b"The patient is waiting."


@pytest.mark.parametrize("changes", [{"sender": None}, {"recipients": ()}])
def test_a_message_of_nobody_or_to_nobody_is_not_sent(clinic, changes):
    fact = waiting(clinic.visit(4), **changes)

    assert choose((MESSAGE,), standing(clinic), fact).passed_over[0].why is Why.NOT_SUITED


def test_a_note_is_final_and_by_its_author(clinic):
    visit = clinic.visit(4)

    NOTE.write(clinic.chart(), note(visit), clinic.can())

    held = clinic.written()[0]["resource"]
    assert held["docStatus"] == "final"
    assert held["author"] == [{"reference": f"Practitioner/{visit['practitioner']}"}]
    assert held["context"]["period"]["end"] == format_instant(NOW)
    assert held["content"][0]["attachment"]["contentType"] == "text/plain;charset=utf-8"


@pytest.mark.parametrize("changes", [{"is_draft": True}, {"author": None}])
def test_a_draft_and_a_note_of_nobody_are_text_to_copy(clinic, changes):
    fact = note(clinic.visit(4), **changes)

    assert not NOTE.can_be_draft
    assert choose((NOTE,), standing(clinic), fact).passed_over[0].why is Why.NOT_SUITED


def test_another_note_of_the_same_visit_is_not_taken_for_this_one(clinic):
    visit = clinic.visit(4)
    first, second = note(visit), note(visit, written=NOW + timedelta(minutes=1))
    NOTE.write(clinic.chart(), first, clinic.can())
    assert NOTE.look(clinic.chart(), second, None) is None

    correction = replace(second, replaces=Reference("DocumentReference", "1"))
    NOTE.write(clinic.chart(), correction, clinic.can())

    assert NOTE.look(clinic.chart(), correction, None).copies == 1
    assert "corrects" in clinic.written()[1]["resource"]["content"][0]["attachment"]["title"]


def test_a_change_between_reading_and_writing_is_told(clinic):
    visit = clinic.visit(4)
    chart = clinic.chart()
    read = chart.read_versioned

    def meanwhile(*where):
        found = read(*where)
        clinic.front_desk(visit["id"], status="arrived")
        return found

    chart.read_versioned = meanwhile

    with pytest.raises(ChartConflict) as caught:
        LINK.write(chart, link(visit), clinic.can())

    assert caught.value.retryable


def test_a_resource_that_is_served_as_incomplete_is_no_outage(clinic):
    clinic.switch("incomplete_resource", type="Encounter")

    with pytest.raises(ChartAnswerMalformed):
        clinic.chart().read("Encounter", clinic.visit(4)["encounter"])
