"""The control API: how a demo, a test or ``make visit`` moves this EHR. Described in sandbox/README.md."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.ehr.clients import client_from
from sandbox.ehr.current import ehr
from sandbox.ehr.elements import Raw
from sandbox.ehr.outcomes import FhirRefusal
from sandbox.ehr.remote_chart import RemoteChart
from sandbox.ehr.rescheduling import changed_appointment

blueprint = Blueprint("control", __name__)


class BadOrder(ValueError):
    """The body of a control request is no JSON object."""


@blueprint.get("/clock")
def read_clock() -> Response:
    """The sandbox's time."""
    return jsonify(ehr().clock.as_json())


@blueprint.post("/clock")
def move_clock() -> Response:
    """Move the sandbox's time."""
    ehr().move_clock(_order())
    return jsonify(ehr().clock.as_json())


@blueprint.post("/_launch")
def launch() -> Response:
    """A click in the EHR, as the URL that it opens."""
    order = _order()
    url = ehr().launch(str(order.get("app", "")), _object(order.get("context", {})))
    return jsonify({"url": url})


@blueprint.get("/_day")
def day() -> Response:
    """The synthetic day."""
    return jsonify(ehr().day())


@blueprint.get("/_break")
def switches() -> Response:
    """Every switch and how it stands."""
    return jsonify(ehr().switches.as_json())


@blueprint.post("/_break")
def turn_switch() -> Response:
    """Turn a switch."""
    ehr().break_it(_order())
    return jsonify(ehr().switches.as_json())


@blueprint.get("/_written")
def written() -> Response:
    """What apps have written."""
    return jsonify([asdict(row) for row in ehr().written()])


@blueprint.post("/_appointments/<appointment_id>")
def change_appointment(appointment_id: str) -> Response:
    """The front desk moves or cancels an appointment, or gives it another status."""
    chart = ehr().chart
    current = chart.read("Appointment", appointment_id)
    changed = changed_appointment(current, _order())
    return jsonify(chart.update(changed, f'W/"{current["meta"]["versionId"]}"'))


@blueprint.get("/_clients")
def clients() -> Response:
    """Every registered app, without its secret."""
    return jsonify([client.as_json() for client in ehr().authority.clients.values()])


@blueprint.post("/_clients")
def register_client() -> Response:
    """Register an app, or register it anew."""
    client = ehr().flavour.client(client_from(_order()))
    ehr().authority.clients[client.client_id] = client
    return jsonify(client.as_json())


@blueprint.get("/_issued")
def issued() -> Response:
    """Every launch, code and token that was given out: for tests that look for leaks."""
    return jsonify(ehr().authority.grants.issued())


@blueprint.post("/_load")
def load() -> Response:
    """Put resources into the chart as the clinic's own; answers which were taken and what was mended."""
    taken, refused = [], []
    for raw in _order().get("resources", []):
        reference = f"{raw.get('resourceType')}/{raw.get('id')}"
        try:
            ehr().chart.put(raw)
            taken.append(reference)
        except FhirRefusal as no:
            refused.append({"reference": reference, "outcome": no.outcome})
    return jsonify({"taken": taken, "refused": refused, "mended": _mended()})


@blueprint.get("/_mended")
def mended() -> Response:
    """What had to be mended before the FHIR server behind this EHR took it."""
    return jsonify(_mended())


@blueprint.post("/_reset")
def reset() -> Response:
    """As on the first start."""
    ehr().reset()
    return jsonify({"ok": True})


def _mended() -> list[Raw]:
    chart = ehr().chart
    return [asdict(one) for one in chart.mended] if isinstance(chart, RemoteChart) else []


def _order() -> Mapping[str, Any]:
    return _object(request.get_json(silent=True, force=True))


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadOrder("the body is a JSON object")
    return value
