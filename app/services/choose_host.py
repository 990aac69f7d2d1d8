"""Which account of the video vendor hosts a visit."""

from app.sites import ClinicSite
from fhir.practitioners import ChartPractitioner


def choose_host(site: ClinicSite, department: str, practitioner: ChartPractitioner | None) -> str | None:
    """An e-mail address or the vendor's id; None if nobody is named.

    The site's mapping by Practitioner id or NPI, the Practitioner's e-mail, the department's default.
    """
    if practitioner is not None:
        for key in (practitioner.id, practitioner.npi):
            if key and key in site.zoom_hosts:
                return site.zoom_hosts[key]
        if practitioner.emails:
            return practitioner.emails[0]
    return site.policy(department).default_host
