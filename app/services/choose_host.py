"""Which account of the video vendor hosts a visit."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.sites import ClinicSite
from app.store.directory import named, user_numbered, verdicts
from app.visits.hosts import Candidate, HostVerdict, Named, Source, host_problem, own_host
from fhir.practitioners import ChartPractitioner


def choose_host(
    tx: Session,
    vendor: str,
    site: ClinicSite,
    department: str,
    practitioner: ChartPractitioner | None = None,
    *,
    practitioner_id: str | None = None,
    planned: str | None = None,
) -> str | None:
    """An e-mail address or the vendor's id; None if nobody is named.

    The first candidate who is not known to be unable to host; if all are, the first. `planned` counts for a
    practitioner of whom the directory knows nothing.
    """
    who = _named(tx, vendor, site, practitioner, practitioner_id)
    if planned is not None and who is not None and not (who.npi or who.emails or who.chosen):
        who = replace(who, emails=(planned,))
    found = hosts_for(tx, vendor, site, department, who)
    known = verdicts(tx, vendor, [one.key for one in found])
    able = (one.key for one in found if host_problem(one.key, known.get(one.key)) is None)
    return next(able, found[0].key if found else None)


def account_of(tx: Session, vendor: str, site: ClinicSite, practitioner_id: str) -> str | None:
    """The practitioner's own account, if anything names one."""
    who = named(tx, vendor, site.name, practitioner_id)
    own = own_host(site.zoom_hosts, who, _verdicts(tx, vendor, who))
    return own.key if own else None


def hosts_for(
    tx: Session, vendor: str, site: ClinicSite, department: str, who: Named | None
) -> tuple[Candidate, ...]:
    """All who may host, best first.

    The practitioner's own account (see `own_host`) or the department's default; then who covers for them, and
    the others whom the site names: alternative hosts, and those of a pool.
    """
    policy = site.policy(department)
    own = own_host(site.zoom_hosts, who, _verdicts(tx, vendor, who)) if who else None
    if own is None and policy.default_host:
        own = Candidate(policy.default_host, Source.DEFAULT)
    others = (
        *([Candidate(who.cover, Source.COVER)] if who and who.cover else []),
        *(Candidate(key, Source.ALTERNATIVE) for key in policy.alternative_hosts),
        *(Candidate(key, Source.POOL) for key in policy.pool_hosts),
    )
    once: dict[str, Candidate] = {}
    for one in (own, *others) if own else others:
        once.setdefault(one.key.casefold(), one)
    return tuple(once.values())


def _named(
    tx: Session,
    vendor: str,
    site: ClinicSite,
    practitioner: ChartPractitioner | None,
    practitioner_id: str | None,
) -> Named | None:
    """What the chart has just told of them counts before what it told once."""
    identifier = practitioner.id if practitioner else practitioner_id
    if identifier is None:
        return None
    known = named(tx, vendor, site.name, identifier)
    if practitioner is None or not practitioner.was_read:
        return known
    npi = practitioner.npi
    numbered = user_numbered(tx, vendor, npi) if npi else None
    return Named(identifier, npi, practitioner.emails, known.chosen, known.cover, numbered)


def _verdicts(tx: Session, vendor: str, who: Named) -> dict[str, HostVerdict]:
    """Asked for only where there is a choice."""
    if len(who.emails) < 2:
        return {}
    found = verdicts(tx, vendor, who.emails)
    return {key.casefold(): verdict for key, verdict in found.items()}
