"""The patient's link: one page that is right in every state, its heartbeat, and Join."""

import re

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.crypto import digest
from app.services.join_visit import NotYet, join_visit
from app.services.patient_page import PatientPage, read_patient_page
from app.services.patient_presence import LinkedPerson, beat, look_at_link, open_link
from app.services.recording_consent import answer_by_link
from app.visits.states import Role
from app.web.current import rooms
from app.web.door_words import door_words
from app.web.guards import needs_csrf, needs_link
from app.web.guest_words import suited
from app.web.languages import asked_for, reader_language

# How programs name themselves that open links for somebody else. Telephones of people match none of these.
PROGRAMS = re.compile(r"bot\b|crawler|spider|preview|facebookexternalhit|whatsapp/", re.IGNORECASE)

PREPARES = (Role.PATIENT, Role.FAMILY)

blueprint = Blueprint("patient", __name__, url_prefix="/v/<token>")


@blueprint.get("")
@needs_link
def show(token: str) -> ResponseReturnValue:
    """The page. Loading it says that its person is here."""
    linked = look_at_link(rooms(), token) if _nobody_looks() else open_link(rooms(), token)
    return _rendered("patient.html", token, _page(linked))


@blueprint.get("/live")
@needs_link
def live(token: str) -> ResponseReturnValue:
    """The part of the page that changes; 304 while it has not."""
    page = _page(look_at_link(rooms(), token))
    response = Response(_rendered("_patient_live.html", token, page))
    response.set_etag(_etag(page))
    return response.make_conditional(request)


@blueprint.post("/beat")
@needs_link
@needs_csrf
def here(token: str) -> ResponseReturnValue:
    """The page is still open."""
    beat(rooms(), token)
    return "", 204


@blueprint.post("/join")
@needs_link
@needs_csrf
def join(token: str) -> ResponseReturnValue:
    """Into the meeting, or back to the page that is right instead."""
    found = join_visit(rooms(), token)
    if isinstance(found, NotYet):
        return redirect(f"/v/{token}{_suffix()}", 303)
    return redirect(found.reveal(), 303)


@blueprint.post("/recording")
@needs_link
@needs_csrf
def answer(token: str) -> ResponseReturnValue:
    """Whether the visit may be recorded."""
    answer_by_link(rooms(), token, request.form.get("answer", ""))
    return redirect(f"/v/{token}{_suffix()}#recording", 303)


def _nobody_looks() -> bool:
    """A browser that fetches ahead, or a program that draws the preview of a link in a message."""
    ahead = request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")
    return ahead or PROGRAMS.search(request.headers.get("User-Agent", "")) is not None


def _page(linked: LinkedPerson) -> PatientPage:
    g.chart_language = linked.language
    return read_patient_page(rooms(), linked)


def _rendered(template: str, token: str, page: PatientPage) -> str:
    return render_template(
        template,
        page=page,
        words=suited(page, door_words(page)),
        clinic=page.clinic,
        department=page.department,
        message=_message(page),
        path=f"/v/{token}",
        suffix=_suffix(),
        asked=asked_for(),
    )


def _message(page: PatientPage) -> str | None:
    """The department's words to the patient's side: in the page's language, the patient's, or English."""
    if page.role not in PREPARES:
        return None
    wanted = (reader_language(), page.language or "", (page.language or "").replace("-", "_"), "en")
    return next((page.early_message[one] for one in wanted if one in page.early_message), None)


def _suffix() -> str:
    asked = asked_for()
    return f"?lang={asked}" if asked else ""


def _etag(page: PatientPage) -> str:
    return digest(f"{page!r} {reader_language()}")[:20]
