"""The ledger against the strict sandbox EHR: every fact once, by the right name, through every failure."""

import base64
from copy import copy
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.errors.writes import WriteSettled, WriteUnknown
from app.models import OutboxRow
from app.services.acknowledge import acknowledge
from app.services.chart_writes import waiting_for_sign_in, writes_of_visit, writes_to_look_at
from app.services.close_visit import mark_no_show
from app.services.decide_write import give_up_write, retry_write, settle_by_hand
from app.services.deliver_outbox import deliver, due_rows
from app.services.finish_visit import finish_visit
from app.services.patient_presence import open_link
from app.services.reopen_visit import reopen_visit
from app.services.see_appointment import see_appointment
from app.services.tell_chart import tell_chart
from app.services.visit_note import NoteDraft
from app.store.outbox import CLAIM_LIFE, claim, release_for
from app.visits.states import WriteState
from app.visits.writes import LOOKS_FOR_RECEIPT, WAITS
from fhir.errors import ChartBusy, ChartForbidden, ChartRefused
from fhir.practitioners import ChartPractitioner
from launch.errors import ClientRefused, EhrUnreachable
from tests.app.fake_ehr import FakeEhr
from tests.app.services.conftest import DR_OSEI
from tests.fhir.clinic import open_clinic

pytestmark = pytest.mark.wire
NOTE = "Follow-up by video. Blood pressure at home is fine."


@pytest.fixture(scope="module")
def clinic():
    with open_clinic() as found:
        yield found


@pytest.fixture
def ehr(clinic, rooms):
    """The clinic as at its first start, behind the port."""
    clinic.reset()
    found = FakeEhr(clinic.chart)
    object.__setattr__(rooms, "ehr", found)
    return found


@pytest.fixture
def visit(world, clinic, ehr, rooms, seen, appointment, patient, sign_in):
    """A visit of the sandbox's chart, and its provider's session."""
    told = clinic.visit()
    doctor = ChartPractitioner(told["practitioner"], "Amara Osei", "1234567893", (DR_OSEI,), ())
    about = seen(
        appointment=appointment(id=told["id"], patient_id=told["patient"]),
        patient=patient(id=told["patient"]),
        practitioner=doctor,
    )
    found = copy(world)
    found.session = sign_in(practitioner=doctor.id)
    found.told = told
    site = rooms.sites.by_name("sandbox")
    found.visit_id = see_appointment(rooms, site, about, session_id=found.session.id)
    return found


@pytest.fixture
def started(visit):
    visit.start()
    return visit


@pytest.fixture
def finished(started):
    """Finished, with a note; nothing is delivered yet."""
    finish_visit(started.rooms, started.session, started.visit_id, end_for_all=False, note=NoteDraft(NOTE))
    return started


def rows(rooms, kind="chart_note"):
    with rooms.db.read() as tx:
        wanted = select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.created_at, OutboxRow.id)
        return tx.scalars(wanted).all()


def note_row(rooms):
    return rows(rooms)[-1]


def deliver_all(rooms):
    for _ in range(10):
        if not (due := due_rows(rooms)):
            return
        for row_id in due:
            deliver(rooms, row_id)


def deliver_for(rooms, clock, length):
    """Whatever becomes due meanwhile is delivered when it does."""
    until = clock.instant + length
    step = timedelta(seconds=1 if length < timedelta(minutes=2) else 10)
    while clock.instant < until:
        deliver_all(rooms)
        clock.instant += step
    deliver_all(rooms)


def written(clinic, resource_type="DocumentReference"):
    """What the chart holds of ours, by a search of its own."""
    day = clinic.visit()
    return list(clinic.chart().search(f"{resource_type}?patient={day['patient']}", resource_type))


def text_of(document):
    return base64.b64decode(document["content"][0]["attachment"]["data"]).decode()


def status_of(visit, clinic):
    return clinic.chart().read("Appointment", visit.told["id"])["status"]


def states(rooms, kind="chart_note"):
    return [row.state for row in rows(rooms, kind)]


def test_a_note_lands_once_and_is_seen_there(finished, rooms, clinic, clock):
    deliver_all(rooms)
    (write,) = [
        one for one in writes_of_visit(rooms, finished.session, finished.visit_id) if one.kind == "chart_note"
    ]
    assert (write.state, write.confirmed_at) == (WriteState.WRITTEN, None)

    deliver_for(rooms, clock, LOOKS_FOR_RECEIPT[0])

    (document,) = written(clinic)
    assert text_of(document) == NOTE
    assert document["docStatus"] == "preliminary"
    assert document["author"] == [{"reference": f"Practitioner/{finished.told['practitioner']}"}]
    assert document["subject"] == {"reference": f"Patient/{finished.told['patient']}"}
    assert note_row(rooms).confirmed_at is not None
    assert note_row(rooms).receipt == f"DocumentReference/{document['id']}"
    assert note_row(rooms).rung == "document-reference"


