"""Which searches are done."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sandbox.ehr.abilities import Ability, Parameter
from sandbox.ehr.outcomes import bad_request
from sandbox.ehr.queries import CONTROL

Params = Sequence[tuple[str, str]]
WHO = ("patient", "practitioner", "location")
KNOWN: Mapping[str, tuple[str, ...]] = {
    "Appointment": (*WHO, "date"),
    "Encounter": ("patient", "subject", "status", "date", "participant", "practitioner", "appointment"),
    # What a search of messages needs is beyond this product, which searches for none.
    "Communication": (),
    "DocumentReference": ("patient", "encounter", "type", "category", "date"),
}
STATUSES = ("planned", "in-progress", "finished", "cancelled")
DATED = re.compile(r"(eq|ge|gt|le|lt)\d{4}-\d\d-\d\dT\d\d:\d\d.*")


def parameters(ability: Ability) -> tuple[Parameter, ...]:
    """Those that are offered of a type's."""
    known = KNOWN.get(ability.resource_type)
    return ability.parameters if known is None else tuple(p for p in ability.parameters if p.name in known)


def refuse_wrong(resource_type: str, params: Params) -> None:
    """Raises a 400."""
    asked = [(name, value) for name, value in params if name not in CONTROL]
    if not asked:
        raise bad_request("A required parameter is missing.", "required")
    known = KNOWN.get(resource_type)
    for name, _ in asked:
        if known is not None and name not in (*known, "_id"):
            raise bad_request(f"{resource_type} is not searched by {name}.", "not-supported")
    RULES.get(resource_type, _no_rule)(params, asked)


def _no_rule(_params: Params, _asked: Params) -> None:
    pass


def _appointment(params: Params, asked: Params) -> None:
    """``_id``, or one of three with dates; in order of start, whatever one wants."""
    counted = Counter(name for name, _ in asked)
    if any(name == "_sort" for name, _ in params):
        raise bad_request("Appointments come in order of start.", "not-supported")
    if any(count > 1 for name, count in counted.items() if name != "date"):
        raise bad_request("No parameter is repeated.", "invalid")
    if "_id" in counted:
        if len(asked) > 1:
            raise bad_request("_id is combined with nothing.", "invalid")
        return
    if sum(name in WHO for name in counted) != 1:
        raise bad_request("One of _id, patient, practitioner, location is required.", "required")
    if any("," in value for name, value in asked if name in WHO):
        raise bad_request("One person or place at a time.", "invalid")
    _refuse_wrong_dates([value for name, value in asked if name == "date"])


def _refuse_wrong_dates(dates: Sequence[str]) -> None:
    """Once with a prefix, or twice as ge and lt, each with a time."""
    if not dates:
        raise bad_request("date is required.", "required")
    if not all(DATED.fullmatch(date) for date in dates):
        raise bad_request("date has a prefix and a time.", "value")
    if len(dates) > 1 and sorted(date[:2] for date in dates) != ["ge", "lt"]:
        raise bad_request("date comes once, or as ge and lt.", "invalid")


def _encounter(_params: Params, asked: Params) -> None:
    wrong = [
        one for name, value in asked if name == "status" for one in value.split(",") if one not in STATUSES
    ]
    if wrong:
        raise bad_request("status is planned, in-progress, finished or cancelled.", "value")


RULES: Mapping[str, Callable[[Params, Params], None]] = {
    "Appointment": _appointment,
    "Encounter": _encounter,
}
