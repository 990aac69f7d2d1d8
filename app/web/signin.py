"""Signing in with a one-time link, at top level only, and signing out."""

from flask import Blueprint, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.crypto import digest
from app.errors.session import SigninInFrame
from app.services.sign_in import sign_in, sign_out, whose_link
from app.web.cookies import browser_token, remember_browser
from app.web.current import rooms
from app.web.guards import needs_csrf, needs_session, public

blueprint = Blueprint("signin", __name__)


@blueprint.get("/signin/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """A button. A preview or a mail scanner that opens the link spends nothing."""
    member = whose_link(rooms(), token)
    return remember_browser(make_response(render_template("signin.html", name=member.name)))


@blueprint.post("/signin/<token>")
@public
@needs_csrf
def spend(token: str) -> ResponseReturnValue:
    """Spend the link."""
    if request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame", "embed", "object"):
        raise SigninInFrame
    session_id = sign_in(rooms(), token, digest(browser_token()))
    return remember_browser(make_response(redirect(f"/clinic/s/{session_id}/schedule", 303)))


@blueprint.post("/clinic/s/<sid>/sign-out")
@needs_session
@needs_csrf
def leave(sid: str) -> ResponseReturnValue:
    """End this session."""
    sign_out(rooms(), g.session.id)
    return render_template("signed_out.html")