def test_finishing_tells_the_appointment(finished, rooms, clinic):
    deliver_all(rooms)

    assert status_of(finished, clinic) == "fulfilled"


def test_an_empty_note_files_nothing(started, rooms, clinic):
    finish_visit(rooms, started.session, started.visit_id, end_for_all=False, note=NoteDraft("  \r\n "))
    deliver_all(rooms)

    assert (rows(rooms), written(clinic)) == ([], [])


def test_a_local_account_files_no_note_in_a_name_that_the_ehr_does_not_know(started, rooms, sign_in, clinic):
    finish_visit(rooms, sign_in("local"), started.visit_id, end_for_all=False, note=NoteDraft(NOTE))
    deliver_all(rooms)

    assert (rows(rooms), written(clinic)) == ([], [])
    assert status_of(started, clinic) == "fulfilled"


def test_the_note_waits_for_its_author_and_goes_in_no_other_name(finished, rooms, clinic, ehr, clock):
    """The token dies between Finish and the write; colleagues and our own name are there all the time."""
    ehr.owners = {"a colleague"}
    deliver_for(rooms, clock, timedelta(minutes=30))

    assert states(rooms) == ["needs_sign_in"]
    assert written(clinic) == []
    assert waiting_for_sign_in(rooms, finished.session) == 1

    ehr.owners = {finished.session.staff_id}
    with rooms.db.write() as tx:
        assert release_for(tx, "a colleague", clock.now()) == ()
        assert release_for(tx, finished.session.staff_id, clock.now()) == (finished.visit_id,)
    deliver_for(rooms, clock, LOOKS_FOR_RECEIPT[0])

    assert len(written(clinic)) == 1
    assert note_row(rooms).confirmed_at is not None


def test_an_ehr_that_is_away_is_no_reason_to_ask_for_a_sign_in(finished, rooms, clinic, clock):
    clinic.switch("ehr_down", what="fhir", status=503, times=4)
    deliver_all(rooms)
    assert set(states(rooms)) <= {"pending", "unknown"}

    deliver_for(rooms, clock, timedelta(minutes=10))

    assert (states(rooms), len(written(clinic))) == (["written"], 1)


@pytest.mark.parametrize(
    ("fault", "options"),
    [("drop_after_write", {}), ("slow_after_write", {"seconds": 0.8}), ("fail_after_write", {})],
)
def test_what_was_written_and_not_told_is_found_and_not_written_again(
    finished, rooms, clinic, ehr, clock, fault, options
):
    clinic.switch(fault, times=2, **options)
    ehr.chart = clinic.chart_in_haste if fault == "slow_after_write" else clinic.chart
    deliver_all(rooms)
    ehr.chart = clinic.chart
    assert "unknown" in states(rooms) + states(rooms, "chart_status")

    deliver_for(rooms, clock, timedelta(minutes=3))

    assert (states(rooms), len(written(clinic))) == (["written"], 1)
    assert note_row(rooms).confirmed_at is not None
    assert status_of(finished, clinic) == "fulfilled"


def test_a_201_that_stored_nothing_is_found_out_and_written_again(finished, rooms, clinic, clock):
    clinic.switch("forget_creates", times=1)
    deliver_all(rooms)
    assert (states(rooms), written(clinic)) == (["written"], [])

    deliver_for(rooms, clock, sum(LOOKS_FOR_RECEIPT, timedelta(seconds=10)))

    assert len(written(clinic)) == 1
    assert (note_row(rooms).attempts, note_row(rooms).state) == (2, "written")
    assert note_row(rooms).confirmed_at is not None


def test_an_ehr_that_keeps_forgetting_is_for_a_person_to_ask(finished, rooms, clinic, clock):
    clinic.switch("forget_creates")
    deliver_for(rooms, clock, 3 * sum(LOOKS_FOR_RECEIPT, timedelta(seconds=10)))

    assert (states(rooms), note_row(rooms).error_code) == (["given_up"], "not_stored")
    (owed,) = [one for one in writes_to_look_at(rooms, finished.session) if one.write.kind == "chart_note"]
    assert owed.write.can_retry and owed.write.text == NOTE


