"""What the doctor found: plain values, which the command line and the page both show."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from app.errors.base import Text

ALL_WELL = _l("All that a launch needs is in order.")


class Verdict(StrEnum):
    """What became of a check."""

    FINE = "fine"
    NOTE = "note"  # it works, and should not stay so
    BROKEN = "broken"
    UNKNOWN = "unknown"  # it could not be looked at


@dataclass(frozen=True)
class Finding:
    """What a check found. `says` is the cause where something is wrong; `advice` what to do about it.

    `facts` are what was seen: addresses, ids of clients and keys, seconds; never a secret or a person.
    """

    check: str
    verdict: Verdict
    says: Text
    advice: Text | None = None
    facts: tuple[str, ...] = ()


def fine(check: str, says: Text, *facts: str) -> Finding:
    """In order."""
    return Finding(check, Verdict.FINE, says, None, facts)


def note(check: str, says: Text, advice: Text, *facts: str) -> Finding:
    """It works, and should not stay so."""
    return Finding(check, Verdict.NOTE, says, advice, facts)


def broken(check: str, says: Text, advice: Text, *facts: str) -> Finding:
    """Launches fail because of it."""
    return Finding(check, Verdict.BROKEN, says, advice, facts)


def unknown(check: str, says: Text, advice: Text | None = None, *facts: str) -> Finding:
    """It could not be looked at."""
    return Finding(check, Verdict.UNKNOWN, says, advice, facts)


def first_cause(findings: Iterable[Finding]) -> Finding | None:
    """What to mend first: checks stand in the order in which a fault of one explains those of the next."""
    told = tuple(findings)
    for verdict in (Verdict.BROKEN, Verdict.NOTE):
        found = next((one for one in told if one.verdict is verdict), None)
        if found is not None:
            return found
    return None
