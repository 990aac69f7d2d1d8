"""What people read of a check, of a feature, and of a field that differs."""

from flask_babel import lazy_gettext as _l

from app.services.doctor.features import Grade
from app.services.doctor.findings import Verdict
from app.services.doctor.registration import Difference
from app.services.doctor.rehearsal import Outcome
from app.web.chips import Chip

VERDICTS = {
    Verdict.FINE: Chip(_l("In order"), "check", "good"),
    Verdict.NOTE: Chip(_l("To note"), "alert", "wait"),
    Verdict.BROKEN: Chip(_l("Broken"), "alert", "bad"),
    Verdict.UNKNOWN: Chip(_l("Not known"), "slash", "quiet"),
}
GRADES = {
    Grade.WORKS: Chip(_l("Works"), "check", "good"),
    Grade.DEGRADED: Chip(_l("Degraded"), "alert", "wait"),
    Grade.IMPOSSIBLE: Chip(_l("Impossible"), "slash", "quiet"),
}
DIFFERENCES = {
    Difference.SAME: Chip(_l("The same"), "check", "good"),
    Difference.MISSING: Chip(_l("Not there"), "alert", "bad"),
    Difference.SLASH: Chip(_l("A slash too many"), "alert", "bad"),
    Difference.SCHEME: Chip(_l("http and https mixed up"), "alert", "bad"),
    Difference.CASE: Chip(_l("Capitals differ"), "alert", "bad"),
    Difference.QUERY: Chip(_l("Something hangs behind it"), "alert", "bad"),
    Difference.PATH: Chip(_l("Another path"), "alert", "bad"),
    Difference.PLAIN: Chip(_l("A plain link, no SMART launch"), "alert", "bad"),
}
OUTCOMES = {
    Outcome.HELD: Chip(_l("Would be sent"), "check", "good"),
    Outcome.WRITTEN: Chip(_l("Written"), "check", "good"),
    Outcome.NOTHING_TO_DO: Chip(_l("Nothing to do"), "check", "quiet"),
    Outcome.REFUSED: Chip(_l("Refused"), "alert", "bad"),
    Outcome.CLOSED: Chip(_l("Closed"), "slash", "quiet"),
}
