"""Who has come is told by SetExternalConnectionStatus, where a site has set it up."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fhir.errors import ChangeImpossible, ChartGap, ChartRefused, ChartUnreachable
from fhir.references import Reference
from fhir.writers.presence import Presence
from launch.scopes import GrantedScopes
from launch.vendors.epic import PROFILE
from launch.vendors.epic.connection_status import CONNECTION_STATUS
from launch.vendors.ladder import Standing, Why, choose
from sandbox.clinic.resources import MRN
from sandbox.ehr.accounts import PASSWORD, USER

pytestmark = pytest.mark.wire
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def settings(epic, **changes):
    return {
        "interconnect_url": epic.url,
        "user": USER,
        "password": PASSWORD,
        "client_id": "visitbridge-backend",
        "vendor_name": "VisitBridge",
        "external_id_system": MRN,
        "external_id_type": "1",
        "connection_status": "1",
    } | changes


def arrival(epic, kind="Patient"):
    visit = epic.visit()
    return Presence(visit["id"], Reference(kind, visit[kind.lower()]), NOW)


def rung(epic, **changes):
    [found] = PROFILE.rungs_at(settings(epic, **changes)).presence
    return found


def standing(epic, **switches):
    return Standing(epic.can(), {"user": GrantedScopes.parse(epic.told["scope"])}, switches=switches)


def test_it_is_off_unless_a_site_turns_it_on(epic):
    found = rung(epic)
    on = {found.name: True}

    assert choose((found,), standing(epic), arrival(epic)).passed_over[0].why is Why.SWITCHED_OFF
    chosen = choose((found,), replace(standing(epic), switches=on), arrival(epic))
    assert chosen.rung is found
    assert not chosen.can_look


def test_the_patient_s_arrival_is_told_by_the_visit_s_number(epic):
    rung(epic).write(epic.chart(), arrival(epic), epic.can())

    [row] = epic.written()
    assert row["reference"] == f"Appointment/{epic.visit()['id']}"
    assert row["resource"]["ConnectionStatus"] == "1"
    assert row["resource"]["VendorName"] == "VisitBridge"


def test_only_a_patient_s_arrival_suits(epic):
    assert not rung(epic).suits(arrival(epic, "Practitioner"))
    assert not rung(epic).suits(replace(arrival(epic), until=NOW))


@pytest.mark.parametrize(("wrong", "status"), [({"password": "x"}, 401), ({"client_id": "x"}, 403)])
def test_credentials_that_do_not_do_are_a_refusal_and_no_sign_in(epic, wrong, status):
    with pytest.raises(ChartRefused) as refused:
        rung(epic, **wrong).write(epic.chart(), arrival(epic), epic.can())

    assert refused.value.status == status


def test_a_code_that_is_not_in_the_list_is_a_refusal(epic):
    with pytest.raises(ChartRefused):
        rung(epic, external_id_type="9").write(epic.chart(), arrival(epic), epic.can())

    assert epic.written() == []


def test_a_patient_without_the_configured_number_is_a_gap(epic):
    with pytest.raises(ChartGap):
        rung(epic, external_id_system="urn:none").write(epic.chart(), arrival(epic), epic.can())


def test_a_lost_answer_is_an_unknown_outcome_though_it_was_a_get(epic):
    epic.switch("drop_after_write", times=1)

    with pytest.raises(ChartUnreachable) as lost:
        rung(epic).write(epic.chart(), arrival(epic), epic.can())

    assert not lost.value.outcome_known
    assert len(epic.written()) == 1


def test_without_settings_it_writes_nothing(epic):
    [bare] = PROFILE.rungs_at({}).presence

    assert bare is CONNECTION_STATUS
    with pytest.raises(ChangeImpossible):
        bare.write(epic.chart(), arrival(epic), epic.can())
