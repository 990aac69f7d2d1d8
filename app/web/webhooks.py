"""Where the video vendor delivers its events."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app.services.receive_webhook import receive_webhook
from app.web.current import rooms
from app.web.guards import signed_by_vendor

blueprint = Blueprint("webhooks", __name__)


@blueprint.post("/webhooks/zoom")
@signed_by_vendor
def zoom() -> ResponseReturnValue:
    """Keep the delivery."""
    answer = receive_webhook(rooms(), dict(request.headers), request.get_data(cache=False))
    return ("", answer.status) if answer.body is None else (jsonify(answer.body), answer.status)
