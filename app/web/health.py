"""Whether this process lives, whether it can work, and what it has counted."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.metrics import REGISTRY
from app.services.backlog import measure_backlog
from app.services.readiness import readiness
from app.web.current import rooms
from app.web.guards import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """This process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """This process can work; else 503 and the names of what is missing."""
    said = readiness(rooms())
    return jsonify(said), (200 if said["ready"] else 503)


@blueprint.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """For Prometheus."""
    measure_backlog(rooms())
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
