"""When somebody took part, as Appointment.participant.period. https://hl7.org/fhir/R4/appointment.html"""

from dataclasses import dataclass, field
from datetime import datetime

from fhir._elements import Raw
from fhir.changes import Change, Edit, pointer
from fhir.errors import ChartDisagrees
from fhir.references import Reference, id_of
from fhir.times import format_instant, parse_period
from fhir.writers._parts import entries, told


@dataclass(frozen=True)
class Presence:
    """Somebody is here since an instant; with `until`, was here."""

    appointment_id: str = field(repr=False)
    actor: Reference = field(repr=False)
    since: datetime
    until: datetime | None = None


def participation(raw: Raw, presence: Presence, base_url: str | None = None) -> Change | None:
    """The period of that participant; None if the chart says so already.

    Raises ChartDisagrees if the appointment has no such participant.
    """
    actor = presence.actor
    for index, participant in entries(raw, "participant"):
        if id_of(participant.get("actor"), actor.resource_type, base_url) == actor.id:
            return _period(participant, index, presence)
    raise ChartDisagrees("Appointment.participant")


def _period(participant: Raw, index: int, presence: Presence) -> Change | None:
    stands, until = parse_period(participant.get("period")), presence.until
    wanted = told(
        [
            ("start", format_instant(presence.since)),
            ("end", format_instant(until) if until else None),
        ]
    )
    if parse_period(wanted) == stands:
        return None
    edit = Edit(
        pointer("participant", index, "period"), wanted, "replace" if "period" in participant else "add"
    )
    # A list may have been put in another order since it was read.
    return Change((edit,), (pointer("participant", index, "actor"),))
