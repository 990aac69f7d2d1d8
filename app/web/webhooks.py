"""Where the video vendor delivers its events, and EHRs what they were asked to tell."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from app.services.receive_notification import receive_notification
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


@blueprint.post("/webhooks/ehr/<ehr>/<key>")
@signed_by_vendor
def ehr(ehr: str, key: str) -> ResponseReturnValue:
    """Keep of which appointments an EHR tells."""
    receive_notification(rooms(), ehr, key, request.headers.get("Authorization", ""), _whole_body())
    return "", 200


def _whole_body() -> bytes:
    """The body as it was signed. Raises RequestEntityTooLarge."""
    most = request.max_content_length or 0
    # Of a body without a length Werkzeug gives the first part, as if it were all.
    request.max_content_length = most + 1
    body = request.get_data(cache=False)
    if len(body) > most:
        raise RequestEntityTooLarge
    return body
