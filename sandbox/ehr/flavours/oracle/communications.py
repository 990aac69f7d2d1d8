"""Which messages are taken into the inboxes of people and pools."""

import base64
import binascii

from sandbox.ehr.elements import Raw, each, first_text
from sandbox.ehr.flavours.oracle.operations import refused
from sandbox.ehr.grants import LaunchContext

CATEGORIES = {
    ("http://terminology.hl7.org/CodeSystem/communication-category", "notification"),
    ("http://terminology.hl7.org/CodeSystem/communication-category", "reminder"),
    ("http://snomed.info/sct", "312853008"),
}
PRIORITIES = ("routine", "urgent")
TYPES = ("text/plain", "application/xhtml+xml")


def refuse_wrong(raw: Raw, _writer: LaunchContext | None) -> None:
    """Raises a 422 for the first rule that is broken."""
    if raw.get("status") != "completed":
        raise refused("status is completed.")
    _check_kind(raw)
    _check_people(raw)
    if "encounter" in raw and "subject" not in raw:
        raise refused("An encounter needs its subject.")
    if not first_text(raw, "topic", "text"):
        raise refused("topic.text is required.")
    _check_payload(raw)


def _check_kind(raw: Raw) -> None:
    codings = {(one.get("system"), one.get("code")) for one in each(raw, "category", "coding")}
    if not codings & CATEGORIES:
        raise refused("category is notification, reminder or 312853008.")
    if raw.get("priority") not in PRIORITIES:
        raise refused("priority is routine or urgent.")


def _check_people(raw: Raw) -> None:
    recipients = [str(one) for one in each(raw, "recipient", "reference")]
    if not recipients or not all(one.startswith(("Practitioner/", "Group/")) for one in recipients):
        raise refused("recipient names practitioners and pools.")
    if not first_text(raw, "sender", "reference").startswith("Practitioner/"):
        raise refused("sender is a practitioner.")
    if "subject" in raw and not first_text(raw, "subject", "reference").startswith("Patient/"):
        raise refused("subject is a patient.")


def _check_payload(raw: Raw) -> None:
    payload = raw.get("payload", [])
    if not payload or any("contentAttachment" not in one for one in payload):
        raise refused("payload has attachments.")
    for attachment in each(payload, "contentAttachment"):
        if str(attachment.get("contentType", "")).partition(";")[0] not in TYPES:
            raise refused("An attachment is text/plain or application/xhtml+xml.")
        try:
            base64.b64decode(attachment.get("data", "!"), validate=True)
        except (binascii.Error, ValueError):
            raise refused("An attachment's data are base64.") from None
