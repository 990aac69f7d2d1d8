"""Whether appointments flow in: what the searches did last, the nearest first."""

from flask_babel import lazy_gettext as _l

from app.errors import explanation_of
from app.ports import Rooms
from app.services.doctor.findings import Finding, fine, note, unknown
from app.services.sync_progress import Freshness, Stretch, sync_progress
from app.sites import ClinicSite

CHECK = "appointments"


def check_flow(rooms: Rooms, site: ClinicSite) -> Finding:
    """Whether a site with `[sync]` is read in time. Nothing of it keeps a launch from going well."""
    stretches = sync_progress(rooms, site).stretches
    if not stretches:
        return fine(CHECK, _l("Appointments are read only when staff look: the file has no [sync]."))
    if all(one.tried_at is None for one in stretches):
        return unknown(CHECK, _l("No appointments have been read yet."), _START)
    for freshness in (Freshness.FAILED, Freshness.LATE):
        found = next((one for one in stretches if one.freshness is freshness), None)
        if found is not None:
            return _failed(found) if freshness is Freshness.FAILED else _late(found)
    if any(one.freshness is Freshness.UNREAD for one in stretches):
        return unknown(CHECK, _l("Not all appointments have been read yet."), _BUDGET)
    return fine(CHECK, _l("Appointments flow in."), *_facts(stretches[0]))


def _failed(stretch: Stretch) -> Finding:
    said = explanation_of(stretch.codes[0])
    says = _l("Appointments could not be read: %(cause)s", cause=said.cause if said else stretch.codes[0])
    return note(CHECK, says, said.next_step if said else _START, *_facts(stretch), *stretch.codes)


def _late(stretch: Stretch) -> Finding:
    return note(CHECK, _l("Appointments are read late."), _BUDGET, *_facts(stretch))


def _facts(stretch: Stretch) -> tuple[str, ...]:
    at = f"{stretch.read_at:%Y-%m-%d %H:%M} UTC" if stretch.read_at else "-"
    return (str(stretch.band), at)


_START = _l("Start serve, or a worker: it reads within seconds.")
_BUDGET = _l(
    "If it stays so: see that serve or a worker runs, then raise requests_per_hour as far as the EHR allows."
)
