"""Launches on record, for those who look after EHRs."""

import json

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.errors import explanation_of
from app.services.compare_traces import differences
from app.services.launch_traces import good_one_before, open_by_reference, open_trace, traces_for
from app.traces.curl import as_curl
from app.traces.har import as_har
from app.web.current import rooms
from app.web.guards import needs_tending
from app.web.trace_words import KINDS, OUTCOMES

blueprint = Blueprint("traces", __name__, url_prefix="/clinic/s/<sid>/launches")


@blueprint.get("")
@needs_tending
def show(sid: str) -> ResponseReturnValue:
    """The latest; with a reference, the launch that failed under it."""
    reference = request.args.get("reference", "").strip()
    if reference:
        found = open_by_reference(rooms(), g.session.roles, reference)
        return redirect(f"/clinic/s/{g.session.id}/launches/{found.id}", 303)
    traces = traces_for(rooms(), g.session.roles)
    return render_template("launches.html", traces=traces, outcomes=OUTCOMES, here="ehrs")


@blueprint.get("/<trace_id>")
@needs_tending
def one(sid: str, trace_id: str) -> ResponseReturnValue:
    """One launch, step by step, beside the last good one of its EHR."""
    trace = open_trace(rooms(), g.session, trace_id)
    good = good_one_before(rooms(), trace)
    return render_template(
        "launch_trace.html",
        trace=trace,
        good=good,
        others=differences(good, trace) if good else (),
        said=explanation_of(trace.code),
        steps=[(step, as_curl(step) if step.way == "out" else "") for step in trace.exchanges],
        outcomes=OUTCOMES,
        kinds=KINDS,
        here="ehrs",
    )


@blueprint.get("/<trace_id>/har")
@needs_tending
def har(sid: str, trace_id: str) -> ResponseReturnValue:
    """The same as a file for developer tools."""
    trace = open_trace(rooms(), g.session, trace_id, as_file=True)
    name = f"launch-{trace.reference or trace.at.strftime('%Y%m%dT%H%M%SZ')}.har"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(json.dumps(as_har(trace.exchanges)), headers=headers, content_type="application/json")
