"""What a patient's page says in each state, in short words."""

from dataclasses import dataclass

from flask_babel import gettext as _

from app.services.patient_page import PatientPage
from app.visits.door import Door
from app.web.clocks import clock_time, day


@dataclass(frozen=True)
class DoorWords:
    """`step`: how far along they are, of three; None where there is nothing to wait for."""

    title: str
    text: str
    icon: str
    tone: str
    step: int | None = None
    button: str | None = None

    @property
    def awaits_join(self) -> bool:
        """The button to join is still to come."""
        return self.step in (1, 2)


def door_words(page: PatientPage) -> DoorWords:
    """The words of the page as it is now."""
    if page.door in (Door.TOO_EARLY, Door.WAIT, Door.TOLD):
        return _before(page)
    if page.may_join:
        return _open(page)
    return _closed(page)


def _before(page: PatientPage) -> DoorWords:
    if page.door is Door.TOO_EARLY:
        return DoorWords(
            _("You are in the right place"),
            _(
                "Your visit is later. From %(time)s on, this page is your waiting room. "
                "Keep it open, or come back with the same link.",
                time=_when(page),
            ),
            "calendar",
            "quiet",
            0,
        )
    if page.door is Door.TOLD and page.told_at is not None:
        return DoorWords(
            _("%(who)s knows that you are here", who=_who(page)),
            _(
                "Told at %(time)s. Please stay on this page.",
                time=clock_time(page.told_at, page.zone),
            ),
            "check",
            "good",
            2,
        )
    return DoorWords(
        _("You are here"),
        _("Your clinic will see it. Please stay on this page."),
        "door",
        "wait",
        1,
    )


def _open(page: PatientPage) -> DoorWords:
    if page.door is Door.ON_THE_WAY:
        return DoorWords(
            _("%(video)s is opening", video=page.video),
            _("If nothing opened, press the button again."),
            "arrow",
            "live",
            3,
            _("Join again"),
        )
    if page.door is Door.IN_CALL:
        text = _("If you closed %(video)s by mistake, come back with the button.", video=page.video)
        return DoorWords(_("You are in the visit"), text, "camera", "live", 3, _("Join again"))
    if page.door is Door.HELD:
        return _held(page)
    if page.was_moved:
        text = _("Your clinic has moved the call to %(video)s. The button leads there.", video=page.video)
        return DoorWords(_("Join again, please"), text, "camera", "live", 3, _("Join the visit"))
    if page.door is Door.DROPPED:
        text = _("Your visit is still open. Come back with the button.")
        return DoorWords(_("You left the call"), text, "leave", "wait", 3, _("Come back"))
    if page.door is Door.PROVIDER_LEFT:
        return DoorWords(
            _("%(who)s has stepped out", who=_who(page)),
            _("Your visit is not finished. Stay here, or go back into the call and wait there."),
            "leave",
            "wait",
            3,
            _("Go back into the call"),
        )
    return DoorWords(
        _("You can join now"),
        _("%(video)s opens, and you wait there for a moment until you are let in.", video=page.video),
        "camera",
        "live",
        3,
        _("Join the visit"),
    )


def _held(page: PatientPage) -> DoorWords:
    text = _(
        "The clinician has asked you to wait for a moment. Stay in %(video)s: you are let in again there.",
        video=page.video,
    )
    return DoorWords(_("Please wait for a moment"), text, "hourglass", "wait", 3, _("Join again"))


def _closed(page: PatientPage) -> DoorWords:
    if page.door is Door.TAKEN_BACK:
        text = _("The clinic has taken this link back. If you did not expect this, please call the clinic.")
        return DoorWords(_("This link opens nothing any more"), text, "link", "quiet")
    if page.door is Door.OVER:
        text = _("Links of people who are invited to a visit end with its day.")
        return DoorWords(_("This link has ended"), text, "link", "quiet")
    if page.door is Door.FINISHED:
        text = _("You can close this page. If you have a question, call your clinic.")
        return DoorWords(_("Your visit is finished"), text, "check", "good")
    if page.door is Door.NO_SHOW:
        text = _("Your visit could not take place. Please call your clinic for a new time.")
        return DoorWords(_("We missed you"), text, "absent", "quiet")
    text = _("It will not take place. If you did not expect this, please call your clinic.")
    return DoorWords(_("This visit is cancelled"), text, "slash", "quiet")


def _who(page: PatientPage) -> str:
    return page.practitioner or str(_("Your clinic"))


def _when(page: PatientPage) -> str:
    opens = clock_time(page.opens_at, page.zone)
    return str(_("%(time)s on %(day)s", time=opens, day=day(page.opens_at, page.zone)))
