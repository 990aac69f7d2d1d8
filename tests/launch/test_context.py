"""What the EHR told about the person, the patient and the appointment, in every spelling that is met."""

from dataclasses import replace

import pytest

from fhir.references import Reference
from launch.context import context_from
from launch.errors import FhirUserMissing, IdTokenMissing, PatientNotInContext
from launch.exchange import TokenAnswer
from launch.id_token import IdClaims
from launch.ports import TokenSet
from launch.vendors.profile import VendorProfile
from launch.vendors.registry import profile_of
from tests.launch.conftest import ISS, ISSUER, NOW

CLAIMS = IdClaims(ISSUER, "user-7", f"{ISS}/Practitioner/dr-7", "Amara Osei")


@pytest.fixture
def told(pending):
    """The context of a token answer with these values."""

    def context(claims=CLAIMS, pending=pending, profile=None, **values):
        tokens = TokenSet("harbor", ISS, "access-1", None, "launch user/Patient.rs", NOW)
        profile = profile or profile_of("generic")
        return context_from(TokenAnswer(tokens, "a.b.c", values), claims, pending, profile)

    return context


def test_everything_that_is_told_is_kept(told):
    context = told(
        patient="p-1",
        encounter="e-1",
        appointment="a-1",
        csn="77",
        location="l-1",
        need_patient_banner=False,
        intent="start-visit",
        tenant="t-1",
        smart_style_url="https://ehr.test/style.json",
    )

    assert context.site == "harbor"
    assert context.iss == ISS
    assert context.user == Reference("Practitioner", "dr-7")
    assert (context.id_issuer, context.subject, context.name) == (ISSUER, "user-7", "Amara Osei")
    assert (context.patient, context.encounter, context.appointment) == ("p-1", "e-1", "a-1")
    assert (context.csn, context.location) == ("77", "l-1")
    assert context.need_patient_banner is False
    assert context.intent == "start-visit"
    assert context.tenant == "t-1"
    assert context.smart_style_url == "https://ehr.test/style.json"
    assert context.granted.allows("Patient", "r")
    assert "Amara" not in repr(context)


def test_a_launch_that_tells_nothing_but_who_it_is_is_fine(told):
    context = told()

    assert context.patient is None
    assert context.encounter is None
    assert context.appointment is None
    assert context.need_patient_banner is True


@pytest.mark.parametrize(
    ("fhir_user", "user"),
    [
        ("Practitioner/dr-7", Reference("Practitioner", "dr-7")),
        (f"{ISS}/Practitioner/dr-7", Reference("Practitioner", "dr-7")),
        (f"{ISS}/PractitionerRole/r-7", Reference("PractitionerRole", "r-7")),
        ("Person/x", Reference("Person", "x")),
    ],
)
def test_fhir_user_may_be_relative_or_absolute(told, fhir_user, user):
    assert told(claims=replace(CLAIMS, fhir_user=fhir_user)).user == user


@pytest.mark.parametrize(
    "fhir_user",
    [
        None,
        "",
        "dr-7",
        "Device/7",
        "https://elsewhere.test/fhir/Practitioner/dr-7",
        "https://ehr.test/other/Practitioner/dr-7",
        "http://ehr.test/fhir/Practitioner/dr-7",
        "https://elsewhere.test/fhir/Patient/p-1",
        "Practitioner/..",
    ],
)
def test_somebody_of_another_ehr_or_nobody_is_missing(told, fhir_user):
    with pytest.raises(FhirUserMissing):
        told(claims=replace(CLAIMS, fhir_user=fhir_user))


@pytest.mark.parametrize("fhir_user", ["Patient/p-1", f"{ISS}/RelatedPerson/r-1"])
def test_a_patient_or_proxy_is_known_as_such(told, fhir_user):
    context = told(claims=replace(CLAIMS, fhir_user=fhir_user))

    assert str(context.user) == fhir_user.removeprefix(f"{ISS}/")
    assert context.is_patients_side
    assert not told().is_patients_side


def test_without_an_id_token_nobody_launched(told):
    with pytest.raises(IdTokenMissing):
        told(claims=None)


@pytest.mark.parametrize("patient", [None, "", "  ", ["p-1"], "Patient/"])
def test_a_patient_asked_for_must_come(told, pending, patient):
    asked = replace(pending, scopes=(*pending.scopes, "launch/patient"))

    with pytest.raises(PatientNotInContext):
        told(pending=asked, patient=patient)


def test_a_patient_asked_for_who_comes_is_fine(told, pending):
    asked = replace(pending, scopes=("launch/patient",))

    assert told(pending=asked, patient="p-1").patient == "p-1"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, True),
        (False, False),
        # Epic writes a text.
        ("false", False),
        ("False", False),
        ("true", True),
        (None, True),
        ("", True),
        (0, True),
    ],
)
def test_the_banner_is_shown_unless_the_ehr_shows_its_own(told, value, shown):
    assert told(need_patient_banner=value).need_patient_banner is shown


@pytest.mark.smart(191)
@pytest.mark.parametrize(
    ("fhir_context", "appointment"),
    [
        ([{"reference": "Appointment/123"}], "123"),
        ([{"reference": f"{ISS}/Appointment/123"}], "123"),
        ([{"reference": "Appointment/1", "role": "prior"}, {"reference": "Appointment/2"}], "2"),
        ([{"reference": "Appointment/1", "role": "launch"}], "1"),
        ([{"reference": "https://elsewhere.test/fhir/Appointment/1"}, {"reference": "Appointment/2"}], "2"),
        ([{"canonical": "https://ehr.test/x"}, {"identifier": {"value": "1"}}, "Appointment/1", None], None),
        ([{"reference": 7}], None),
        ({"reference": "Appointment/1"}, None),
        (None, None),
    ],
)
def test_the_appointment_may_come_in_fhir_context(told, fhir_context, appointment):
    assert told(fhirContext=fhir_context).appointment == appointment


def test_encounter_and_location_may_come_in_fhir_context_too(told):
    context = told(fhirContext=[{"reference": "Encounter/e-1"}, {"reference": "Location/l-1"}])

    assert (context.encounter, context.location) == ("e-1", "l-1")


def test_a_key_of_its_own_comes_before_fhir_context(told):
    assert told(appointment="a-1", fhirContext=[{"reference": "Appointment/a-2"}]).appointment == "a-1"


@pytest.mark.parametrize(
    ("value", "appointment"), [(123, "123"), ("Appointment/123", "123"), (True, None), ("Appointment/", None)]
)
def test_an_id_may_be_a_number_or_a_reference(told, value, appointment):
    assert told(appointment=value).appointment == appointment


def test_a_vendor_may_use_keys_of_its_own(told):
    profile = VendorProfile(
        "other", appointment_keys=("visit", "appt"), csn_keys=("epic_csn",), location_keys=("dept",)
    )

    context = told(profile=profile, appt="a-1", appointment="no", epic_csn=77, dept="l-1")

    assert (context.appointment, context.csn, context.location) == ("a-1", "77", "l-1")


def test_a_vendor_without_a_profile_keeps_to_the_standard():
    assert profile_of("unheard-of").name == "generic"
    assert profile_of("generic").name == "generic"
