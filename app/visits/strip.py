"""Enough to tell one patient from another, on every page about one."""

from dataclasses import dataclass, field
from datetime import date

TAIL = 4


@dataclass(frozen=True)
class PatientStrip:
    """The patient's name, birth date and the end of the medical record number."""

    name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    mrn_tail: str | None = field(repr=False)


def patient_strip(name: str, birth_date: date | None, mrn: str | None) -> PatientStrip:
    """The strip, of the whole number."""
    return PatientStrip(name, birth_date, mrn[-TAIL:] if mrn else None)
