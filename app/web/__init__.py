"""Routes, pages and guards."""

from flask import Flask


def register(app: Flask) -> None:
    """All routes. One line a blueprint."""
    from app.web import (
        acts,
        doctor,
        finish,
        health,
        home,
        hosts,
        launch,
        outlook,
        patient,
        schedule,
        signin,
        static_files,
        stream,
        sync,
        traces,
        visits,
        webhooks,
        writes,
    )

    app.register_blueprint(home.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(static_files.blueprint)
    app.register_blueprint(signin.blueprint)
    app.register_blueprint(launch.blueprint)
    app.register_blueprint(schedule.blueprint)
    app.register_blueprint(visits.blueprint)
    app.register_blueprint(outlook.blueprint)
    app.register_blueprint(acts.blueprint)
    app.register_blueprint(finish.blueprint)
    app.register_blueprint(writes.blueprint)
    app.register_blueprint(doctor.blueprint)
    app.register_blueprint(hosts.blueprint)
    app.register_blueprint(traces.blueprint)
    app.register_blueprint(sync.blueprint)
    app.register_blueprint(patient.blueprint)
    app.register_blueprint(webhooks.blueprint)
    app.register_blueprint(stream.blueprint)
