"""What the visit's page says first: where the visit stands, and what is best done next."""

from dataclasses import dataclass

from flask_babel import gettext as _

from app.services.visit_page import VisitPage
from app.visits.states import GONE, UNFINISHED, Presence, VisitState
from app.web.chips import PRESENCE, STATE, Tone
from app.web.clocks import clock_time


@dataclass(frozen=True)
class Headline:
    """`primary`: the one act that the page puts first, if any."""

    title: str
    text: str
    icon: str
    tone: Tone
    primary: str | None = None


def headline_of(page: VisitPage) -> Headline:
    """The headline of the page as it is now."""
    if page.state not in UNFINISHED:
        return _closed(page)
    if page.state is VisitState.PLANNED:
        return _planned(page)
    return _open(page)


def _planned(page: VisitPage) -> Headline:
    name, patient = page.strip.name, page.patient
    primary = "start" if page.offers.start else None
    if patient.waits_since is not None:
        title = _("%(name)s is here", name=name)
        if page.offers.start:
            text = _("Join appears on their page as soon as you start the visit.")
        else:
            text = _too_early_or_late(page)
        return Headline(title, text, "door", "wait", primary)
    if page.offers.start_from is not None:
        title = _("Planned for %(time)s", time=clock_time(page.start, page.zone))
        return Headline(title, _too_early_or_late(page), "calendar", "quiet")
    if not page.offers.start and page.offers.cancel:
        title = _("This visit was not finished")
        return Headline(title, _too_early_or_late(page), "alert", "bad")
    if patient.presence in GONE and patient.since is not None:
        at = clock_time(patient.since, page.zone)
        title = _("%(name)s was here and has gone", name=name)
        return Headline(title, _("Their page closed at %(time)s.", time=at), "moon", "quiet", primary)
    title = _("%(name)s is not here yet", name=name)
    text = _("You can start now and wait inside.") if page.offers.start else _too_early_or_late(page)
    return Headline(title, text, "calendar", "quiet", primary)


def _too_early_or_late(page: VisitPage) -> str:
    if page.offers.start_from is not None:
        return str(_("You can start from %(time)s.", time=clock_time(page.offers.start_from, page.zone)))
    if page.offers.cancel:
        return str(_("Its day is over. Note that the patient did not come, or cancel it."))
    return str(_("Your role lets you look, not start."))


def _open(page: VisitPage) -> Headline:
    name, presence = page.strip.name, page.patient.presence
    host_inside = page.host is not None and page.host.presence is Presence.IN_CALL
    chip = PRESENCE[presence]
    back = "start" if page.offers.start and not host_inside else None
    if presence is Presence.IN_CALL and host_inside:
        return Headline(_("You are in the call together"), "", chip.icon, "live", "finish")
    if presence is Presence.IN_CALL:
        text = _("The provider is not in the call at this moment.")
        return Headline(_("%(name)s is in the call", name=name), text, chip.icon, "live", back)
    if page.patient.put_back_at is not None:
        at = clock_time(page.patient.put_back_at, page.zone)
        text = _("Put back at %(time)s. To go on: Admit beside “%(who)s” in Zoom.", time=at, who=_who(page))
        return Headline(_("%(name)s was asked to wait", name=name), text, chip.icon, "wait", back)
    if presence is Presence.WAITING:
        text = _("Let them in from Zoom: open Participants and press Admit beside “%(who)s”.", who=_who(page))
        return Headline(_("%(name)s is in Zoom’s waiting room", name=name), text, chip.icon, "wait", back)
    if presence is Presence.ON_THE_WAY:
        text = _on_the_way(page)
        return Headline(_("%(name)s is on the way", name=name), text, chip.icon, "wait", back)
    if presence is Presence.HERE:
        text = _("Their page offers Join.")
        return Headline(_("%(name)s is here", name=name), text, chip.icon, "wait", back)
    return _open_without_patient(page, back, host_inside)


def _on_the_way(page: VisitPage) -> str:
    if page.at.tells:
        return str(_("They pressed Join. Zoom’s waiting room is next."))
    return str(_("They pressed Join. %(video)s does not tell when they are in the call.", video=page.video))


def _open_without_patient(page: VisitPage, back: str | None, host_inside: bool) -> Headline:
    name = page.strip.name
    if page.patient.was_in_call:
        text = _("Nothing is finished: the same link brings them back.")
        primary = "finish" if page.offers.finish and not host_inside else None
        return Headline(_("%(name)s has left the call", name=name), text, "leave", "quiet", primary)
    text = _("The visit is open. You will be told here when they come.")
    return Headline(_("Waiting for %(name)s", name=name), text, "hourglass", "quiet", back)


def _closed(page: VisitPage) -> Headline:
    chip = STATE[page.state]
    at = clock_time(page.closed_at, page.zone) if page.closed_at else ""
    titles = {
        VisitState.FINISHED: _("Finished at %(time)s", time=at),
        VisitState.NO_SHOW: _("%(name)s did not come", name=page.strip.name),
        VisitState.CANCELLED: _("This visit is cancelled"),
        VisitState.ENTERED_IN_ERROR: _("This visit was entered in error"),
    }
    texts = {
        VisitState.FINISHED: _("The patient’s page says so too."),
        VisitState.NO_SHOW: _("Noted at %(time)s. The patient’s page says whom to call.", time=at),
        VisitState.CANCELLED: _("The patient’s page says so too."),
        VisitState.ENTERED_IN_ERROR: _("The chart says that this appointment was never meant to be."),
    }
    return Headline(titles[page.state], texts[page.state], chip.icon, chip.tone)


def _who(page: VisitPage) -> str:
    return page.patient.name_in_call
