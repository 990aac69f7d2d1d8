"""Whether tomorrow's visits have hosts, measured when somebody asks."""

from collections import Counter
from datetime import timedelta

from sqlalchemy.orm import Session

from app.metrics import HOSTS_OVERPLANNED, VISITS_WITHOUT_HOST
from app.ports import Rooms
from app.services.host_ledger import host_ledger
from app.services.hosts_page import visits_to_mend
from app.visits.hosts import HostVerdict

# Tomorrow is over by then in every zone.
SOON = timedelta(days=3)


def measure_hosts(rooms: Rooms, tx: Session) -> None:
    """Set the gauges. Nobody's name is in them."""
    sites = rooms.sites.all()
    found = Counter(
        (one.visit.site, one.problem) for one in visits_to_mend(rooms, tx, sites, SOON) if one.is_tomorrow
    )
    for site in sites:
        for problem in HostVerdict:
            if problem is not HostVerdict.OK:
                VISITS_WITHOUT_HOST.labels(site.name, problem).set(found[site.name, problem])
    HOSTS_OVERPLANNED.set(sum(one.is_too_much for one in host_ledger(rooms, tx)))
