"""What the launches of the last day tell: the latest that failed, if none has gone well since."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from app.errors import explanation_of
from app.ports import Rooms
from app.services.doctor.findings import Finding, Verdict, fine, unknown
from app.sites import ClinicSite
from app.store.launch_traces import Trace, last_good_trace, latest_traces
from app.traces.redaction import CUT

LOOKED_AT = 50
INCOMPLETE, UNKNOWN_ISS = "VB-1140", "VB-1101"
# What a person did or their browser: a "no", a second click, the back button, cookies that are blocked.
OF_THE_PERSON = frozenset(
    ("VB-1105", "VB-1107", "VB-1108", "VB-1109", "VB-1110", "VB-1131", "VB-1201", "VB-1211")
)


def check_launches(rooms: Rooms, site: ClinicSite) -> Finding:
    """Whether launches go well. One of an EHR that nobody names may be this one's."""
    check, soon = "launches", rooms.wall.now() + timedelta(seconds=1)
    with rooms.db.read() as tx:
        traces = latest_traces(tx, [site.name, None], LOOKED_AT)
        good = last_good_trace(tx, site.name, soon)
    since = [one for one in traces if one.outcome == "failed" and (good is None or one.at > good.at)]
    failed = [one for one in since if one.code not in OF_THE_PERSON]
    if failed:
        is_alone = len(rooms.sites.all()) == 1
        return _told(check, failed[0], Verdict.BROKEN if is_alone or failed[0].site else Verdict.NOTE)
    if good is None:
        return unknown(check, _l("Nobody has launched the app of late."))
    return fine(check, _l("The latest launch went well."), f"{good.at:%Y-%m-%d %H:%M} UTC")


def _told(check: str, trace: Trace, verdict: Verdict) -> Finding:
    facts = (f"{trace.at:%Y-%m-%d %H:%M} UTC", trace.code or "", trace.reference or "")
    arrived = trace.exchanges[0].sent if trace.exchanges else {}
    if trace.code == INCOMPLETE and "iss" not in arrived and "state" not in arrived:
        says = _l(
            "The button in the EHR is a plain link, no SMART launch:"
            " it opened our launch address without iss and launch."
        )
        return Finding(check, verdict, says, _PLAIN, facts)
    iss = arrived.get("iss", CUT)
    if trace.code == UNKNOWN_ISS and iss != CUT:
        says = _l("A launch came with an iss that no file names, %(iss)s.", iss=iss)
        return Finding(check, verdict, says, _ISS, facts)
    said = explanation_of(trace.code)
    says = _l("The latest launch failed: %(cause)s", cause=said.cause if said else trace.code or "?")
    return Finding(check, verdict, says, said.next_step if said else None, facts)


_PLAIN = _l(
    "Ask the EHR team to make it a SMART application with our launch address:"
    " in PowerChart no button of the kind URL."
)
_ISS = _l("If it is this EHR's, put it into iss in the site's file: test and production each have their own.")
