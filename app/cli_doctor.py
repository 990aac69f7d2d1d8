"""`python -m app doctor <ehr>`: what is wrong with the connection to an EHR, the cause first."""

import sys
from collections.abc import Iterator

import click

from app.errors.requests import SiteUnknown
from app.logs import set_up_logs
from app.plainly import said_plainly
from app.ports import Rooms
from app.services.doctor.examine import Examination, examine
from app.services.doctor.features import Feature, Grade
from app.services.doctor.findings import Finding, Verdict
from app.settings import read_settings
from app.sites import ClinicSite

BROKEN = 1
SIGNS = {Verdict.FINE: "ok  ", Verdict.NOTE: "note", Verdict.BROKEN: "FAIL", Verdict.UNKNOWN: "?   "}


@click.command()
@click.argument("ehr")
def doctor(ehr: str) -> None:
    """Look at the connection to EHR, and say in the first line what to mend. Ends with 1 if launches fail."""
    from app.rooms import compose

    with said_plainly():
        set_up_logs("ERROR")
        rooms = compose(read_settings())
    told = examine(rooms, _site(rooms, ehr))
    for line in lines_of(told):
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
