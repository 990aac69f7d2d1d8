"""What a server says it can do; what it does not say, it cannot."""

import pytest

from fhir.capability import Capabilities, capabilities_from, read_capabilities

BASE = "https://ehr.test/fhir"


def statement(*resources, **more):
    return {
        "resourceType": "CapabilityStatement",
        "rest": [{"mode": "server", "resource": list(resources)}],
    } | more


def resource(*interactions, **more):
    return {"type": "Appointment", "interaction": [{"code": code} for code in interactions]} | more


def test_a_full_statement_is_read(chart, wire):
    told = resource(
        "read",
        "search-type",
        "create",
        "update",
        "patch",
        conditionalCreate=True,
        versioning="versioned-update",
        searchParam=[{"name": "identifier", "type": "token"}],
    )
    wire.get(f"{BASE}/metadata", json=statement(told, patchFormat=["application/json-patch+json"]))

    can = read_capabilities(chart)

    assert can.allows("Appointment", "create")
    assert can.of("Appointment").conditional_create
    assert can.can_search("Appointment", "identifier")
    assert not can.can_search("Appointment", "patient")
    assert can.takes_json_patch("Appointment")
    assert can.takes_guarded_update("Appointment")


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"rest": None},
        {"rest": "server"},
        {"rest": [None, 3, {"mode": "server"}]},
        {"rest": [{"mode": "server", "resource": {"type": 3}}]},
        statement({"interaction": [{"code": "create"}]}),
        statement({"type": "Appointment", "interaction": "create"}),
        statement({"type": "Appointment", "interaction": [{"code": None}, "create"]}),
        {"rest": [{"mode": "client", "resource": [resource("create", "update", "patch")]}]},
    ],
)
def test_what_makes_no_sense_promises_nothing(raw):
    can = capabilities_from(raw)

    assert not can.allows("Appointment", "create")
    assert not can.can_change("Appointment")
    assert not can.can_search("Appointment", "identifier")


@pytest.mark.parametrize(
    "told",
    [{}, {"conditionalCreate": False}, {"conditionalCreate": "true"}, {"versioning": "versioned"}],
)
def test_only_a_plain_yes_counts(told):
    of = capabilities_from(statement(resource("create", "update", **told))).of("Appointment")

    assert not of.conditional_create
    assert not of.checks_versions


def test_a_search_parameter_without_searching_helps_nobody():
    told = resource("read", searchParam=[{"name": "identifier"}])

    assert not capabilities_from(statement(told)).can_search("Appointment", "identifier")


@pytest.mark.parametrize(
    ("formats", "takes"),
    [
        (["application/json-patch+json"], True),
        (["application/fhir+json", "application/xml-patch+xml"], False),
        ([], True),
    ],
)
def test_a_patch_is_json_patch_unless_other_formats_are_named(formats, takes):
    can = capabilities_from(statement(resource("patch"), patchFormat=formats))

    assert can.takes_json_patch("Appointment") is takes


@pytest.mark.parametrize(
    ("told", "can_change"),
    [
        (resource("patch"), True),
        (resource("update", versioning="versioned-update"), True),
        (resource("update", versioning="versioned"), False),
        (resource("read"), False),
    ],
)
def test_a_change_is_safe_by_patch_or_by_version(told, can_change):
    assert capabilities_from(statement(told)).can_change("Appointment") is can_change


def test_an_unknown_server_can_nothing():
    assert Capabilities().of("Patient").interactions == frozenset()
