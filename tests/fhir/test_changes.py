"""A change is one change: whatever else a resource holds goes back as it came."""

import copy
import json
from datetime import UTC, datetime

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir.capability import Capabilities, TypeCapabilities
from fhir.changes import Change, Edit, append, applied, as_patch, pointer, put, write_change
from fhir.errors import ChangeImpossible, ChartDisagrees
from fhir.references import Reference
from fhir.writers.join_link import VIRTUAL_SERVICE, JoinLink, join_link
from fhir.writers.presence import Presence, participation
from fhir.writers.status import VisitStatus, appointment_status, encounter_status
from sandbox.clinic.day import day_resources, plan_day

BASE = "https://ehr.test/fhir"
NOW = datetime(2026, 11, 22, 17, 3, tzinfo=UTC)
LINK = JoinLink("a1", "https://visits.test/v/abc", "https://visits.test/")
APPOINTMENT = {
    "resourceType": "Appointment",
    "id": "a1",
    "meta": {"versionId": "3"},
    "status": "booked",
    "start": "2026-11-02T14:00:00Z",
    "end": "2026-11-02T14:20:00Z",
    "participant": [{"actor": {"reference": "Patient/1"}, "status": "accepted"}],
}
PATCHING = Capabilities(
    {"Appointment": TypeCapabilities(frozenset({"read", "update", "patch"}), checks_versions=True)}
)
REPLACING = Capabilities(
    {"Appointment": TypeCapabilities(frozenset({"read", "update"}), checks_versions=True)}
)
CARELESS = Capabilities({"Appointment": TypeCapabilities(frozenset({"read", "update"}))})


def stage(name):
    return VisitStatus(name, NOW)


def first_actor(raw):
    told = [one.get("actor", {}).get("reference", "") for one in raw.get("participant", [])]
    resource_type, _, found = next((each for each in told if "/" in each), "Patient/nobody").partition("/")
    return Reference(resource_type, found)


# Each writer of a change, and the elements at the top of the resource that it may touch.
WRITERS = {
    "Appointment": [
        (lambda raw: appointment_status(raw, stage("arrived")), {"status"}),
        (lambda raw: appointment_status(raw, stage("fulfilled")), {"status"}),
        (lambda raw: appointment_status(raw, VisitStatus("arrived", NOW, reopened=True)), {"status"}),
        (lambda raw: participation(raw, Presence("a1", first_actor(raw), NOW)), {"participant"}),
        (lambda raw: join_link(raw, LINK), {"extension"}),
    ],
    "Encounter": [
        (lambda raw: encounter_status(raw, stage("in-progress")), {"status", "statusHistory", "period"}),
        (lambda raw: encounter_status(raw, stage("fulfilled")), {"status", "statusHistory", "period"}),
    ],
}


@pytest.fixture(scope="session")
def charted(shared):
    """Appointments and Encounters as real ones look, and as the sandbox's clinic has them."""
    folder = shared / "reference" / "fhir-samples"
    read = (json.loads(path.read_text()) for path in sorted(folder.glob("*.json")))
    samples = [raw.get("resource", raw) for raw in read if isinstance(raw, dict)]
    held = [*samples, *day_resources(plan_day(NOW))]
    return [raw for raw in held if raw.get("resourceType") in WRITERS]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def resources(draw, charted):
    """A resource of the chart with its keys in another order and elements that nobody has heard of."""
    raw = copy.deepcopy(draw(st.sampled_from(charted)))
    raw |= draw(st.dictionaries(st.from_regex(r"x-[a-z/~]{1,6}", fullmatch=True), JSON, max_size=3))
    raw["contained"] = [*raw.get("contained", []), draw(st.dictionaries(st.text(), JSON, max_size=3))]
    raw["status"] = draw(st.sampled_from([raw.get("status", "booked"), "booked", "planned"]))
    names = draw(st.permutations(sorted(raw)))
    return {name: raw[name] for name in names}


@given(data=st.data())
def test_nothing_else_changes_in_a_resource_of_a_real_chart(charted, data):
    raw = data.draw(resources(charted))
    before = copy.deepcopy(raw)
    make, touched = data.draw(st.sampled_from(WRITERS[raw["resourceType"]]))
    try:
        change = make(raw)
    except ChartDisagrees:
        return
    if change is None:
        return

    now = applied(raw, change)
    patched = jsonpatch.apply_patch(copy.deepcopy(raw), json.loads(json.dumps(as_patch(raw, change))))

    assert raw == before
    assert now == patched != raw
    assert [name for name in now if name in raw] == list(raw)
    assert {name: now[name] for name in now if name not in touched} == {
        name: raw[name] for name in raw if name not in touched
    }
    for name in touched & set(raw):
        assert_only_grown_or_edited(raw[name], now[name], change)


def assert_only_grown_or_edited(before, after, change):
    """Within the element that was touched, everything that no edit points to is as it was."""
    undone = {json.dumps(edit.value, sort_keys=True) for edit in change.edits}
    if isinstance(before, list):
        differing = [(old, new) for old, new in zip(before, after, strict=False) if old != new]
        assert len(differing) + len(after) - len(before) == 1
        for old, new in differing:
            kept = {name: value for name, value in old.items() if name != "period"}
            assert json.dumps(new, sort_keys=True) in undone or kept == {
                name: value for name, value in new.items() if name != "period"
            }
    elif isinstance(before, dict):
        assert before.items() <= after.items()


