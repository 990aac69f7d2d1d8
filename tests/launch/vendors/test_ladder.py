"""The first rung that fits, whose token writes, and why the others do not fit."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fhir.capability import Capabilities, TypeCapabilities
from fhir.errors import (
    ChangeImpossible,
    ChartBusy,
    ChartConflict,
    ChartForbidden,
    ChartNotFound,
    ChartRefused,
    ChartUnreachable,
    ChartUnversioned,
)
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference
from fhir.writers.presence import Presence
from fhir.writers.status import VisitStatus
from fhir.writers.waiting import Waiting
from launch.scopes import GrantedScopes
from launch.vendors.generic import PROFILE
from launch.vendors.ladder import PassedOver, Standing, Why, choose, is_lasting
from launch.vendors.profile import VendorProfile
from launch.vendors.registry import PROFILES

NOW = datetime(2026, 11, 2, 14, 30, tzinfo=UTC)
ALL = TypeCapabilities(
    frozenset({"read", "search-type", "create", "update", "patch"}),
    frozenset({"identifier"}),
    conditional_create=True,
    checks_versions=True,
)
READ_ONLY = TypeCapabilities(frozenset({"read", "search-type"}), frozenset({"identifier"}))
TYPES = ("Appointment", "Encounter", "Communication", "DocumentReference")
EVERYTHING = Capabilities(dict.fromkeys(TYPES, ALL))


def granted(*scopes):
    return GrantedScopes.parse(" ".join(scopes))


EVERY_USER_SCOPE = granted(*(f"user/{each}.crus" for each in TYPES))
EVERY_SYSTEM_SCOPE = granted(*(f"system/{each}.crus" for each in TYPES))
BOTH = {"user": EVERY_USER_SCOPE, "system": EVERY_SYSTEM_SCOPE}


def standing(capabilities=EVERYTHING, scopes=None, **more):
    return Standing(capabilities, BOTH if scopes is None else scopes, **more)


def without(resource_type, *interactions, **changes):
    left = frozenset(ALL.interactions - set(interactions))
    return Capabilities(EVERYTHING.types | {resource_type: replace(ALL, interactions=left, **changes)})


@pytest.mark.parametrize(
    ("fact", "name", "whose"),
    [
        ("presence", "appointment-arrived", "system"),
        ("message", "communication", "system"),
        ("status", "appointment-status", "system"),
        ("note", "document-reference", "user"),
    ],
)
def test_where_everything_is_allowed_the_best_rung_is_taken(fact, name, whose):
    choice = choose(getattr(PROFILE.rungs, fact), standing())

    assert (choice.rung.name, choice.whose, choice.passed_over) == (name, whose, ())
    assert choice.can_look


def test_the_join_link_stays_out_of_the_chart_until_the_site_wants_it_there():
    off = choose(PROFILE.rungs.join_link, standing())
    on = choose(PROFILE.rungs.join_link, standing(switches={"virtual-service": True}))

    assert off.rung is None
    assert off.passed_over == (PassedOver("virtual-service", Why.SWITCHED_OFF),)
    assert on.rung.name == "virtual-service"


def test_a_rung_that_does_not_fit_gives_way_to_the_next():
    choice = choose(PROFILE.rungs.status, standing(without("Appointment", "update", "patch")))

    assert choice.rung.name == "encounter-status"
    assert choice.passed_over == (PassedOver("appointment-status", Why.NOT_OFFERED, ("patch Appointment",)),)


def test_below_the_last_rung_stands_text_to_copy_with_every_reason():
    choice = choose(
        PROFILE.rungs.status,
        standing(without("Appointment", "read"), {"user": granted("user/Encounter.r")}),
    )

    assert (choice.rung, choice.whose, choice.can_look) == (None, None, False)
    assert choice.passed_over == (
        PassedOver("appointment-status", Why.NOT_OFFERED, ("read Appointment",)),
        PassedOver("encounter-status", Why.NOT_GRANTED, ("Encounter.u",)),
    )


def test_what_was_refused_before_is_not_tried_again():
    choice = choose(PROFILE.rungs.status, standing(refusals={"appointment-status"}))

    assert choice.rung.name == "encounter-status"
    assert choice.passed_over[0].why is Why.REFUSED_BEFORE


def test_a_site_can_switch_a_rung_off():
    choice = choose(PROFILE.rungs.message, standing(switches={"communication": False}))

    assert choice.rung is None
    assert choice.passed_over[0].why is Why.SWITCHED_OFF


@pytest.mark.parametrize(
    ("scopes", "whose"),
    [
        ({"user": EVERY_USER_SCOPE, "system": EVERY_SYSTEM_SCOPE}, "system"),
        ({"user": EVERY_USER_SCOPE}, "user"),
        ({"user": granted("patient/Communication.write")}, "user"),
        ({"user": EVERY_USER_SCOPE, "system": granted("system/Communication.rs")}, "user"),
        ({"system": EVERY_USER_SCOPE}, None),
        ({"user": EVERY_SYSTEM_SCOPE}, None),
        ({}, None),
    ],
)
def test_either_identity_will_do_and_each_writes_with_its_own_scopes(scopes, whose):
    choice = choose(PROFILE.rungs.message, standing(scopes=scopes))

    assert choice.whose == whose


def test_a_note_is_never_filed_under_the_system():
    choice = choose(PROFILE.rungs.note, standing(scopes={"system": EVERY_SYSTEM_SCOPE}))

    assert choice.rung is None
    assert choice.passed_over == (
        PassedOver("document-reference", Why.NOT_GRANTED, ("DocumentReference.c",)),
    )


@pytest.mark.parametrize(
    ("capabilities", "scopes"),
    [
        (without("Communication", "search-type"), BOTH),
        (without("Communication", search_parameters=frozenset({"patient"})), BOTH),
        (EVERYTHING, {"system": granted("system/Communication.c")}),
    ],
    ids=["no search", "no search by identifier", "no right to search"],
)
def test_it_writes_also_where_nobody_can_look_afterwards_and_says_so(capabilities, scopes):
    choice = choose(PROFILE.rungs.message, standing(capabilities, scopes))

    assert choice.rung.name == "communication"
    assert not choice.can_look


def test_a_rung_without_a_look_cannot_look():
    [rung] = PROFILE.rungs.message

    assert not choose((replace(rung, look=None),), standing()).can_look


@pytest.mark.parametrize(
    ("fact", "name"),
    [
        (VisitStatus("fulfilled", NOW, "a1", "e1"), "appointment-status"),
        (VisitStatus("fulfilled", NOW, None, "e1"), "encounter-status"),
        (VisitStatus("fulfilled", NOW), None),
    ],
)
def test_a_visit_without_an_appointment_or_an_encounter_has_no_use_for_its_rung(fact, name):
    choice = choose(PROFILE.rungs.status, standing(), fact)

    assert (choice.rung.name if choice.rung else None) == name
    assert all(passed.why is Why.NOT_SUITED for passed in choice.passed_over)


@pytest.mark.parametrize(
    ("actor", "until", "fits"),
    [
        (Reference("Patient", "1"), None, True),
        (Reference("Patient", "1"), NOW, False),
        (Reference("Practitioner", "1"), None, False),
    ],
)
def test_a_status_tells_that_the_patient_came_and_nothing_else(actor, until, fits):
    choice = choose(PROFILE.rungs.presence, standing(), Presence("a1", actor, NOW, until))

    assert (choice.rung is not None) is fits


def test_a_message_to_nobody_is_none():
    to_nobody = Waiting(OwnIdentifier("urn:x", "1"), "1", (), NOW, "The patient is waiting.")

    assert choose(PROFILE.rungs.message, standing(), to_nobody).rung is None


def test_only_notes_can_be_drafts():
    rungs = PROFILE.rungs
    every = [*rungs.join_link, *rungs.presence, *rungs.message, *rungs.status, *rungs.note]

    assert [rung.name for rung in every if rung.can_be_draft] == ["document-reference"]
    assert len({rung.name for rung in every}) == len(every)


@pytest.mark.parametrize(
    ("fault", "lasting"),
    [
        (ChartRefused(405), True),
        (ChartRefused(415), True),
        (ChartRefused(501), True),
        (ChartRefused(422, ("not-supported",)), True),
        (ChangeImpossible(), True),
        (ChartUnversioned(), False),
        (ChartRefused(422, ("business-rule",)), False),
        (ChartConflict(412), False),
        (ChartForbidden(), False),
        (ChartNotFound(), False),
        (ChartBusy(None), False),
        (ChartUnreachable(), False),
    ],
)
def test_a_refusal_lasts_where_it_is_about_the_way_and_not_about_the_patient(fault, lasting):
    assert is_lasting(fault) is lasting


def test_a_vendor_without_rungs_offers_text_to_copy():
    assert choose(VendorProfile("bare").rungs.note, standing()).rung is None


def test_every_vendor_names_its_rungs_once():
    for profile in PROFILES.values():
        for fact in vars(profile.rungs).values():
            assert len({rung.name for rung in fact}) == len(fact)


def test_a_choice_can_be_shown_without_a_patient():
    shown = repr(choose(PROFILE.rungs.status, standing(refusals={"appointment-status"})))

    assert "refused_before" in shown
    assert "function" not in shown
