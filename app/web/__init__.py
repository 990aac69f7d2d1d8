"""Routes, pages and guards."""

from importlib import import_module

from flask import Flask

# Modules with a blueprint.
PARTS = (
    *(
        "home",
        "health",
        "static_files",
        "signin",
        "launch",
        "schedule",
        "visits",
        "outlook",
        "acts",
        "finish",
    ),
    *("writes", "doctor", "hosts", "traces", "sync", "people", "waits", "hand_over"),
    *("patient", "webhooks", "stream"),
)


def register(app: Flask) -> None:
    """All routes."""
    for name in PARTS:
        app.register_blueprint(import_module(f"app.web.{name}").blueprint)