def test_where_nothing_can_be_looked_for_a_person_decides(finished, rooms, clinic, ehr, clock):
    """It is there: nothing is sent again. It is not: it goes out again."""
    clinic.switch("no_search", types=["DocumentReference"])
    clinic.switch("drop_after_write", times=2)
    deliver_for(rooms, clock, timedelta(hours=1))
    (owed,) = [one for one in writes_to_look_at(rooms, finished.session) if one.write.kind == "chart_note"]
    assert owed.write.must_decide
    assert states(rooms) == ["unknown"]

    settle_by_hand(rooms, finished.session, owed.write.id, is_there=True)
    deliver_for(rooms, clock, timedelta(minutes=10))
    clinic.switch("no_search", on=False)

    assert (states(rooms), len(written(clinic))) == (["written"], 1)
    with pytest.raises(WriteSettled):
        settle_by_hand(rooms, finished.session, owed.write.id, is_there=False)


def test_a_process_that_died_over_a_write_leaves_it_to_be_looked_for(finished, rooms, clinic, clock, ehr):
    """Killed after the EHR had it: the next process looks before it writes."""

    class Killed(BaseException):
        pass

    row_id = note_row(rooms).id
    true_chart = ehr.chart

    def chart():
        found = true_chart()
        create = found.create

        def create_and_die(*args, **kwargs):
            create(*args, **kwargs)
            raise Killed

        found.create = create_and_die
        return found

    ehr.chart = chart
    with pytest.raises(Killed):
        deliver(rooms, row_id)
    ehr.chart = true_chart
    assert (deliver(rooms, row_id), states(rooms)) == (None, ["sending"])

    deliver_for(rooms, clock, CLAIM_LIFE + timedelta(seconds=1))

    assert (states(rooms), len(written(clinic)), note_row(rooms).attempts) == (["written"], 1, 1)


def test_a_process_that_died_before_it_sent_leaves_it_to_be_sent(finished, rooms, clinic, clock):
    row_id = note_row(rooms).id
    with rooms.db.write() as tx:
        assert claim(tx, row_id, clock.now()) is not None

    deliver_for(rooms, clock, CLAIM_LIFE + timedelta(seconds=1))

    assert (states(rooms), len(written(clinic))) == (["written"], 1)


def test_whoever_was_taken_over_writes_nothing(finished, rooms, clinic, clock, ehr):
    """A process stood still for minutes between its claim and its write, and goes on then."""
    row_id, slept = note_row(rooms).id, []

    class Sleepy(FakeEhr):
        def owner_chart(self, site, staff_id):
            if not slept:
                slept.append(True)
                clock.instant += CLAIM_LIFE
                assert deliver(rooms, row_id) == WriteState.WRITTEN
            return super().owner_chart(site, staff_id)

    object.__setattr__(rooms, "ehr", Sleepy(ehr.chart))

    assert deliver(rooms, row_id) is None
    assert (states(rooms), len(written(clinic))) == (["written"], 1)


def refusing(ehr, *faults):
    """The charts whose creates raise these errors, one a try; nothing of them reaches the EHR."""
    true_chart, left = ehr.chart, list(faults)

    def chart():
        found = true_chart()
        create = found.create

        def refuse_or_create(*args, **kwargs):
            if left:
                raise left.pop(0)
            return create(*args, **kwargs)

        found.create = refuse_or_create
        return found

    ehr.chart = chart


def test_a_busy_ehr_says_when_to_come_back(finished, rooms, clinic, ehr, clock):
    refusing(ehr, ChartBusy(timedelta(seconds=90)))
    before = clock.now()

    deliver(rooms, note_row(rooms).id)
    assert (note_row(rooms).state, note_row(rooms).error_code) == ("pending", "VB-1303")
    assert note_row(rooms).due_at == before + timedelta(seconds=90)
    deliver_for(rooms, clock, timedelta(seconds=89))
    assert written(clinic) == []

    deliver_for(rooms, clock, timedelta(seconds=2))
    assert (states(rooms), len(written(clinic))) == (["written"], 1)


def test_a_refused_note_is_there_to_copy_and_goes_when_it_is_tried_again(finished, rooms, clinic, ehr, clock):
    refusing(ehr, ChartForbidden())
    deliver_all(rooms)
    (owed,) = [one for one in writes_to_look_at(rooms, finished.session) if one.write.kind == "chart_note"]
    assert (owed.write.state, owed.write.code) == (WriteState.REJECTED, "VB-1305")
    assert (owed.write.text, owed.write.can_retry) == (NOTE, True)

    retry_write(rooms, finished.session, owed.write.id)
    deliver_for(rooms, clock, LOOKS_FOR_RECEIPT[0])

    assert (states(rooms), len(written(clinic))) == (["written"], 1)


