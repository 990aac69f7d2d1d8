"""Routes, pages and guards."""

from flask import Flask


def register(app: Flask) -> None:
    """All routes. One line a blueprint."""
    from app.web import health

    app.register_blueprint(health.blueprint)
