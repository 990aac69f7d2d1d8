"""Whether this process lives, whether it can work, and what it has counted."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.metrics import REGISTRY
from app.services.backlog import measure_backlog
from app.services.readiness import missing_for_work
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
    missing = missing_for_work(rooms())
    return jsonify(ready=not missing, missing=missing), (503 if missing else 200)


@blueprint.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """For Prometheus."""
    measure_backlog(rooms())
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
