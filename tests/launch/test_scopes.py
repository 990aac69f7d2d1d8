"""Granted scopes in both spellings, and what can be done with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launch.errors import ScopesTooFew
from launch.scopes import GrantedScopes, reading_gaps, wrong_to_ask

ALL = "user/Patient.rs user/Appointment.rs user/Encounter.rs user/Practitioner.rs user/Location.rs"


@pytest.mark.smart(120, 121, 122, 124, 125)
@pytest.mark.parametrize(
    ("scope", "rights"),
    [
        ("user/Appointment.read", "rs"),
        ("user/Appointment.write", "cud"),
        ("user/Appointment.*", "cruds"),
        ("user/*.read", "rs"),
        ("user/Appointment.rs", "rs"),
        ("user/Appointment.r", "r"),
        ("user/Appointment.s", "s"),
        ("user/Appointment.cu", "cu"),
        ("user/Appointment.cruds", "cruds"),
        ("user/*.cruds", "cruds"),
        ("patient/Appointment.rs", "rs"),
        ("system/Appointment.rs", "rs"),
        ("user/Appointment.read user/Appointment.u", "rsu"),
        ("user/Appointment.sr", ""),
        ("user/Appointment.", ""),
        ("user/Appointment.reads", ""),
        ("user/Appointments.rs", ""),
        ("user/appointment.rs", ""),
        ("USER/Appointment.rs", ""),
        ("other/Appointment.rs", ""),
        ("user/Appointment.rs?status=booked", ""),
        ("launch openid fhirUser", ""),
        ("", ""),
    ],
)
def test_a_scope_allows_just_its_rights(scope, rights):
    granted = GrantedScopes.parse(scope)

    assert {right for right in "cruds" if granted.allows("Appointment", right)} == set(rights)


def test_a_level_may_be_asked_for():
    granted = GrantedScopes.parse("patient/Appointment.rs system/Communication.c")

    assert granted.allows("Appointment", "r", levels=("patient",))
    assert not granted.allows("Appointment", "r", levels=("user",))
    assert granted.allows("Communication", "c", levels=("system", "user"))


def test_words_are_kept():
    granted = GrantedScopes.parse("launch  openid\tfhirUser offline_access")

    assert granted.has("openid")
    assert granted.has("offline_access")
    assert not granted.has("online_access")


@given(st.text(max_size=60))
def test_whatever_is_granted_can_be_parsed(scope):
    assert not GrantedScopes.parse(scope).allows("NoSuchResource", "d")


@pytest.mark.parametrize(
    ("scope", "off"),
    [
        (ALL, ()),
        (ALL.replace(".rs", ".read"), ()),
        ("user/*.rs", ()),
        ("patient/*.read", ()),
        (ALL.replace("user/Appointment.rs", ""), ("Appointment", "Appointment?")),
        (ALL.replace("Appointment.rs", "Appointment.r"), ("Appointment?",)),
        (ALL.replace("user/Encounter.rs", ""), ("Encounter",)),
        (ALL.replace("user/Practitioner.rs user/Location.rs", ""), ("Practitioner", "Location")),
        ("user/Patient.r user/Encounter.r", ("Appointment", "Practitioner", "Location", "Appointment?")),
    ],
)
def test_what_is_off_is_named(scope, off):
    assert reading_gaps(GrantedScopes.parse(scope)) == off


@pytest.mark.smart(147)
@pytest.mark.parametrize(
    ("scope", "missing"),
    [
        ("launch openid fhirUser", ("Patient", "Appointment", "Encounter")),
        ("user/Appointment.rs user/Encounter.rs", ("Patient",)),
        ("user/Patient.s user/Appointment.rs user/Encounter.rs", ("Patient",)),
        ("user/Patient.rs", ("Appointment", "Encounter")),
        ("user/Patient.rs user/Appointment.s user/Encounter.cu", ("Appointment", "Encounter")),
        ("user/Patient.write user/Appointment.rs", ("Patient", "Encounter")),
    ],
)
def test_too_few_scopes_are_a_failure_that_names_them(scope, missing):
    with pytest.raises(ScopesTooFew) as caught:
        reading_gaps(GrantedScopes.parse(scope))

    assert caught.value.missing == missing


@pytest.mark.smart(46, 135, 137, 141, 143, 148, 155, 216)
@pytest.mark.parametrize(
    "scopes",
    [
        "launch openid fhirUser online_access user/Patient.rs user/Appointment.rus",
        "launch/patient openid fhirUser offline_access patient/Patient.read patient/Appointment.*",
        "launch openid profile launch/appointment launch/list?role=https://ehr.test/at-home",
        "user/Observation.rs?category=vital-signs&status=final",
        "system/Patient.rs system/DocumentReference.crus",
        "launch a-word-of-a-vendor's",
    ],
)
def test_what_is_written_as_smart_writes_it_may_be_asked_for(scopes):
    assert wrong_to_ask(scopes.split()) is None


@pytest.mark.smart(46, 135, 146, 148, 155, 196)
@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        ("launch user/*.rs", "user/*.rs: name each resource"),
        ("system/*.cruds", "system/*.cruds: name each resource"),
        ("user/Patient.sr", "user/Patient.sr: not a scope"),
        ("user/Patient", "user/Patient: not a scope"),
        ("patient/patient", "patient/patient: not a scope"),
        ("launch/Appointment", "launch/Appointment: write the resource in small letters"),
        ("launch/list?role=a&role=b", "launch/list?role=a&role=b: write"),
        ("launch openid", "openid: needs fhirUser"),
    ],
)
def test_what_must_not_be_asked_for_is_named_with_the_reason(scopes, said):
    assert wrong_to_ask(scopes.split()).startswith(said)
