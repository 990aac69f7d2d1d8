"""Recordings: what the patient said, watching one, where the chart's link leads, and taking one away."""

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.services.recording_consent import note_spoken_answer
from app.services.recordings_shown import all_kept, find_shown
from app.services.shred_recordings import delete_recording
from app.services.visit_page import read_visit_page
from app.services.watch_recording import door_to, find_film, note_watching, read_film
from app.web.cookies import browser_hash
from app.web.current import rooms
from app.web.guards import framed, needs_csrf, needs_tending, needs_visit, public

blueprint = Blueprint("recordings", __name__)
OF_VISIT = "/clinic/s/<sid>/visits/<visit_id>"


@blueprint.post(f"{OF_VISIT}/recording-consent")
@needs_visit("act")
@needs_csrf
def consent(sid: str, visit_id: str) -> ResponseReturnValue:
    """What the patient said by word of mouth."""
    note_spoken_answer(rooms(), g.session, visit_id, request.form.get("answer", ""))
    return redirect(f"/clinic/s/{sid}/visits/{visit_id}", 303)


@blueprint.get(f"{OF_VISIT}/recordings/<recording_id>")
@needs_visit("act")
def watch(sid: str, visit_id: str, recording_id: str) -> ResponseReturnValue:
    """The page with the player."""
    recording = find_shown(rooms(), visit_id, recording_id)
    page = read_visit_page(rooms(), g.session, visit_id)
    note_watching(rooms(), g.session, visit_id, recording_id)
    return render_template("recording.html", recording=recording, page=page, strip=page.strip)


@blueprint.get(f"{OF_VISIT}/recordings/<recording_id>/<file_id>")
@needs_visit("act")
def film(sid: str, visit_id: str, recording_id: str, file_id: str) -> ResponseReturnValue:
    """The film itself, whole or a part of it. https://www.rfc-editor.org/rfc/rfc9110#section-14"""
    found = find_film(rooms(), visit_id, recording_id, file_id)
    note_watching(rooms(), g.session, visit_id, recording_id)
    asked = request.range
    part = asked.range_for_length(found.size) if asked is not None else None
    if asked is not None and part is None:
        return Response(status=416, headers={"Content-Range": f"bytes */{found.size}"})
    start, end = part or (0, found.size)
    parts = () if request.method == "HEAD" else read_film(rooms(), found, start, end)
    answer = Response(parts, 200 if part is None else 206, mimetype=found.content_type)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Length"] = str(end - start)
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = "no-store"
    if part is not None:
        answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.size}"
    return answer


@blueprint.get("/recordings/<recording_id>")
@public
@framed
def lead(recording_id: str) -> ResponseReturnValue:
    """Where the chart's link leads: on to the page, for somebody of this browser who may see it."""
    door = door_to(rooms(), browser_hash(), recording_id)
    return redirect(f"/clinic/s/{door.session_id}/visits/{door.visit_id}/recordings/{recording_id}", 303)


@blueprint.get("/clinic/s/<sid>/recordings")
@needs_tending
def show(sid: str) -> ResponseReturnValue:
    """What is kept here. No patient is named."""
    return render_template("recordings.html", kept=all_kept(rooms(), g.session), here="recordings")


@blueprint.post("/clinic/s/<sid>/recordings/<file_id>/delete")
@needs_tending
@needs_csrf
def delete(sid: str, file_id: str) -> ResponseReturnValue:
    """Take it away before its time, for a reason."""
    delete_recording(rooms(), g.session, file_id, request.form.get("reason", ""))
    return redirect(f"/clinic/s/{sid}/recordings", 303)
