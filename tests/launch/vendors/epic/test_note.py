"""The clinical note: once in the chart, whatever becomes of the answer."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from fhir.errors import ChartDisagrees, ChartForbidden, ChartRefused, ChartUnreachable
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference
from fhir.writers.visit_note import VisitNote
from launch.scopes import GrantedScopes
from launch.vendors.epic import PROFILE
from launch.vendors.epic.note import CLINICAL_NOTE
from launch.vendors.ladder import Standing, Why, choose
from tests.patience import PATIENCE

pytestmark = pytest.mark.wire
OURS = OwnIdentifier("urn:visitbridge:write", "K7Q2M9XW")
NOW = datetime.now(UTC).replace(microsecond=0)


def a_note(visit, **changes):
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
    return VisitNote(**(told | changes))


def choice(epic, fact=None):
    return choose(
        PROFILE.rungs.note, Standing(epic.can(), {"user": GrantedScopes.parse(epic.told["scope"])}), fact
    )


def test_the_note_is_chosen_by_what_was_registered_and_can_be_looked_for(epic):
    chosen = choice(epic, a_note(epic.visit()))

    assert chosen.rung is CLINICAL_NOTE
    assert chosen.can_look


def test_a_visit_without_an_encounter_has_no_place_for_a_note(epic):
    [passed] = choice(epic, a_note(epic.visit(), encounter_id=None)).passed_over

    assert passed.why is Why.NOT_SUITED


@pytest.mark.parametrize(("is_draft", "stands"), [(True, "preliminary"), (False, "final")])
def test_a_note_is_filed_as_plain_text_and_read_back(epic, is_draft, stands):
    note = a_note(epic.visit(), is_draft=is_draft)

    written = CLINICAL_NOTE.write(epic.chart(), note, epic.can())
    receipt = CLINICAL_NOTE.look(epic.chart(), note, written.reference)

    [row] = epic.written()
    assert written.is_done
    assert written.reference == receipt.reference == row["reference"]
    assert row["resource"]["docStatus"] == stands
    assert row["resource"]["content"][0]["attachment"]["contentType"] == "text/plain"


def test_a_corrected_note_is_one_more_note(epic):
    note = a_note(epic.visit(), replaces=Reference("DocumentReference", "d-1"))

    CLINICAL_NOTE.write(epic.chart(), note, epic.can())

    assert len(epic.written()) == 1


@pytest.mark.parametrize("switch", ["drop_after_write", "fail_after_write"])
def test_a_lost_answer_is_left_to_a_person_and_never_written_again(epic, switch):
    note = a_note(epic.visit())
    epic.switch(switch, times=1)

    with pytest.raises(ChartUnreachable) as lost:
        CLINICAL_NOTE.write(epic.chart(), note, epic.can())
    with pytest.raises(ChartRefused) as unseen:
        CLINICAL_NOTE.look(epic.chart(), note, None)

    assert not lost.value.outcome_known
    assert not unseen.value.retryable
    assert len(epic.written()) == 1


def test_a_note_that_is_not_where_it_was_said_to_be_is_for_a_person(epic):
    with pytest.raises(ChartDisagrees):
        CLINICAL_NOTE.look(epic.chart(), a_note(epic.visit()), "DocumentReference/none")


def test_another_patient_s_note_is_no_receipt(epic):
    note = a_note(epic.visit())
    written = CLINICAL_NOTE.write(epic.chart(), note, epic.can())
    other = a_note(epic.visit(5))

    with pytest.raises(ChartDisagrees):
        CLINICAL_NOTE.look(epic.chart(), other, written.reference)


def test_an_api_that_was_taken_off_the_app_is_a_refusal_without_words(epic):
    order = {
        "client_id": "visitbridge-public",
        "kind": "public",
        "redirect_uris": ["http://localhost:8000/launch/callback"],
        "launch_url": "http://localhost:8000/launch",
        "scope": "launch openid fhirUser user/Patient.rs",
    }
    note = a_note(epic.visit())
    kept = next(one for one in epic.asked("_clients") if one["client_id"] == "visitbridge-public")
    epic.order("_clients", order)
    epic.told = epic.token()

    try:
        assert choice(epic, note).passed_over[0].why is Why.NOT_GRANTED
        with pytest.raises(ChartForbidden):
            CLINICAL_NOTE.write(epic.chart(), note, epic.can())
        assert epic.written() == []
    finally:
        requests.post(f"{epic.url}/_clients", json=kept | {"kind": "public"}, timeout=PATIENCE)
