"""The connections to EHRs, for those who look after them."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from app.errors.requests import ConsentMissing
from app.services.doctor.examine import examine
from app.services.doctor.registration import as_text, compare, registration
from app.services.doctor.rehearsal import TestPatient, try_writes
from app.signin.roles import may_tend
from app.sites import ClinicSite
from app.web.current import rooms
from app.web.doctor_words import DIFFERENCES, GRADES, OUTCOMES, VERDICTS
from app.web.guards import needs_csrf, needs_tending

blueprint = Blueprint("doctor", __name__, url_prefix="/clinic/s/<sid>/ehrs")


@blueprint.get("")
@needs_tending
def show(sid: str) -> ResponseReturnValue:
    """The EHRs that this person looks after."""
    mine = [site for site in rooms().sites.all() if may_tend(g.session.roles, site.name)]
    return render_template("ehrs.html", sites=mine, here="ehrs")


@blueprint.get("/<ehr>")
@needs_tending
def one(sid: str, ehr: str) -> ResponseReturnValue:
    """One of them: what to register there, and the way to look at it."""
    return _page(rooms().sites.by_name(ehr))


@blueprint.post("/<ehr>/examine")
@needs_tending
@needs_csrf
def look(sid: str, ehr: str) -> ResponseReturnValue:
    """Look at it now. It takes some seconds."""
    site = rooms().sites.by_name(ehr)
    return _page(site, told=examine(rooms(), site))


@blueprint.post("/<ehr>/compare")
@needs_tending
@needs_csrf
def differences(sid: str, ehr: str) -> ResponseReturnValue:
    """What stands at the EHR, against what should."""
    site = rooms().sites.by_name(ehr)
    return _page(site, compared=compare(registration(rooms(), site), request.form.get("pasted", "")))


@blueprint.post("/<ehr>/try")
@needs_tending
@needs_csrf
def attempt(sid: str, ehr: str) -> ResponseReturnValue:
    """Every way of writing on a test patient, if somebody says that it is one."""
    site, form = rooms().sites.by_name(ehr), request.form
    if form.get("consent") != "yes" or not form.get("patient", "").strip():
        raise ConsentMissing
    ids = [form.get(name, "").strip() or None for name in ("appointment", "encounter", "recipient")]
    patient = TestPatient(form["patient"].strip(), *ids)
    tried = try_writes(rooms(), site, patient, g.session, really=form.get("mode") == "write")
    return _page(site, tried=tried)


def _page(site: ClinicSite, **found: object) -> str:
    sheets = registration(rooms(), site)
    return render_template(
        "ehr.html",
        site=site,
        sheets=sheets,
        sheet_text=as_text(sheets),
        words={"verdicts": VERDICTS, "grades": GRADES, "differences": DIFFERENCES, "outcomes": OUTCOMES},
        here="ehrs",
        **found,
    )
