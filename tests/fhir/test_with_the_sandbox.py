"""Writing to the sandbox's strict EHR over real HTTP: taken, found again, once, and settled where unknown."""

from datetime import UTC, datetime, timedelta

import pytest

from fhir.changes import Change, Edit, write_change
from fhir.errors import (
    ChartAnswerLost,
    ChartConflict,
    ChartFailing,
    ChartRefused,
    ChartSilent,
    ChartUnauthorized,
    ChartUnreachable,
)
from fhir.identifiers import OwnIdentifier
from fhir.receipts import condition, receipt
from fhir.references import Reference
from fhir.writers.join_link import JoinLink, join_link
from fhir.writers.presence import Presence, participation
from fhir.writers.status import VisitStatus, appointment_status, encounter_status
from fhir.writers.visit_note import VisitNote, visit_note
from fhir.writers.waiting import Waiting, waiting_message
from tests.fhir.clinic import open_clinic
from tests.patience import until

pytestmark = pytest.mark.wire
OURS = OwnIdentifier("urn:visitbridge:write", "K7Q2M9XW")
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def open_doors():
    with open_clinic() as clinic:
        yield clinic


@pytest.fixture
def clinic(open_doors):
    open_doors.reset()
    return open_doors


def message(visit):
    return waiting_message(
        Waiting(
            identifier=OURS,
            patient_id=visit["patient"],
            recipients=(Reference("Practitioner", visit["practitioner"]),),
            sent=NOW,
            text="The patient is waiting.",
            encounter_id=visit["encounter"],
            appointment_id=visit["id"],
        )
    )


def note(visit, **changes):
    told = {
        "identifier": OURS,
        "patient_id": visit["patient"],
        "author": Reference("Practitioner", visit["practitioner"]),
        "written": NOW,
        "start": NOW - timedelta(minutes=20),
        "end": NOW,
        "text": "Together in the call: 18 minutes.",
        "encounter_id": visit["encounter"],
    }
    return visit_note(VisitNote(**(told | changes)))


@pytest.mark.parametrize("make", [message, note])
def test_what_we_write_is_taken_and_found_again(clinic, make):
    raw = make(clinic.visit())

    written = clinic.chart().create(raw)
    found = receipt(clinic.chart(), raw["resourceType"], OURS)

    assert written.status == 201
    assert (found.reference, found.version, found.copies) == (written.reference, written.version, 1)
    [row] = clinic.written()
    assert row["reference"] == written.reference
    assert {name: row["resource"][name] for name in raw} == raw


@pytest.mark.parametrize("make", [message, note])
def test_a_conditional_create_makes_no_second_one(clinic, make):
    raw = make(clinic.visit())

    first = clinic.chart().create(raw, if_none_exist=condition(OURS))
    second = clinic.chart().create(raw, if_none_exist=condition(OURS))

    assert (first.status, second.status) == (201, 200)
    assert second.reference == first.reference
    assert len(clinic.written()) == 1


def test_a_corrected_note_names_the_one_that_it_replaces(clinic):
    visit = clinic.visit()
    first = clinic.chart().create(note(visit))
    again = OwnIdentifier(OURS.system, "second")
    replaces = Reference(*first.reference.split("/"))

    clinic.chart().create(note(visit, identifier=again, replaces=replaces, is_draft=False))

    kept = clinic.written()[1]["resource"]
    assert kept["relatesTo"] == [{"code": "replaces", "target": {"reference": first.reference}}]


def test_a_bare_answer_tells_enough(clinic):
    clinic.switch("terse_writes")

    written = clinic.chart().create(message(clinic.visit()))

    assert written.reference == clinic.written()[0]["reference"]
    assert written.version is None


