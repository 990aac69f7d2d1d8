"""Whatever JSON comes, a reader answers; it never raises."""

from hypothesis import given
from hypothesis import strategies as st

from fhir.appointments import appointment_from
from fhir.encounters import encounter_from
from fhir.locations import location_from
from fhir.patients import patient_from
from fhir.practitioners import practitioner_from

NAMES = st.sampled_from(
    [
        "id",
        "status",
        "start",
        "end",
        "name",
        "given",
        "family",
        "use",
        "text",
        "value",
        "system",
        "rank",
        "type",
        "coding",
        "code",
        "display",
        "period",
        "identifier",
        "telecom",
        "communication",
        "language",
        "preferred",
        "extension",
        "url",
        "valueCoding",
        "valueBoolean",
        "valueCode",
        "participant",
        "actor",
        "individual",
        "reference",
        "appointment",
        "location",
        "subject",
        "class",
        "contained",
        "resourceType",
        "serviceType",
        "minutesDuration",
        "meta",
        "versionId",
        "birthDate",
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(
        [
            "2026-11-02T14:00:00Z",
            "2026-11-02",
            "Patient/1",
            "https://ehr.test/fhir/Patient/1",
            "http://[",
            "MR",
            "PPRF",
            "official",
            "email",
            "HealthcareService",
            "http://hl7.org/fhir/StructureDefinition/timezone",
        ]
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=30,
)
RESOURCES = st.dictionaries(NAMES, VALUES, max_size=10)


@given(RESOURCES)
def test_no_reader_raises(raw):
    base = "https://ehr.test/fhir"

    assert isinstance(patient_from(raw).gaps, tuple)
    assert isinstance(practitioner_from(raw).emails, tuple)
    assert isinstance(appointment_from(raw, base).minutes, int)
    assert isinstance(encounter_from(raw, base).performers, tuple)
    assert isinstance(location_from(raw).gaps, tuple)
