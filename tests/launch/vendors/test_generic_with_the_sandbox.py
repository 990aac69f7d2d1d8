"""Each rung of the standard against the sandbox's strict EHR: chosen by what it says, written, looked for."""

from datetime import UTC, datetime, timedelta

import pytest

from fhir.errors import ChartDisagrees, ChartUnreachable
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference
from fhir.writers.join_link import JoinLink
from fhir.writers.presence import Presence
from fhir.writers.recording_link import RecordingLink
from fhir.writers.status import VisitStatus
from fhir.writers.visit_note import VisitNote
from fhir.writers.waiting import Waiting
from launch.scopes import GrantedScopes
from launch.vendors.generic import PROFILE
from launch.vendors.generic.note import DOCUMENT_REFERENCE
from launch.vendors.ladder import Standing, choose
from tests.fhir.clinic import SCOPE

pytestmark = pytest.mark.wire
OURS = OwnIdentifier("urn:visitbridge:write", "K7Q2M9XW")
NOW = datetime.now(UTC).replace(microsecond=0)
EVERY_SWITCH = {"virtual-service": True, "appointment-participation": True}
STATUS, PRESENCE = PROFILE.rungs.status, PROFILE.rungs.presence

# Each rung with a fact of a visit that it can write.
FACTS = {
    "communication": lambda visit: Waiting(
        OURS,
        visit["patient"],
        (Reference("Practitioner", visit["practitioner"]),),
        NOW,
        "The patient is waiting.",
    ),
    "document-reference": lambda visit: VisitNote(
        OURS,
        visit["patient"],
        Reference("Practitioner", visit["practitioner"]),
        NOW,
        NOW - timedelta(minutes=20),
        NOW,
        "Together in the call: 18 minutes.",
        visit["encounter"],
    ),
    "appointment-arrived": lambda visit: Presence(visit["id"], Reference("Patient", visit["patient"]), NOW),
    "appointment-participation": lambda visit: Presence(
        visit["id"], Reference("Practitioner", visit["practitioner"]), NOW
    ),
    "appointment-status": lambda visit: VisitStatus("fulfilled", NOW, visit["id"]),
    "encounter-status": lambda visit: VisitStatus("fulfilled", NOW, None, visit["encounter"]),
    "virtual-service": lambda visit: JoinLink(visit["id"], "https://v.test/v/x", "https://v.test/"),
    "recording-link": lambda visit: RecordingLink(
        OURS, visit["patient"], "https://v.test/recordings/x", NOW, NOW, NOW, visit["encounter"]
    ),
}
RUNGS = {rung.name: rung for fact in vars(PROFILE.rungs).values() for rung in fact}


def standing(clinic):
    granted = GrantedScopes.parse(SCOPE)
    user = GrantedScopes.parse(SCOPE.replace("system/", "user/"))
    return Standing(clinic.can(), {"system": granted, "user": user}, switches=EVERY_SWITCH)


def chosen(clinic, name, fact):
    choice = choose((RUNGS[name],), standing(clinic), fact)
    assert choice.rung is RUNGS[name], choice.passed_over
    return choice


def test_every_rung_has_its_fact_here():
    assert set(FACTS) == set(RUNGS)


@pytest.mark.parametrize("name", FACTS)
def test_a_rung_writes_once_and_finds_it_again(clinic, name):
    visit = clinic.visit(5)
    fact = FACTS[name](visit)
    choice = chosen(clinic, name, fact)
    assert choice.rung.look(clinic.chart(), fact, None) is None

    first = choice.rung.write(clinic.chart(), fact, clinic.can())
    again = choice.rung.write(clinic.chart(), fact, clinic.can())
    found = choice.rung.look(clinic.chart(), fact, None)

    assert choice.can_look
    assert first.is_done and again.is_done
    assert first.reference == again.reference == found.reference
    assert len(clinic.written()) == 1


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("switch", ["drop_after_write", "fail_after_write"])
def test_an_unknown_outcome_of_any_rung_is_settled_by_its_look(clinic, name, switch):
    fact = FACTS[name](clinic.visit(5))
    clinic.switch(switch, times=1)

    with pytest.raises(ChartUnreachable) as caught:
        RUNGS[name].write(clinic.chart(), fact, clinic.can())

    assert not caught.value.outcome_known
    assert RUNGS[name].look(clinic.chart(), fact, None).reference == clinic.written()[0]["reference"]


@pytest.mark.parametrize("name", FACTS)
def test_a_rung_needs_what_the_server_says_and_no_more(clinic, name):
    fact = FACTS[name](clinic.visit(5))
    clinic.switch("no_conditional_create")
    clinic.switch("no_search")
    clinic.switch("no_patch")

    choice = chosen(clinic, name, fact)
    choice.rung.write(clinic.chart(), fact, clinic.can())

    assert len(clinic.written()) == 1
    assert choice.can_look is (name not in ("communication", "document-reference", "recording-link"))


def test_where_nothing_is_safe_to_change_nothing_is_changed(clinic):
    clinic.switch("no_patch")
    clinic.switch("no_if_match")

    for rungs in (STATUS, PRESENCE, PROFILE.rungs.join_link):
        assert choose(rungs, standing(clinic)).rung is None


def test_what_the_front_desk_did_already_needs_no_write(clinic):
    visit = clinic.visit(5)
    clinic.front_desk(visit["id"], status="checked-in")
    here = Presence(visit["id"], Reference("Patient", visit["patient"]), NOW)

    written = RUNGS["appointment-arrived"].write(clinic.chart(), here, clinic.can())

    assert written.reference == f"Appointment/{visit['id']}"
    assert clinic.written() == []


def test_what_the_front_desk_cancelled_stays_cancelled(clinic):
    visit = clinic.visit(5)
    clinic.front_desk(visit["id"], status="cancelled")
    fact = VisitStatus("fulfilled", NOW, visit["id"])

    for act in (
        lambda rung: rung.write(clinic.chart(), fact, clinic.can()),
        lambda rung: rung.look(clinic.chart(), fact, None),
    ):
        with pytest.raises(ChartDisagrees):
            act(RUNGS["appointment-status"])

    assert clinic.written() == []


def test_a_draft_and_a_final_note_stand_as_such(clinic):
    draft = FACTS["document-reference"](clinic.visit(5))

    DOCUMENT_REFERENCE.write(clinic.chart(), draft, clinic.can())

    assert clinic.written()[0]["resource"]["docStatus"] == "preliminary"