@pytest.mark.parametrize(
    ("switch", "options", "error"),
    [
        ("drop_after_write", {}, ChartAnswerLost),
        ("slow_after_write", {"seconds": 0.8}, ChartSilent),
        ("fail_after_write", {"status": 502}, ChartFailing),
    ],
)
def test_an_unknown_outcome_is_settled_by_looking(clinic, switch, options, error):
    raw = message(clinic.visit())
    clinic.switch(switch, times=1, **options)
    chart = clinic.chart_in_haste() if error is ChartSilent else clinic.chart()

    with pytest.raises(error) as caught:
        chart.create(raw)

    assert not caught.value.outcome_known
    # Whoever lost patience may have done so before the EHR got to its work.
    until(clinic.written, what="the write")
    found = receipt(clinic.chart(), "Communication", OURS)
    assert found.reference == clinic.written()[0]["reference"]
    assert found.copies == 1


@pytest.mark.parametrize(
    ("options", "error", "known"),
    [({"status": 0}, ChartAnswerLost, False), ({"status": 500}, ChartFailing, False)],
)
def test_a_fault_before_anything_was_done_looks_the_same_and_nothing_is_found(clinic, options, error, known):
    raw = message(clinic.visit())
    clinic.switch("ehr_down", times=1, **options)

    with pytest.raises(error) as caught:
        clinic.chart().create(raw)

    assert caught.value.outcome_known is known
    assert receipt(clinic.chart(), "Communication", OURS) is None


def test_a_success_that_kept_nothing_has_no_receipt(clinic):
    clinic.switch("forget_creates", times=1)

    written = clinic.chart().create(note(clinic.visit()))

    assert written.reference is not None
    assert receipt(clinic.chart(), "DocumentReference", OURS) is None


def test_nobody_listens_so_nothing_was_sent(clinic):
    chart = clinic.chart()
    chart.base_url = "http://127.0.0.1:9/fhir"
    raw = message(clinic.visit())

    with pytest.raises(ChartUnreachable) as caught:
        chart.create(raw)

    assert type(caught.value) is ChartUnreachable
    assert caught.value.outcome_known


def test_a_second_copy_is_counted(clinic):
    clinic.switch("no_conditional_create")
    raw = message(clinic.visit())

    first = clinic.chart().create(raw, if_none_exist=condition(OURS))
    clinic.chart().create(raw, if_none_exist=condition(OURS))
    found = receipt(clinic.chart(), "Communication", OURS)

    assert found.copies == 2
    assert first.reference in {row["reference"] for row in clinic.written()}


def test_an_ehr_that_cannot_be_searched_says_so(clinic):
    clinic.switch("no_search")

    with pytest.raises(ChartRefused) as caught:
        receipt(clinic.chart(), "Communication", OURS)

    assert (caught.value.status, caught.value.codes) == (405, ())
    assert not clinic.can().can_search("Communication", "identifier")


def test_a_refusal_names_the_kind_of_fault(clinic):
    raw = message(clinic.visit()) | {"subject": {"reference": "Patient/nobody"}}

    with pytest.raises(ChartRefused) as caught:
        clinic.chart().create(raw)

    assert (caught.value.status, caught.value.codes) == (422, ("not-found",))


def test_a_token_that_ended_is_renewed_and_the_write_done_once(clinic):
    clinic.switch("expire_tokens")

    assert clinic.chart().create(message(clinic.visit())).is_done
    assert len(clinic.written()) == 1


def test_a_token_that_was_revoked_with_all_that_follow_writes_nothing(clinic):
    chart = clinic.chart()
    chart._wire._reauthorize = lambda: "spent"
    clinic.switch("expire_tokens")

    with pytest.raises(ChartUnauthorized):
        chart.create(message(clinic.visit()))

    assert clinic.written() == []


