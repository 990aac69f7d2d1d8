"""SMART App Launch: the way in from an EHR, and what the EHR is told about us."""

from urllib.parse import urlsplit

from flask import Blueprint, g, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.crypto import digest
from app.errors.launch import LaunchIncomplete
from app.errors.session import CookiesOff, NoCookie
from app.services.begin_launch import begin_launch, begin_standalone
from app.services.choose_visit import choose_appointment, launch_note, open_ad_hoc_visit
from app.services.finish_launch import Arrival, check_answer, end_refused_launch, finish_launch
from app.web.cookies import browser_hash, browser_token, remember_browser
from app.web.current import rooms
from app.web.guards import framed, needs_csrf, needs_session, public
from launch.authorize import AuthorizationRequest
from launch.errors import StateUnknown

blueprint = Blueprint("launch", __name__)


@blueprint.get("/launch")
@public
@framed
def launch() -> ResponseReturnValue:
    """A click in the EHR. https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#launch-app-ehr-launch"""
    iss, handle = request.args.get("iss"), request.args.get("launch")
    if not iss or not handle:
        raise LaunchIncomplete
    g.site = rooms().sites.by_issuer(iss).name
    return _to_the_ehr(begin_launch(rooms(), iss, handle, digest(browser_token())))


@blueprint.get("/launch/standalone/<ehr>")
@public
@framed
def standalone(ehr: str) -> ResponseReturnValue:
    """The same without the EHR: the person signs in and picks the patient there."""
    g.site = rooms().sites.by_name(ehr).name
    return _to_the_ehr(begin_standalone(rooms(), ehr, digest(browser_token())))


@blueprint.get("/launch/callback")
@blueprint.get("/launch/callback/<ehr>")
@public
@framed
def callback(ehr: str | None = None) -> ResponseReturnValue:
    """The EHR's answer."""
    state, code, error = (request.args.get(name) for name in ("state", "code", "error"))
    if not state or not (code or error):
        raise LaunchIncomplete
    browser = _browser_that_began(state)
    check_answer(rooms(), state, ehr, request.args.get("iss"))
    if error or not code:
        end_refused_launch(rooms(), state, error or "", request.args.get("error_uri"), browser)
    arrival = finish_launch(rooms(), state, code or "", browser)
    return remember_browser(redirect(_where(arrival), 303))


@blueprint.get("/.well-known/jwks.json")
@public
def jwks() -> ResponseReturnValue:
    """Our public keys. EHRs keep them for as long as this says."""
    response = jsonify(rooms().ehr.public_jwks())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/clinic/s/<sid>/choose")
@needs_session
def choices(sid: str) -> ResponseReturnValue:
    """The launch's appointments to pick from, or the offer of a visit without one."""
    site = rooms().sites.by_name(g.session.site)
    return render_template("choose.html", note=launch_note(rooms(), g.session), zone=site.zone)


@blueprint.post("/clinic/s/<sid>/choose")
@needs_session
@needs_csrf
def choose(sid: str) -> ResponseReturnValue:
    """One of them."""
    visit_id = choose_appointment(rooms(), g.session, request.form.get("appointment", ""))
    return redirect(f"/clinic/s/{sid}/visits/{visit_id}", 303)


@blueprint.post("/clinic/s/<sid>/ad-hoc")
@needs_session
@needs_csrf
def ad_hoc(sid: str) -> ResponseReturnValue:
    """A visit without an appointment."""
    return redirect(f"/clinic/s/{sid}/visits/{open_ad_hoc_visit(rooms(), g.session)}", 303)


def _to_the_ehr(asked: AuthorizationRequest) -> Response:
    """A redirect, or a page whose form sends itself."""
    g.asked = asked
    if not asked.by_post:
        return remember_browser(make_response(redirect(asked.url, 302)))
    # Browsers hold the redirects that answer a form to form-action, too, and EHRs sign people in anywhere.
    g.form_targets = (f"{urlsplit(asked.endpoint).scheme}:",)
    return remember_browser(make_response(render_template("to_the_ehr.html", asked=asked)))


def _browser_that_began(state: str) -> str:
    """The browser's hash. Raises NoCookie, or CookiesOff at top level, where it brought none."""
    pending = rooms().ehr.peek(state)
    if pending is None:
        raise StateUnknown
    g.site = pending.site
    browser = browser_hash()
    if browser is not None:
        return browser
    if request.headers.get("Sec-Fetch-Dest") == "document":
        raise CookiesOff
    raise NoCookie(state)


def _where(arrival: Arrival) -> str:
    if arrival.link is not None:
        return f"/v/{arrival.link}"
    session = f"/clinic/s/{arrival.session_id}"
    if arrival.visit_id is not None:
        return f"{session}/visits/{arrival.visit_id}"
    return f"{session}/choose" if arrival.must_choose else f"{session}/schedule"
