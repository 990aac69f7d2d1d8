"""`python -m app doctor <ehr>`: what is wrong with the connection to an EHR, the cause first."""

import sys
from collections.abc import Iterator

import click

from app.cli_parts import composed
from app.errors import explain
from app.errors.requests import SiteUnknown
from app.ports import Rooms
from app.services.doctor.examine import Examination, examine
from app.services.doctor.features import Feature, Grade
from app.services.doctor.findings import Finding, Verdict
from app.services.doctor.rehearsal import TestPatient, try_writes
from app.sites import ClinicSite
from fhir.errors import FhirError
from launch.errors import LaunchError

BROKEN = 1
SIGNS = {Verdict.FINE: "ok  ", Verdict.NOTE: "note", Verdict.BROKEN: "FAIL", Verdict.UNKNOWN: "?   "}


@click.command()
@click.argument("ehr")
@click.option("--test-patient", help="Try every way of writing on this Patient id, and hold it back.")
@click.option("--test-appointment", help="An Appointment id of the test patient.")
@click.option("--test-encounter", help="An Encounter id of the test patient.")
@click.option("--test-recipient", help="A Practitioner id, to whom the message goes.")
@click.option("--write", "really", is_flag=True, help="Write really, after a question.")
@click.option("--yes", "consents", is_flag=True, help="Answers that question.")
def doctor(
    ehr: str,
    test_patient: str | None,
    test_appointment: str | None,
    test_encounter: str | None,
    test_recipient: str | None,
    really: bool,
    consents: bool,
) -> None:
    """Look at the connection to EHR, and say in the first line what to mend. Ends with 1 if launches fail."""
    with composed("ERROR") as rooms:
        site = _site(rooms, ehr)
        told = examine(rooms, site)
        for line in lines_of(told):
            click.echo(line)
        if test_patient is not None:
            if really and not consents:
                click.confirm(f"Write into the chart of {test_patient}, who is nobody?", abort=True, err=True)
            patient = TestPatient(test_patient, test_appointment, test_encounter, test_recipient)
            for line in _tried(rooms, site, patient, really):
                click.echo(line)
    sys.exit(BROKEN if told.is_broken else 0)


def lines_of(told: Examination) -> Iterator[str]:
    """The cause, what to do, every check, and the table of features."""
    yield f"{told.site}: {told.first_line}"
    if told.cause is not None and told.cause.advice is not None:
        yield f"  {told.cause.advice}"
    yield ""
    for finding in told.findings:
        yield from _checked(finding)
    if told.features:
        yield ""
        yield from (_feature(one) for one in told.features)


def _checked(finding: Finding) -> Iterator[str]:
    facts = f"  [{', '.join(finding.facts)}]" if finding.facts else ""
    yield f"{SIGNS[finding.verdict]}  {finding.check:<13} {finding.says}{facts}"


def _tried(rooms: Rooms, site: ClinicSite, patient: TestPatient, really: bool) -> Iterator[str]:
    yield ""
    try:
        tried = try_writes(rooms, site, patient, None, really=really)
    except (LaunchError, FhirError) as refused:
        yield f"Nothing was tried: {explain(refused).cause}"
        return
    if not tried:
        yield "Nothing was tried: the file names no back end, and nobody is signed in here."
    for one in tried:
        detail = "  ".join(str(part) for part in (one.sent, one.why) if part)
        yield f"{one.kind:<10} {one.rung:<26} {one.outcome:<14} {detail}".rstrip()


def _feature(one: Feature) -> str:
    because = "; ".join(str(reason) for reason in one.because)
    stands = {
        Grade.WORKS: f"works ({one.by})" if one.by else "works",
        Grade.DEGRADED: f"degraded to {one.to}: {because}",
        Grade.IMPOSSIBLE: f"impossible: {because}",
    }
    return f"{one.name!s:<32} {stands[one.grade]}"


def _site(rooms: Rooms, name: str) -> ClinicSite:
    try:
        return rooms.sites.by_name(name)
    except SiteUnknown:
        known = ", ".join(one.name for one in rooms.sites.all())
        raise click.BadParameter(f"there is no {name}. There is: {known}", param_hint="EHR") from None