CHANGES = {
    "arrived": ("Appointment", lambda raw, visit: appointment_status(raw, VisitStatus("arrived", NOW))),
    "fulfilled": ("Appointment", lambda raw, visit: appointment_status(raw, VisitStatus("fulfilled", NOW))),
    "noshow": ("Appointment", lambda raw, visit: appointment_status(raw, VisitStatus("noshow", NOW))),
    "here": (
        "Appointment",
        lambda raw, visit: participation(
            raw, Presence(visit["id"], Reference("Patient", visit["patient"]), NOW)
        ),
    ),
    "join link": (
        "Appointment",
        lambda raw, visit: join_link(raw, JoinLink(visit["id"], "https://v.test/v/x", "https://v.test/")),
    ),
    "encounter": ("Encounter", lambda raw, visit: encounter_status(raw, VisitStatus("fulfilled", NOW))),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("way", ["patch", "update"])
def test_a_change_is_taken_either_way_and_changes_nothing_else(clinic, name, way):
    resource_type, plan = CHANGES[name]
    if way == "update":
        clinic.switch("no_patch")
    visit, chart, can = clinic.visit(5), clinic.chart(), clinic.can()
    resource_id = visit["id"] if resource_type == "Appointment" else visit["encounter"]
    raw = chart.read(resource_type, resource_id)

    written = write_change(chart, raw, plan(raw, visit), can)
    now = chart.read(resource_type, resource_id)

    assert clinic.written()[0]["interaction"] == way
    assert written.version == now["meta"]["versionId"] != raw["meta"]["versionId"]
    assert plan(now, visit) is None
    touched = {"meta", "status", "statusHistory", "period", "participant", "extension"}
    assert {k: v for k, v in now.items() if k not in touched} == {
        k: v for k, v in raw.items() if k not in touched
    }


@pytest.mark.parametrize("way", ["patch", "update"])
def test_a_change_to_what_has_moved_on_is_a_conflict(clinic, way):
    if way == "update":
        clinic.switch("no_patch")
    visit, chart, can = clinic.visit(5), clinic.chart(), clinic.can()
    raw = chart.read("Appointment", visit["id"])
    clinic.front_desk(visit["id"], move_minutes=15)

    with pytest.raises(ChartConflict) as caught:
        write_change(chart, raw, appointment_status(raw, VisitStatus("arrived", NOW)), can)

    assert caught.value.outcome_known and caught.value.retryable
    fresh = chart.read("Appointment", visit["id"])
    assert write_change(chart, fresh, appointment_status(fresh, VisitStatus("arrived", NOW)), can).is_done


def test_where_versions_are_not_checked_the_patch_checks_what_it_changes(clinic):
    clinic.switch("no_if_match")
    visit, chart, can = clinic.visit(5), clinic.chart(), clinic.can()
    raw = chart.read("Appointment", visit["id"])
    clinic.front_desk(visit["id"], status="cancelled")

    with pytest.raises(ChartConflict) as caught:
        write_change(chart, raw, appointment_status(raw, VisitStatus("arrived", NOW)), can)

    assert caught.value.outcome_known
    assert chart.read("Appointment", visit["id"])["status"] == "cancelled"


def test_a_change_that_is_against_the_rules_stays_refused(clinic):
    visit, chart = clinic.visit(5), clinic.chart()
    raw = chart.read("Appointment", visit["id"])
    nobody = Change((Edit("/participant/0/actor/reference", "Patient/nobody"),))

    with pytest.raises(ChartRefused) as caught:
        write_change(chart, raw, nobody, clinic.can())

    assert type(caught.value) is ChartRefused
    assert caught.value.codes == ("not-found",)


@pytest.mark.parametrize("switch", ["drop_after_write", "fail_after_write"])
def test_a_change_whose_outcome_is_unknown_is_settled_by_reading(clinic, switch):
    visit, chart, can = clinic.visit(5), clinic.chart(), clinic.can()
    raw = chart.read("Appointment", visit["id"])
    clinic.switch(switch, times=1)

    with pytest.raises(ChartUnreachable) as caught:
        write_change(chart, raw, appointment_status(raw, VisitStatus("arrived", NOW)), can)

    assert not caught.value.outcome_known
    now = chart.read("Appointment", visit["id"])
    assert appointment_status(now, VisitStatus("arrived", NOW)) is None