@pytest.mark.parametrize(
    "kind, make, changes",
    [
        ("Appointment", lambda raw: appointment_status(raw, stage("arrived")), 10),
        ("Appointment", lambda raw: participation(raw, Presence("a1", first_actor(raw), NOW)), 20),
        ("Appointment", lambda raw: join_link(raw, LINK), 20),
        ("Encounter", lambda raw: encounter_status(raw, stage("fulfilled")), 5),
    ],
)
def test_the_proof_above_is_about_real_changes(charted, kind, make, changes):
    made = 0
    for raw in charted:
        try:
            made += raw["resourceType"] == kind and make(raw) is not None
        except ChartDisagrees:
            continue

    assert made >= changes


def test_a_patch_tests_first_what_is_replaced_or_believed():
    change = Change((Edit("/status", "arrived"),), ("/participant/0/actor",))

    assert as_patch(APPOINTMENT, change) == [
        {"op": "test", "path": "/participant/0/actor", "value": {"reference": "Patient/1"}},
        {"op": "test", "path": "/status", "value": "booked"},
        {"op": "replace", "path": "/status", "value": "arrived"},
    ]


def test_a_patch_does_not_apply_where_somebody_was_faster():
    operations = as_patch(APPOINTMENT, Change((Edit("/status", "arrived"),)))

    with pytest.raises(jsonpatch.JsonPatchTestFailed):
        jsonpatch.apply_patch({**APPOINTMENT, "status": "cancelled"}, operations)


def test_what_is_removed_is_tested_and_has_no_value():
    assert as_patch(APPOINTMENT, Change((Edit("/end", op="remove"),))) == [
        {"op": "test", "path": "/end", "value": "2026-11-02T14:20:00Z"},
        {"op": "remove", "path": "/end"},
    ]


@pytest.mark.parametrize(
    "path", ["/slot", "/participant/7/status", "/status/code", "status", "/participant/x"]
)
def test_a_change_that_does_not_fit_is_none(path):
    change = Change((Edit(path, "accepted"),))

    for make in (as_patch, applied):
        with pytest.raises(ChartDisagrees) as caught:
            make(APPOINTMENT, change)
        assert caught.value.element == "Appointment"


def test_a_list_is_begun_or_lengthened():
    begun = applied(APPOINTMENT, Change((append(APPOINTMENT, "extension", {"url": "a"}),)))
    longer = applied(begun, Change((append(begun, "extension", {"url": "b"}),)))

    assert begun["extension"] == [{"url": "a"}]
    assert longer["extension"] == [{"url": "a"}, {"url": "b"}]


def test_an_element_is_replaced_or_added():
    assert put(APPOINTMENT, "status", "x").op == "replace"
    assert put(APPOINTMENT, "comment", "x").op == "add"


def test_a_name_with_a_slash_stays_a_name():
    assert pointer("a/b~c", 0) == "/a~1b~0c/0"


def test_what_was_put_in_is_a_copy():
    value = {"start": "2026"}
    now = applied(APPOINTMENT, Change((put(APPOINTMENT, "requestedPeriod", value),)))

    value["start"] = "1999"

    assert now["requestedPeriod"] == {"start": "2026"}


def test_a_server_that_patches_is_sent_a_patch_with_the_version(chart, wire):
    wire.patch(f"{BASE}/Appointment/a1", headers={"ETag": 'W/"4"'})

    written = write_change(chart, APPOINTMENT, Change((Edit("/status", "arrived"),)), PATCHING)

    assert (written.reference, written.version) == ("Appointment/a1", "4")
    assert wire.calls[0].request.headers["If-Match"] == 'W/"3"'
    assert [each["op"] for each in json.loads(wire.calls[0].request.body)] == ["test", "replace"]


def test_a_server_that_only_replaces_gets_the_whole_resource_with_the_version(chart, wire):
    wire.put(f"{BASE}/Appointment/a1")

    write_change(chart, APPOINTMENT, Change((Edit("/status", "arrived"),)), REPLACING)

    assert json.loads(wire.calls[0].request.body) == {**APPOINTMENT, "status": "arrived"}
    assert wire.calls[0].request.headers["If-Match"] == 'W/"3"'


@pytest.mark.parametrize(
    ("raw", "can"),
    [
        (APPOINTMENT, CARELESS),
        ({**APPOINTMENT, "meta": {}}, REPLACING),
        (APPOINTMENT, Capabilities()),
    ],
    ids=["a server that checks no version", "a resource without a version", "a silent server"],
)
def test_nothing_is_replaced_that_another_might_have_written(chart, wire, raw, can):
    with pytest.raises(ChangeImpossible):
        write_change(chart, raw, Change((Edit("/status", "arrived"),)), can)

    assert len(wire.calls) == 0


def test_a_resource_of_a_vendor_that_breaks_strict_models_is_still_changed(chart, wire, sample):
    raw = {**sample("oracle_appointment_video_visit_entry"), "status": "booked"}
    raw["cancelationReason"] = "their own form"
    wire.put(f"{BASE}/Appointment/4817572")
    change = join_link(raw, LINK)

    write_change(chart, raw, change, REPLACING)

    sent = json.loads(wire.calls[0].request.body)
    assert sent["extension"][-1]["url"] == VIRTUAL_SERVICE
    assert sent["cancelationReason"] == "their own form"
    assert sent["contained"] == raw["contained"]
