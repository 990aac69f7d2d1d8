"""What the page of somebody who was invited says, where the patient's words would be wrong."""

from dataclasses import replace

from flask_babel import gettext as _

from app.services.patient_page import PatientPage
from app.visits.door import Door
from app.visits.states import Role
from app.web.door_words import DoorWords


def suited(page: PatientPage, words: DoorWords) -> DoorWords:
    """The words for this role; the patient's where they fit everybody."""
    if page.role is Role.PATIENT or (page.may_join and page.was_moved):
        return words
    text = _texts(page).get(page.door)
    title = _titles().get(page.door)
    return replace(words, text=text or words.text, title=title or words.title)


def _titles() -> dict[Door, str]:
    return {
        Door.FINISHED: _("The visit is finished"),
        Door.NO_SHOW: _("The visit did not take place"),
        Door.CANCELLED: _("The visit is cancelled"),
    }


def _texts(page: PatientPage) -> dict[Door, str]:
    you_need_not = _("You need not come. If you have a question, call the clinic.")
    return {
        Door.WAIT: _waiting(page),
        Door.TOLD: _waiting(page),
        Door.JOIN: _joining(page),
        Door.DROPPED: _("The visit is still open. Come back with the button."),
        Door.PROVIDER_LEFT: _(
            "The visit is not finished. Stay here, or go back into the call and wait there."
        ),
        Door.FINISHED: _finished(page),
        Door.NO_SHOW: you_need_not,
        Door.CANCELLED: you_need_not,
    }


def _waiting(page: PatientPage) -> str:
    if page.role is Role.INTERPRETER:
        return str(_("You interpret. The patient waits on a page of their own; the clinic lets you both in."))
    if page.role is Role.COLLEAGUE:
        return str(_("You join as a colleague. The clinic sees that you are here and lets you in."))
    return str(_("You join the patient. The clinic sees that you are here and lets you in."))


def _joining(page: PatientPage) -> str:
    if page.role is Role.INTERPRETER:
        return str(
            _(
                "%(video)s opens, and you wait there until the provider lets you in. "
                "The patient may come before you or after you.",
                video=page.video,
            )
        )
    return str(_("%(video)s opens, and you wait there until the provider lets you in.", video=page.video))


def _finished(page: PatientPage) -> str:
    if page.role is Role.INTERPRETER:
        return str(_("Thank you for interpreting. You can close this page."))
    return str(_("Thank you for being there. You can close this page."))
