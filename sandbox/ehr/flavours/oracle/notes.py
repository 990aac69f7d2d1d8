"""Which notes are taken: one attachment, by the person who writes it."""

import re

from sandbox.ehr.elements import Raw, each, first_text
from sandbox.ehr.flavours.oracle.operations import refused
from sandbox.ehr.grants import LaunchContext

LOINC, CODE_SET_72 = "http://loinc.org", "/codeSet/72"
TYPES = ("text/plain", "text/html", "application/xhtml+xml", "application/xml", "application/pdf")
CHARSET = re.compile(r"; *charset=\S+", re.IGNORECASE)
TIMED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")


def refuse_wrong(raw: Raw, writer: LaunchContext | None) -> None:
    """Raises a 422 for the first rule that is broken."""
    if raw.get("status") != "current":
        raise refused("status is current.")
    if raw.get("docStatus") != "final":
        raise refused("A provider's docStatus is final.")
    _check_type(raw)
    if not first_text(raw, "subject", "reference").startswith("Patient/"):
        raise refused("subject is a patient.")
    _check_author(raw, writer)
    _check_attachment(raw)
    _check_context(raw)


def _check_type(raw: Raw) -> None:
    systems = [str(one.get("system", "")) for one in each(raw, "type", "coding")]
    is_loinc = [one == LOINC for one in systems]
    is_local = [one.endswith(CODE_SET_72) for one in systems]
    if any(is_loinc) == any(is_local):
        raise refused("type is of LOINC or of code set 72, and not of both.")


def _check_author(raw: Raw, writer: LaunchContext | None) -> None:
    authors = [str(one) for one in each(raw, "author", "reference")]
    if len(authors) != 1:
        raise refused("There is one author.")
    if writer is not None and authors[0] != writer.user:
        raise refused("The author is the provider who is authorized.")


def _check_attachment(raw: Raw) -> None:
    attachments = list(each(raw, "content", "attachment"))
    if len(attachments) != 1:
        raise refused("There is one content.")
    media_type = str(attachments[0].get("contentType", ""))
    kind = media_type.partition(";")[0]
    if kind not in TYPES:
        raise refused("contentType is text, HTML, XHTML or PDF.")
    if kind != "application/pdf" and not CHARSET.search(media_type):
        raise refused("contentType names its charset.")
    if not TIMED.fullmatch(str(attachments[0].get("creation", ""))):
        raise refused("attachment.creation has a time.")


def _check_context(raw: Raw) -> None:
    if not TIMED.fullmatch(first_text(raw, "context", "period", "end")):
        raise refused("context.period.end is required, with a time.")
    if len(list(each(raw, "context", "encounter", "reference"))) > 1:
        raise refused("There is one encounter at most.")
