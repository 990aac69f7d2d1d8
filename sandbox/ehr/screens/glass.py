"""The glass wall: each OAuth, FHIR and Zoom request as it happens, webhooks among them."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.ehr.current import ehr
from sandbox.ehr.screens.neighbours import NeighbourSilent, ask

SYSTEMS = ("oauth", "fhir", "zoom", "webhook")


def add_to(pages: Blueprint) -> None:
    """Serve ``/glass`` and the rows that it asks for."""
    pages.add_url_rule("/glass", "glass", glass)
    pages.add_url_rule("/glass/rows", "glass_rows", glass_rows)


def glass() -> ResponseReturnValue:
    """The panel."""
    return render_template("screens/glass.html", systems=SYSTEMS)


def glass_rows() -> Response:
    """What both simulators recorded after the numbers ``ehr`` and ``zoom``, in order of time."""
    ours = ehr().requests(request.args.get("ehr", 0, type=int))
    theirs, silent = _of_zoom(request.args.get("zoom", 0, type=int))
    rows = [_from("EHR", row) for row in ours] + [_from("Zoom", row) for row in theirs]
    rows.sort(key=lambda row: str(row["at"]))
    return jsonify(rows=rows, ehr=_last(ours), zoom=_last(theirs), zoom_silent=silent)


def _of_zoom(since: int) -> tuple[list[dict[str, Any]], bool]:
    try:
        return ask(f"{ehr().config.zoom_url}/_requests", since=since), False
    except NeighbourSilent:
        return [], True


def _from(simulator: str, row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "simulator": simulator}


def _last(rows: list[dict[str, Any]]) -> int | None:
    """The number to go on from; None where nothing came."""
    return max((int(row["n"]) for row in rows), default=None)
