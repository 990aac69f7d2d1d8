"""Invariants of R4 that the models do not check. https://hl7.org/fhir/R4/appointment.html#invs"""

from collections.abc import Callable, Iterator
from datetime import datetime

from sandbox.ehr.elements import Raw, each
from sandbox.ehr.outcomes import Issue

Rule = Callable[[Raw], Iterator[Issue]]


def _broken(name: str, says: str, where: str) -> Issue:
    return Issue("invariant", f"{name}: {says}", where)


def app_1(raw: Raw) -> Iterator[Issue]:
    """Either the type or the actor of a participant."""
    for participant in each(raw, "participant"):
        if not participant.get("type") and not participant.get("actor"):
            yield _broken("app-1", "a participant has a type or an actor", "Appointment.participant")


def app_2(raw: Raw) -> Iterator[Issue]:
    """Both start and end, or neither."""
    if ("start" in raw) != ("end" in raw):
        yield _broken("app-2", "start and end come together or not at all", "Appointment.start")


def app_3(raw: Raw) -> Iterator[Issue]:
    """Only proposed, cancelled and waitlisted appointments may be without times."""
    timed = "start" in raw and "end" in raw
    if not timed and raw.get("status") not in ("proposed", "cancelled", "waitlist"):
        yield _broken("app-3", "only proposed, cancelled or waitlist may have no times", "Appointment.start")


def app_4(raw: Raw) -> Iterator[Issue]:
    """A reason for cancelling only where it was cancelled or nobody came."""
    if raw.get("cancelationReason") and raw.get("status") not in ("cancelled", "noshow"):
        yield _broken("app-4", "cancelationReason belongs to cancelled or noshow", "Appointment.status")


def per_1(raw: Raw) -> Iterator[Issue]:
    """A period does not end before it starts."""
    for period in _periods(raw):
        try:
            start, end = (datetime.fromisoformat(period[name]) for name in ("start", "end"))
            backwards = start > end
        except (KeyError, ValueError, TypeError):
            continue
        if backwards:
            yield _broken("per-1", "a period starts before it ends", "period")


def att_1(raw: Raw) -> Iterator[Issue]:
    """An attachment with data says what it is."""
    for attachment in [*each(raw, "content", "attachment"), *each(raw, "payload", "contentAttachment")]:
        if attachment.get("data") and not attachment.get("contentType"):
            yield _broken("att-1", "data has a contentType", "attachment.contentType")


def cpt_2(raw: Raw) -> Iterator[Issue]:
    """A contact's value says what kind of contact it is."""
    for contact in each(raw, "telecom"):
        if contact.get("value") and not contact.get("system"):
            yield _broken("cpt-2", "a value has a system", "telecom.system")


def ext_1(raw: Raw) -> Iterator[Issue]:
    """An extension has a value or extensions, never both."""
    for extension in _extensions(raw):
        valued = any(name.startswith("value") for name in extension)
        if valued == bool(extension.get("extension")):
            yield _broken("ext-1", "an extension has either a value or extensions", "extension")


_ANYWHERE: tuple[Rule, ...] = (per_1, cpt_2, ext_1)
_BY_TYPE: dict[str, tuple[Rule, ...]] = {
    "Appointment": (app_1, app_2, app_3, app_4),
    "Communication": (att_1,),
    "DocumentReference": (att_1,),
}


def broken_invariants(raw: Raw) -> list[Issue]:
    """Each invariant that ``raw`` breaks."""
    rules = _BY_TYPE.get(str(raw.get("resourceType")), ()) + _ANYWHERE
    return [issue for rule in rules for issue in rule(raw)]


def _periods(raw: object) -> Iterator[Raw]:
    yield from _named(raw, "period")


def _extensions(raw: object) -> Iterator[Raw]:
    yield from _named(raw, "extension")


def _named(raw: object, name: str) -> Iterator[Raw]:
    if isinstance(raw, list):
        for member in raw:
            yield from _named(member, name)
    elif isinstance(raw, dict):
        yield from (found for found in each(raw, name) if isinstance(found, dict))
        for member in raw.values():
            yield from _named(member, name)