def test_a_way_that_an_ehr_does_not_have_is_not_tried_for_the_next(finished, rooms, clinic, ehr, clock):
    refusing(ehr, ChartRefused(405))
    deliver(rooms, note_row(rooms).id)
    assert note_row(rooms).error_code == "VB-1310"

    retry_write(rooms, finished.session, note_row(rooms).id)
    deliver(rooms, note_row(rooms).id)
    assert (note_row(rooms).state, note_row(rooms).error_code) == ("rejected", "VB-1321")

    clock.forward(hours=24)
    retry_write(rooms, finished.session, note_row(rooms).id)
    deliver(rooms, note_row(rooms).id)
    assert note_row(rooms).state == "written"


def test_what_is_given_up_is_not_sent(finished, rooms, clinic, ehr, clock):
    ehr.owners = set()
    deliver_all(rooms)
    row_id = note_row(rooms).id
    give_up_write(rooms, finished.session, row_id, "Written by hand.")
    ehr.owners = None
    with rooms.db.write() as tx:
        release_for(tx, finished.session.staff_id, clock.now())
    deliver_for(rooms, clock, timedelta(minutes=5))

    assert (states(rooms), written(clinic)) == (["given_up"], [])
    assert [one for one in writes_to_look_at(rooms, finished.session) if one.write.kind == "chart_note"] == []


def test_another_note_corrects_the_first(finished, rooms, clinic, clock):
    deliver_all(rooms)
    clock.forward(minutes=1)
    reopen_visit(rooms, finished.session, finished.visit_id, "Forgot the medicines.")
    clock.forward(minutes=1)
    finish_visit(rooms, finished.session, finished.visit_id, end_for_all=False, note=NoteDraft("Better."))
    deliver_all(rooms)

    first, second = sorted(written(clinic), key=text_of, reverse=True)
    assert text_of(second) == "Better."
    assert second["relatesTo"] == [
        {"code": "replaces", "target": {"reference": f"DocumentReference/{first['id']}"}}
    ]
    assert status_of(finished, clinic) == "fulfilled"


def test_stages_arrive_in_their_order_though_the_first_has_to_wait(started, rooms, clinic, clock):
    """The EHR is away when the patient comes; at the end the appointment is fulfilled, and stays so."""
    open_link(rooms, started.token)
    tell_chart(rooms)
    clinic.switch("ehr_down", what="fhir", times=2)
    deliver_all(rooms)
    assert states(rooms, "chart_presence") in (["pending"], ["unknown"])
    clock.forward(seconds=1)
    finish_visit(rooms, started.session, started.visit_id, end_for_all=False)
    assert due_rows(rooms) == ()

    deliver_for(rooms, clock, timedelta(minutes=5))

    assert (states(rooms, "chart_presence"), states(rooms, "chart_status")) == (["rejected"], ["written"])
    assert status_of(started, clinic) == "fulfilled"


def test_a_patient_who_comes_has_arrived(visit, rooms, clinic):
    open_link(rooms, visit.token)
    tell_chart(rooms)
    tell_chart(rooms)
    deliver_all(rooms)

    assert states(rooms, "chart_presence") == ["written"]
    assert status_of(visit, clinic) == "arrived"


def test_nobody_came(visit, rooms, clinic, clock):
    clock.forward(minutes=40)
    mark_no_show(rooms, visit.session, visit.visit_id)
    deliver_all(rooms)

    assert status_of(visit, clinic) == "noshow"


def test_a_waiting_patient_whom_nobody_sees_is_told_of_once_and_again(visit, rooms, clinic, clock):
    open_link(rooms, visit.token)
    for _ in range(3):
        tell_chart(rooms)
        deliver_all(rooms)
    assert written(clinic, "Communication") == []

    for _ in range(20 * 6):
        open_link(rooms, visit.token)
        tell_chart(rooms)
        deliver_all(rooms)
        clock.forward(seconds=10)

    messages = written(clinic, "Communication")
    assert len(messages) == 2
    assert {one["priority"] for one in messages} == {"urgent"}
    assert "Diaz" not in str(messages)


def test_a_patient_whom_somebody_saw_needs_no_message(visit, rooms, clinic, clock):
    open_link(rooms, visit.token)
    tell_chart(rooms)
    acknowledge(rooms, visit.session, [visit.visit_id])
    deliver_for(rooms, clock, timedelta(seconds=30))

    assert written(clinic, "Communication") == []


