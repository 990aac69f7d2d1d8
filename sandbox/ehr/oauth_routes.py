"""The authorization server over HTTP."""

import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from sandbox.ehr.addresses import with_parameters
from sandbox.ehr.authorization_request import AuthorizationRequest, read_request
from sandbox.ehr.checks import Refused, refusal
from sandbox.ehr.choosing import choice_page, chosen_context
from sandbox.ehr.current import door_at, ehr
from sandbox.ehr.discovery import openid_configuration, smart_configuration
from sandbox.ehr.forms import Form, form_of
from sandbox.ehr.grants import Grant, LaunchContext
from sandbox.ehr.scopes import without
from sandbox.ehr.token_inspection import introspect, revoke
from sandbox.ehr.token_request import answer_token_request

STYLE = {
    "color_background": "#f4f6f8",
    "color_error": "#a4262c",
    "color_highlight": "#0b6a75",
    "color_modal_backdrop": "#00000080",
    "color_success": "#1d6f42",
    "color_text": "#1b1f23",
    "dim_border_radius": "4px",
    "dim_font_size": "14px",
    "dim_spacing_size": "16px",
    "font_family_body": "system-ui, sans-serif",
    "font_family_heading": "system-ui, sans-serif",
}


blueprint = Blueprint("oauth", __name__)


def smart() -> Response:
    """Where everything is, for apps."""
    configuration = ehr().flavour.configuration(smart_configuration(ehr().config, door_at(request.path)))
    if ehr().switches.on("discovery_incomplete"):
        del configuration["token_endpoint"]
    return jsonify(configuration)


@blueprint.get("/oauth2/.well-known/openid-configuration")
def openid() -> Response:
    """Where the keys are, for those who check an id_token."""
    configuration = openid_configuration(ehr().config)
    if ehr().switches.on("openid_elsewhere"):
        configuration["issuer"] = f"{ehr().config.base_url}/another"
    return jsonify(configuration)


@blueprint.get("/oauth2/jwks")
def jwks() -> Response:
    """The key that signs id_tokens."""
    published = ehr().authority.keys.public_jwks()
    if ehr().switches.on("keys_without_kid"):
        published = {"keys": [_without_kid(key) for key in published["keys"]]}
    return jsonify(published)


@blueprint.get("/smart-style.json")
def style() -> Response:
    """How this EHR looks, so that apps may look alike."""
    return jsonify(STYLE)


def authorize() -> ResponseReturnValue:
    """An app asks to be let in: at once in an EHR launch, after a choice in a standalone one."""
    asked = read_request(ehr().authority, _form(), door_at(request.path))
    ehr().flavour.check_authorization(asked, posted=request.method == "POST")
    if ehr().switches.on("access_denied"):
        raise refusal("choose-denied", asked.back)
    if error := ehr().switches.take("authorization_error"):
        return redirect(with_parameters(asked.redirect_uri, **error, state=asked.state), code=303)
    if asked.launch is None:
        return render_template("ehr/choose.html", page=choice_page(ehr(), asked))
    return _allow(asked, ehr().authority.grants.launches[asked.launch].context)


@blueprint.post("/oauth2/choose")
def choose() -> ResponseReturnValue:
    """The person of a standalone launch has chosen."""
    asked = ehr().authority.pending.take(request.form.get("pending", ""))
    if asked is None:
        raise refusal("choose-unknown")
    if request.form.get("answer") != "allow":
        raise refusal("choose-denied", asked.back)
    context = chosen_context(ehr(), request.form.get("user", ""), request.form.get("subject", ""))
    if ehr().base_of(context.user) != asked.aud:
        raise refusal("choose-unknown")
    return _allow(asked, context)


@blueprint.post("/oauth2/token")
def token() -> Response:
    """A token for a code, a refresh token or an assertion."""
    answer = answer_token_request(ehr().authority, _form())
    ehr().snapshot.touch()
    if ehr().switches.on("token_answer_malformed"):
        del answer["access_token"]
    return _unkept(answer)


@blueprint.post("/oauth2/introspect")
def introspection() -> Response:
    """What a token stands for (RFC 7662)."""
    return _unkept(introspect(ehr().authority, _form()))


@blueprint.post("/oauth2/revoke")
def revocation() -> ResponseReturnValue:
    """A token is given back (RFC 7009)."""
    revoke(ehr().authority, _form())
    ehr().snapshot.touch()
    return "", 200


def _allow(asked: AuthorizationRequest, context: LaunchContext) -> ResponseReturnValue:
    """Send the person back to the app with a code."""
    authority, switches = ehr().authority, ehr().switches
    dropped = switches.take("drop_scope")
    scopes = without(asked.scopes, dropped["scopes"]) if dropped else asked.scopes
    grant = Grant(asked.client_id, scopes, context, asked.nonce)
    with authority.grants.lock:
        code = authority.grants.begin(grant, asked.redirect_uri, asked.challenge, authority.now)
    ehr().snapshot.touch()
    state = secrets.token_urlsafe(24) if switches.on("wrong_state") else asked.state
    return redirect(with_parameters(asked.redirect_uri, code=code, state=state), code=303)


def _form() -> Form:
    """What the request carries: its query for a GET, its body alone for a POST."""
    pairs: MultiDict[str, str] = request.args if request.method == "GET" else request.form
    content_type = request.headers.get("Content-Type", "")
    authorization = request.headers.get("Authorization", "")
    if request.method == "GET":
        return form_of(pairs.items(multi=True), authorization=authorization)
    return form_of(pairs.items(multi=True), content_type, authorization)


def _without_kid(key: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in key.items() if name != "kid"}


def _unkept(answer: dict[str, Any]) -> Response:
    response = jsonify(answer)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response


def told(refused: Refused) -> ResponseReturnValue:
    """A failed check as OAuth tells it: by redirect, as JSON, or on a page where no redirect is allowed."""
    check = refused.check
    error = {"error": check.error, "error_description": f"{check.id}: {check.rule}"}
    if refused.back is not None:
        back = refused.back
        state = {"state": back.state} if back.state else {}
        address = with_parameters(back.redirect_uri, **ehr().flavour.error(error, check), **state)
        return redirect(address, code=303)
    if check.how == "json":
        response = _unkept(dict(ehr().flavour.error(error, check)))
        if check.status == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="sandbox EHR"'
        response.status_code = check.status
        return response
    return render_template("ehr/refused.html", check=check), check.status
