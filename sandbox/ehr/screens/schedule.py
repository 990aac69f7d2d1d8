"""The clinic's schedule: one provider's day, and the way into each chart."""

from datetime import date, timedelta

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.clinic.people import CLINICIANS
from sandbox.ehr.current import ehr
from sandbox.ehr.screens.people import Provider, patient_from, provider_from


def add_to(pages: Blueprint) -> None:
    """Serve ``/ehr`` and the app without a patient beside it."""
    pages.add_url_rule("/ehr", "schedule", schedule)
    pages.add_url_rule("/ehr/visits", "provider_app", provider_app)
    pages.add_url_rule("/ehr/open", "open_app", open_app)


def schedule() -> ResponseReturnValue:
    """A day of one provider."""
    day = _day_asked()
    chosen = chosen_provider()
    patients = {raw["id"]: patient_from(raw) for raw in ehr().patients()}
    return render_template(
        "screens/schedule.html",
        providers=providers(),
        chosen=chosen,
        day=day,
        today=ehr().today,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        now=ehr().clock.now(),
        lines=ehr().schedule(chosen.id, day),
        patients=patients,
    )


def provider_app() -> ResponseReturnValue:
    """The app in the frame of a provider's day, with nobody's chart open."""
    chosen = chosen_provider()
    launch_url = ehr().launch(app_launch_url(), {"practitioner": chosen.id})
    return render_template("screens/provider_app.html", chosen=chosen, launch_url=launch_url)


def open_app() -> ResponseReturnValue:
    """A launch of its own, made at the click: the app in its own window."""
    context = {
        name: request.args[name]
        for name in ("patient", "appointment", "practitioner")
        if name in request.args
    }
    return redirect(ehr().launch(app_launch_url(), context), 303)


def providers() -> list[Provider]:
    """Everybody who works here, the clinic's own first."""
    order = {clinician.id: place for place, clinician in enumerate(CLINICIANS)}
    everybody = [provider_from(raw) for raw in ehr().practitioners()]
    return sorted(everybody, key=lambda one: (order.get(one.id, len(order)), one.name))


def chosen_provider(otherwise: str = "") -> Provider:
    """The provider that the address names, else ``otherwise``, else the first. 404 for an unknown one."""
    everybody = providers()
    asked = request.args.get("provider") or otherwise or everybody[0].id
    found = next((one for one in everybody if one.id == asked), None)
    return found if found is not None else abort(404)


def app_launch_url() -> str:
    """The product's launch URL, as it is registered."""
    return f"{ehr().config.app_url.rstrip('/')}/launch"


def _day_asked() -> date:
    try:
        return date.fromisoformat(request.args["day"])
    except (KeyError, ValueError):
        return ehr().today