def test_the_link_stands_in_the_appointment_where_a_site_wants_it_there(clinic, rooms, make_site, request):
    rooms.sites.site = make_site(ladder={"virtual-service": True})
    visit = request.getfixturevalue("visit")
    deliver_all(rooms)

    appointment = clinic.chart().read("Appointment", visit.told["id"])
    assert f"http://localhost:8000/v/{visit.token}" in str(appointment["extension"])
    assert appointment["status"] == "booked"


def test_no_link_stands_in_the_appointment_of_other_sites(visit, rooms, clinic):
    deliver_all(rooms)

    assert rows(rooms, "chart_join_link") == []
    assert "/v/" not in str(clinic.chart().read("Appointment", visit.told["id"]))


def test_a_site_that_switched_a_way_off_is_not_written_to_by_it(visit, rooms, clinic, make_site):
    rooms.sites.site = make_site(
        ladder={"appointment-arrived": False, "communication": False, "appointment-status": False}
    )
    open_link(rooms, visit.token)
    tell_chart(rooms)
    visit.start()
    finish_visit(rooms, visit.session, visit.visit_id, end_for_all=False)
    deliver_all(rooms)

    assert (rows(rooms, "chart_presence"), rows(rooms, "chart_message")) == ([], [])
    assert status_of(visit, clinic) == "booked"


def test_after_the_last_try_somebody_has_to_look(finished, rooms, clinic, clock):
    clinic.switch("ehr_down", what="fhir")
    for wait in WAITS:
        deliver(rooms, note_row(rooms).id)
        assert note_row(rooms).state == "pending"
        clock.instant += wait
    deliver(rooms, note_row(rooms).id)

    assert (states(rooms), note_row(rooms).error_code) == (["given_up"], "VB-1301")
    clinic.switch("ehr_down", on=False)
    retry_write(rooms, finished.session, note_row(rooms).id)
    deliver_all(rooms)
    assert (states(rooms), len(written(clinic))) == (["written"], 1)


class Away(FakeEhr):
    """Our own name is not to be had."""

    fault = EhrUnreachable

    def system_chart(self, _site):
        raise self.fault


def test_a_note_goes_though_our_own_name_is_not_to_be_had(finished, rooms, clinic, ehr, clock):
    object.__setattr__(rooms, "ehr", Away(ehr.chart))

    deliver_for(rooms, clock, LOOKS_FOR_RECEIPT[0])

    assert len(written(clinic)) == 1
    assert note_row(rooms).confirmed_at is not None


def test_a_fact_for_either_name_goes_in_the_person_s_where_ours_is_not_to_be_had(
    finished, rooms, clinic, ehr
):
    object.__setattr__(rooms, "ehr", Away(ehr.chart))
    deliver_all(rooms)

    assert status_of(finished, clinic) == "fulfilled"


def test_what_no_name_can_write_now_is_tried_again(finished, rooms, clinic, ehr, clock):
    object.__setattr__(rooms, "ehr", Away(ehr.chart, user="user/Patient.r"))
    deliver_all(rooms)
    assert states(rooms, "chart_status") == ["pending"]

    object.__setattr__(rooms, "ehr", ehr)
    deliver_for(rooms, clock, timedelta(seconds=10))
    assert status_of(finished, clinic) == "fulfilled"


@pytest.mark.parametrize("fault", [EhrUnreachable, ClientRefused])
def test_what_cannot_be_looked_for_now_is_looked_for_later(finished, rooms, clinic, ehr, clock, fault):
    clinic.switch("drop_after_write", times=2)
    deliver_all(rooms)
    away = Away(ehr.chart, user="user/DocumentReference.c")
    away.fault = fault
    object.__setattr__(rooms, "ehr", away)
    deliver_for(rooms, clock, timedelta(seconds=30))
    assert states(rooms) == ["unknown"]
    assert not any(one.write.must_decide for one in writes_to_look_at(rooms, finished.session))

    object.__setattr__(rooms, "ehr", ehr)
    deliver_for(rooms, clock, timedelta(minutes=10))
    assert (states(rooms), len(written(clinic))) == (["written"], 1)


def test_a_launch_sees_what_it_may_open_and_what_goes_in_its_own_name(finished, rooms, ehr, sign_in):
    """A colleague of the same department with the same role, who opened another patient."""
    ehr.owners = set()
    deliver_all(rooms)
    colleague, clerk = sign_in(practitioner="dr-2"), sign_in("local")

    assert writes_to_look_at(rooms, colleague) == ()
    assert {one.write.kind for one in writes_to_look_at(rooms, clerk)} == {"chart_note"}
    with pytest.raises(WriteUnknown):
        give_up_write(rooms, colleague, note_row(rooms).id, "Mine to say.")
