"""Routes, pages and guards."""

from flask import Flask


def register(app: Flask) -> None:
    """All routes. One line a blueprint."""
    from app.web import health, launch, signin, stream, webhooks

    app.register_blueprint(health.blueprint)
    app.register_blueprint(signin.blueprint)
    app.register_blueprint(launch.blueprint)
    app.register_blueprint(webhooks.blueprint)
    app.register_blueprint(stream.blueprint)
