"""The clinic's day as Epic would hold it."""

from sandbox.clinic.resources import VISIT_NUMBER
from sandbox.ehr.elements import Raw, each

# The middle differs per customer; a sandbox has 13.0.1.
CSN = "urn:oid:1.2.840.114350.1.13.0.1.7.3.698084.8"
NPI = "urn:oid:2.16.840.1.113883.4.6"
CLASSES = "urn:oid:1.2.840.114350.1.72.1.7.7.10.696784.13260"


def like_epic(raw: Raw) -> Raw:
    """A copy with contact serial numbers, classes of Epic's own, and no length beside start and end."""
    kind = raw["resourceType"]
    if kind in ("Appointment", "Encounter"):
        raw = {**raw, "identifier": [_in_system(one, CSN, VISIT_NUMBER) for one in raw["identifier"]]}
        raw.pop("minutesDuration", None)
    if kind == "Encounter":
        raw["class"] = {"system": CLASSES, "code": "13", "display": "Support OP Encounter"}
    if kind == "Practitioner":
        raw = {**raw, "identifier": [_in_system(one, NPI) for one in raw["identifier"]]}
    return raw


def csn_of(raw: Raw) -> str:
    """Its contact serial number; nothing where it has none."""
    held = (one for one in each(raw, "identifier") if one.get("system") == CSN)
    return next((str(one["value"]) for one in held), "")


def _in_system(identifier: Raw, system: str, was: str | None = None) -> Raw:
    return {**identifier, "system": system} if was in (None, identifier["system"]) else identifier
