"""What pages say of a call that is not known as it is, and of a host who cannot host."""

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.services.call_known import CallKnown
from app.services.visit_page import VisitPage
from app.visits.hosts import HostVerdict
from app.visits.states import UNFINISHED, VisitState
from app.web.clocks import clock_time
from app.web.notices import Notice

_LICENCE = _l("Ask an administrator for a Zoom licence, or for another host of this department.")
# A word for a row, what is wrong, and what to do.
HOSTS = {
    HostVerdict.UNLICENSED: (
        _l("Host without licence"),
        _l("The host’s Zoom user has no licence, so this visit cannot be started."),
        _LICENCE,
    ),
    HostVerdict.INACTIVE: (
        _l("Host not active"),
        _l("The host’s Zoom user is not active, so this visit cannot be started."),
        _l("Ask an administrator to activate the user in Zoom, or for another host of this department."),
    ),
    HostVerdict.UNKNOWN: (
        _l("Host not in Zoom"),
        _l("Nobody in the Zoom account is known by the host’s address, so this visit cannot be started."),
        _l("Ask an administrator to add the user in Zoom, or to name another one in the site's file."),
    ),
    HostVerdict.NOBODY: (
        _l("No host named"),
        _l("Nobody is named to host this visit, so it cannot be started."),
        _l("Ask an administrator to name one in the site's file, under zoom_hosts or policy.default_host."),
    ),
}


def install(app: Flask) -> None:
    """Let templates say what is wrong with a host."""
    app.jinja_env.globals.update(host_words=HOSTS.__getitem__)


def call_notices(page: VisitPage, known: CallKnown) -> tuple[Notice, ...]:
    """The lines of a visit's page."""
    found = []
    is_under_way = page.state in (VisitState.OPEN, VisitState.IN_PROGRESS)
    if known.host_problem is not None:
        _word, wrong, remedy = HOSTS[known.host_problem]
        account = f" ({page.host_account})" if page.host_account else ""
        found.append(Notice("host", "bad", f"{wrong}{account} {remedy}"))
    if known.as_of is not None and is_under_way:
        at = clock_time(known.as_of, page.zone)
        text = _("As of %(time)s: Zoom could not be asked since. What it tells by itself is shown.", time=at)
        found.append(Notice("as-of", "wait", text))
    if known.silent_since is not None and page.state in UNFINISHED:
        at = clock_time(known.silent_since, page.zone)
        text = _("%(video)s does not answer since %(time)s.", video=page.video, time=at)
        if page.offers.move_to is not None:
            elsewhere = _("You can move this visit to %(video)s, below.", video=page.offers.move_to.title)
            text = f"{text} {elsewhere}"
        found.append(Notice("silent", "bad", text))
    if known.cannot_ask and is_under_way and page.at.tells:
        text = _(
            "Zoom cannot be asked who is in this call: its plan or our permission leaves that out. Where"
            " people are comes from what Zoom tells by itself, and from the patient’s page."
        )
        found.append(Notice("cannot-ask", "quiet", text))
    return tuple(found)
