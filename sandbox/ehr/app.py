"""The simulated EHR as a Flask application."""

from flask import Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from sandbox.clock import BadClockMove
from sandbox.ehr import control_routes, fhir_routes, oauth_routes
from sandbox.ehr.checks import Refused
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.control_routes import BadOrder
from sandbox.ehr.current import ehr, install
from sandbox.ehr.faults import misbehave, system_of
from sandbox.ehr.launching import BadLaunch
from sandbox.ehr.outcomes import FhirRefusal, Issue, outcome_of
from sandbox.ehr.rescheduling import BadChange
from sandbox.ehr.screens import screens
from sandbox.ehr.switches import BadSwitch
from sandbox.ehr.world import Ehr

BAD_ORDERS = (BadClockMove, BadSwitch, BadLaunch, BadOrder, BadChange)


def create_app(config: EhrConfig, state: Ehr | None = None) -> Flask:
    """The EHR of ``config``, with its state in memory and in its snapshot."""
    app = Flask(__name__)
    world = state or Ehr(config)
    install(app, world)
    world.recorder.install(app, system_of)
    app.before_request(_new_day)
    app.before_request(misbehave)
    app.after_request(_dated)
    for part in (oauth_routes, control_routes):
        app.register_blueprint(part.blueprint)
    for door in world.flavour.doors:
        app.add_url_rule(f"{door.fhir}/.well-known/smart-configuration", door.fhir, oauth_routes.smart)
        app.add_url_rule(door.authorize, door.authorize, oauth_routes.authorize, methods=["GET", "POST"])
        app.register_blueprint(fhir_routes.blueprint, name=door.fhir.strip("/"), url_prefix=door.fhir)
    for blueprint in world.flavour.blueprints:
        app.register_blueprint(blueprint)
    app.register_blueprint(screens(world))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(FhirRefusal, _fhir_refused)
    app.register_error_handler(HTTPException, _http)
    for kind in BAD_ORDERS:
        app.register_error_handler(kind, _bad_order)
    return app


def _new_day() -> None:
    ehr().plan_today()


def _dated(answer: Response) -> Response:
    """The clock of this EHR, as its clients see it."""
    answer.date = ehr().clock.now()
    return answer


def _refused(refused: Refused) -> ResponseReturnValue:
    g.note = f"{refused.check.id}: {refused.check.rule}"
    answer: ResponseReturnValue
    if refused.check.how == "bearer":
        answer = ehr().flavour.refused(fhir_routes.refused_bearer(refused.check), refused.check)
    else:
        answer = oauth_routes.told(refused)
    return answer


def _fhir_refused(no: FhirRefusal) -> Response:
    return fhir_routes.answered(no.outcome, no.status)


def _http(error: HTTPException) -> ResponseReturnValue:
    if request.path.startswith("/fhir"):
        outcome = outcome_of((Issue("not-supported", str(error.name)),))
        return fhir_routes.answered(outcome, error.code or 500)
    return error


def _bad_order(error: Exception) -> tuple[Response, int]:
    return jsonify({"error": str(error)}), 400
