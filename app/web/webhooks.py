"""Where the video vendor delivers its events."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from app.services.receive_webhook import receive_webhook
from app.web.current import rooms
from app.web.guards import signed_by_vendor

blueprint = Blueprint("webhooks", __name__)


@blueprint.post("/webhooks/zoom")
@signed_by_vendor
def zoom() -> ResponseReturnValue:
    """Keep the delivery."""
    answer = receive_webhook(rooms(), "zoom", dict(request.headers), _whole_body())
    return ("", answer.status) if answer.body is None else (jsonify(answer.body), answer.status)


def _whole_body() -> bytes:
    """The body as it was signed. Raises RequestEntityTooLarge."""
    most = request.max_content_length or 0
    # Of a body without a length Werkzeug gives the first part, as if it were all.
    request.max_content_length = most + 1
    body = request.get_data(cache=False)
    if len(body) > most:
        raise RequestEntityTooLarge
    return body
